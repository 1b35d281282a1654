"""The tests that prove what becomes of every field of OpenAI's speech request."""

from contract.ledger import Entry, proved

WIRE = "wire.audio.test_speech"
API = "api.test_speech"

SPEECH: dict[str, Entry] = {
    "input": proved(
        f"{WIRE}.test_the_longest_input_is_counted_in_code_points",
        f"{WIRE}.test_an_empty_input_is_refused",
    ),
    "model": proved(f"{API}.test_an_unknown_model_is_not_found"),
    "voice": proved(
        f"{WIRE}.test_the_older_models_know_nine_voices",
        f"{WIRE}.test_a_custom_voice_is_an_id_and_nothing_else",
        "api.test_voices.test_a_blend_is_kept_spoken_listed_and_deleted",
    ),
    "instructions": proved(
        f"{WIRE}.test_instructions_that_can_be_done_are_done",
        f"{WIRE}.test_the_rest_of_instructions_is_named",
    ),
    "response_format": proved(
        f"{WIRE}.test_an_unknown_format_is_told_those_that_there_are",
        f"{API}.test_the_official_client_gets_a_file",
    ),
    "speed": proved(
        f"{WIRE}.test_speed_has_bounds",
        "engines.kokoro_onnx.test_engine.test_speed_changes_the_length_and_not_the_pitch",
    ),
    "stream_format": proved(
        f"{WIRE}.test_the_older_models_do_not_send_events",
        f"{API}.test_events_join_to_the_same_file",
    ),
}
