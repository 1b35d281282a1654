import pytest
from openai.types.audio.transcription_create_params import TranscriptionCreateParamsBase
from openai.types.audio.translation_create_params import TranslationCreateParams
from typing_extensions import get_type_hints

from dragoman.domain.errors import RequestInvalid
from dragoman.domain.transcription import Recording
from dragoman.wire import transcription as wire

RECORDING = Recording("there", 16_000)


def asked(*fields: tuple[str, str], model: str = "whisper-1") -> wire.Asked:
    return wire.transcription([("model", model), *fields], has_file=True)


def refusal(*fields: tuple[str, str], model: str = "whisper-1") -> RequestInvalid:
    with pytest.raises(RequestInvalid) as caught:
        asked(*fields, model=model)
    return caught.value


def test_everything_asked_reaches_the_engine():
    request = asked(
        ("language", "ko"),
        ("prompt", "Dragoman"),
        ("temperature", "0.4"),
        ("response_format", "verbose_json"),
        ("timestamp_granularities[]", "word"),
    ).to_domain(RECORDING)
    assert request.recording == RECORDING
    assert (request.task, request.language, request.prompt) == ("transcribe", "ko", "Dragoman")
    assert (request.temperature, request.words) == (0.4, True)


def test_by_default_nothing_is_special():
    form = asked()
    assert (form.response_format, form.stream) == ("json", False)
    request = form.to_domain(RECORDING)
    assert (request.language, request.prompt, request.temperature) == (None, None, 0.0)
    assert request.words is False


def test_a_translation_asks_for_english():
    form = wire.translation([("model", "whisper-1"), ("prompt", "p")], has_file=True)
    request = form.to_domain(RECORDING)
    assert (request.task, request.language, request.prompt) == ("translate", None, "p")


def test_no_file_is_told_first():
    with pytest.raises(RequestInvalid) as caught:
        wire.transcription([("zzz", "1")], has_file=False)
    assert caught.value.message == "Missing required parameter: 'file'."
    assert (caught.value.param, caught.value.code) == ("file", "missing_required_parameter")


def test_no_model_is_told_in_openais_words():
    with pytest.raises(RequestInvalid) as caught:
        wire.transcription([("model", "")], has_file=True)
    assert caught.value.message == "you must provide a model parameter"
    assert (caught.value.param, caught.value.code) == (None, None)


def test_a_language_that_is_no_code_is_refused():
    error = refusal(("language", "korean-x"))
    assert error.message == (
        "Invalid language 'korean-x'. Language parameter must be specified in ISO-639-1 format."
    )
    assert (error.param, error.code) == ("language", "invalid_language_format")


@pytest.mark.parametrize(
    ("model", "format_", "use"),
    [
        ("whisper-1", "diarized_json", "'json', 'text', 'srt', 'verbose_json', or 'vtt'"),
        ("gpt-4o-transcribe", "verbose_json", "'json' or 'text'"),
        ("gpt-4o-mini-transcribe-2025-12-15", "srt", "'json' or 'text'"),
        ("gpt-4o-transcribe-diarize", "diarized_json", "'json' or 'text'"),
        ("gpt-transcribe", "text", "'json'"),
    ],
)
def test_a_format_that_does_not_go_with_the_name_is_refused(model: str, format_: str, use: str):
    error = refusal(("response_format", format_), model=model)
    assert error.message == (
        f"response_format '{format_}' is not compatible with model '{model}'. Use {use} instead."
    )
    assert (error.param, error.code) == ("response_format", "unsupported_value")


def test_a_format_that_nobody_knows_is_refused_with_those_that_are():
    error = refusal(("response_format", "bogus"))
    assert error.message.startswith("Invalid value: 'bogus'. Supported values are: 'json', 'text'")
    assert (error.param, error.code) == ("response_format", "invalid_value")


def test_times_need_verbose_json():
    error = refusal(("timestamp_granularities[]", "word"))
    assert error.message == (
        "`response_format` must be `verbose_json` if `timestamp_granularities[]` is provided"
    )


def test_a_granularity_that_nobody_knows_is_refused_by_its_place():
    error = refusal(
        ("response_format", "verbose_json"), ("timestamp_granularities", '["word", "syllable"]')
    )
    assert (error.param, error.code) == ("timestamp_granularities[1]", "invalid_value")


def test_whisper_1_ignores_stream_and_other_names_stream():
    assert asked(("stream", "true")).stream is False
    assert asked(("stream", "true"), model="gpt-4o-transcribe").stream is True
    assert asked(("stream", "true"), model="whisper-base").stream is True


def test_subtitles_do_not_stream():
    error = refusal(("stream", "true"), ("response_format", "srt"), model="whisper-base")
    assert (error.param, error.code) == ("stream", "unsupported_value")


@pytest.mark.parametrize("name", wire.NOT_YET)
def test_fields_of_other_models_are_refused_by_name(name: str):
    error = refusal((f"{name}[]", "x"))
    assert error.message == f"Unsupported parameter: '{name}' is not supported with this model."
    assert (error.param, error.code) == (name, "unsupported_parameter")


def test_cutting_at_pauses_is_what_happens_anyway_and_no_other_way():
    assert asked(("chunking_strategy", "auto")) == asked()
    error = refusal(("chunking_strategy[type]", "server_vad"))
    assert (error.param, error.code) == ("chunking_strategy", "unsupported_value")


def test_a_diarising_name_takes_no_prompt():
    error = refusal(("prompt", "x"), model="gpt-4o-transcribe-diarize")
    assert (error.param, error.code) == ("prompt", "unsupported_parameter")


def test_every_field_of_the_official_client_is_served_listed_or_refused():
    known = {*wire.SERVED, *wire.NOT_YET, *wire.ACCEPTED_WITHOUT_EFFECT, "timestamp_granularities"}
    assert set(get_type_hints(TranscriptionCreateParamsBase)) | {"stream"} == known


def test_every_field_of_a_translation_is_served():
    assert set(get_type_hints(TranslationCreateParams)) == set(wire.SERVED) - {"language"}
