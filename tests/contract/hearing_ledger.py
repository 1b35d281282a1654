"""The tests that prove what becomes of the fields of transcriptions and translations."""

from contract.ledger import Entry, proved

WIRE = "wire.audio.test_transcription"
API = "api.test_transcriptions"
DIARISED = "api.test_diarised_transcriptions"

REACHES = proved(f"{WIRE}.test_everything_asked_reaches_the_engine")

KNOWN = proved(
    f"{WIRE}.test_known_speakers_are_read_from_data_urls",
    f"{WIRE}.test_known_speakers_that_make_no_sense_are_refused",
    f"{DIARISED}.test_known_speakers_have_their_names",
)

TRANSCRIPTION: dict[str, Entry] = {
    "file": proved(
        f"{WIRE}.test_no_file_is_told_first",
        f"{API}.test_the_official_client_gets_text_and_usage",
    ),
    "model": proved(
        f"{WIRE}.test_no_model_is_told_in_openais_words", f"{API}.test_an_unknown_model_is_a_404"
    ),
    "chunking_strategy": proved(
        f"{WIRE}.test_cutting_at_pauses_is_our_choice_or_told",
        f"{API}.test_nothing_is_heard_where_the_threshold_is_not_reached",
        f"{WIRE}.test_more_than_thirty_seconds_need_a_chunking_strategy_with_a_diarising_name",
    ),
    "include": proved(
        f"{WIRE}.test_log_probabilities_reach_the_engine",
        f"{API}.test_the_tokens_of_korean_have_log_probabilities",
    ),
    "keywords": proved(
        f"{WIRE}.test_languages_and_keywords_reach_the_engine",
        "engines.whisper_ct2.test_engine"
        ".test_every_window_is_heard_in_the_light_of_the_prompt_and_of_the_keywords",
    ),
    "known_speaker_names": KNOWN,
    "known_speaker_references": KNOWN,
    "language": proved(*REACHES.proof, f"{WIRE}.test_a_language_that_is_no_code_is_refused"),
    "languages": proved(
        f"{WIRE}.test_languages_and_keywords_reach_the_engine",
        "engines.whisper_ct2.test_engine.test_only_the_languages_that_may_be_spoken_are_found",
    ),
    "prompt": proved(*REACHES.proof, f"{API}.test_the_prompt_is_counted"),
    "response_format": proved(
        f"{WIRE}.test_a_format_that_does_not_go_with_the_name_is_refused",
        f"{API}.test_text_and_subtitles_are_plain_text",
        f"{DIARISED}.test_the_official_client_gets_segments_with_speakers",
    ),
    "stream": proved(
        f"{API}.test_whisper_1_ignores_stream",
        f"{API}.test_other_names_stream_and_the_pieces_are_the_whole",
    ),
    "temperature": REACHES,
    "timestamp_granularities": proved(
        f"{WIRE}.test_times_need_verbose_json",
        f"{API}.test_words_and_segments_come_as_asked",
    ),
}

OF_TRANSLATIONS = "wire.audio.test_translation"
TRANSLATED = proved(f"{OF_TRANSLATIONS}.test_a_translation_asks_for_english")

TRANSLATION: dict[str, Entry] = {
    "file": TRANSLATED,
    "model": TRANSLATED,
    "prompt": proved(
        *TRANSLATED.proof,
        "skills.translation.test_translator.test_the_chat_model_is_told_the_language_and_the_prompt",
        "skills.translation.test_translator.test_english_speech_is_heard_in_the_light_of_the_prompt",
    ),
    "response_format": proved(f"{OF_TRANSLATIONS}.test_a_translation_has_five_formats"),
    "temperature": proved(f"{OF_TRANSLATIONS}.test_a_translation_has_five_formats"),
}
