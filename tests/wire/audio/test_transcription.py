from dataclasses import replace

import pytest

from dragoman.domain.errors import RequestInvalid
from dragoman.domain.transcription import Chunking, KnownSpeaker, Recording
from dragoman.wire.audio import transcription as wire
from dragoman.wire.audio.known_speakers import KnownVoice, refuse_length

RECORDING = Recording("there", 16_000)
DIARIZE = "gpt-4o-transcribe-diarize"


def asked(*fields: tuple[str, str], model: str = "whisper-1") -> wire.TranscriptionCall:
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
    ).request(RECORDING)
    assert request.recording == RECORDING
    assert (request.task, request.language, request.prompt) == ("transcribe", "ko", "Dragoman")
    assert (request.temperature, request.words) == (0.4, True)


def test_by_default_nothing_is_special():
    form = asked()
    assert (form.response_format, form.stream) == ("json", False)
    request = form.request(RECORDING)
    assert (request.language, request.prompt, request.temperature) == (None, None, 0.0)
    assert request.words is False


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
    "code", ["EN", "en-US", "pt-BR", "english", "auto", "None", "Language.EN", "e", " "]
)
def test_only_codes_name_a_language(code: str):
    error = refusal(("language", code))
    assert (error.param, error.code) == ("language", "invalid_language_format")


def test_an_empty_language_is_none():
    assert asked(("language", "")).language is None


@pytest.mark.parametrize(
    "fields",
    [
        [("timestamp_granularities[]", "word")],
        [("timestamp_granularities", "word")],
        [("timestamp_granularities", '["word"]')],
    ],
    ids=["with brackets", "bare", "a list"],
)
def test_a_granularity_is_understood_as_clients_send_it(fields: list[tuple[str, str]]):
    assert asked(("response_format", "verbose_json"), *fields).granularities == {"word"}


@pytest.mark.parametrize(
    "field",
    [
        ("timestamp_granularities[0]", "word"),
        ("timestamp_granularities", "word,segment"),
        ("timestamp_granularities", '"word"'),
    ],
    ids=["a numbered field", "two with a comma", "quoted"],
)
def test_a_granularity_that_is_sent_otherwise_is_refused(field: tuple[str, str]):
    assert (refusal(("response_format", "verbose_json"), field).param or "").startswith(
        "timestamp_granularities"
    )


@pytest.mark.parametrize(
    ("model", "format_", "use"),
    [
        ("whisper-1", "diarized_json", "'json', 'text', 'srt', 'verbose_json', or 'vtt'"),
        ("gpt-4o-transcribe", "verbose_json", "'json' or 'text'"),
        ("gpt-4o-mini-transcribe-2025-12-15", "srt", "'json' or 'text'"),
        ("gpt-4o-transcribe-diarize", "verbose_json", "'json', 'text', or 'diarized_json'"),
        ("gpt-4o-transcribe", "diarized_json", "'json' or 'text'"),
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


@pytest.mark.parametrize("name", ["known_speaker_names", "known_speaker_references"])
@pytest.mark.parametrize("model", ["whisper-1", "gpt-4o-transcribe", "whisper-base"])
def test_speakers_are_known_only_where_they_are_told_apart(name: str, model: str):
    error = refusal((f"{name}[]", "x"), model=model)
    assert error.message == f"Unsupported parameter: '{name}' is not supported with this model."
    assert (error.param, error.code) == (name, "unsupported_parameter")


def test_cutting_at_pauses_is_our_choice_or_told():
    auto = asked(("chunking_strategy", "auto")).request(RECORDING)
    assert auto == asked().request(RECORDING)
    assert asked().request(RECORDING).chunking == Chunking()
    told = asked(
        ("chunking_strategy[type]", "server_vad"),
        ("chunking_strategy[threshold]", "0.8"),
        ("chunking_strategy[silence_duration_ms]", "700"),
        ("chunking_strategy[prefix_padding_ms]", "0"),
    )
    assert told.request(RECORDING).chunking == Chunking(0.8, 0.7, 0.0)
    default = asked(("chunking_strategy", '{"type": "server_vad"}'))
    assert default.request(RECORDING).chunking == Chunking(0.5, 0.2, 0.3)


@pytest.mark.parametrize(
    ("value", "param", "code"),
    [
        ("sometimes", "chunking_strategy", "invalid_value"),
        ("{", "chunking_strategy", "invalid_type"),
        ("{}", "chunking_strategy.type", "missing_required_parameter"),
        ('{"type": "x"}', "chunking_strategy.type", "invalid_value"),
        ('{"type": "server_vad", "speed": 1}', "chunking_strategy.speed", "unknown_parameter"),
        (
            '{"type": "server_vad", "threshold": 1.5}',
            "chunking_strategy.threshold",
            "decimal_above_max_value",
        ),
        (
            '{"type": "server_vad", "threshold": "loud"}',
            "chunking_strategy.threshold",
            "invalid_type",
        ),
        (
            '{"type": "server_vad", "silence_duration_ms": -1}',
            "chunking_strategy.silence_duration_ms",
            "integer_below_min_value",
        ),
        (
            '{"type": "server_vad", "prefix_padding_ms": 2.5}',
            "chunking_strategy.prefix_padding_ms",
            "invalid_type",
        ),
        (
            '{"type": "server_vad", "prefix_padding_ms": true}',
            "chunking_strategy.prefix_padding_ms",
            "invalid_type",
        ),
    ],
)
def test_a_strategy_that_makes_no_sense_is_refused_by_its_part(value: str, param: str, code: str):
    error = refusal(("chunking_strategy", value))
    assert (error.param, error.code) == (param, code)


@pytest.mark.parametrize("model", [*wire.WITH_LOGPROBS, "whisper-base"])
def test_log_probabilities_reach_the_engine(model: str):
    form = asked(("include[]", "logprobs"), model=model)
    assert form.request(RECORDING).logprobs
    assert not asked(model=model).request(RECORDING).logprobs


@pytest.mark.parametrize("model", ["whisper-1", "gpt-transcribe", DIARIZE])
def test_log_probabilities_do_not_go_with_every_name(model: str):
    error = refusal(("include[]", "logprobs"), model=model)
    assert (error.param, error.code) == ("include", "unsupported_parameter")


def test_log_probabilities_go_with_json_only():
    error = refusal(
        ("include[]", "logprobs"), ("response_format", "text"), model="gpt-4o-transcribe"
    )
    assert (error.param, error.code) == ("include", "unsupported_value")


def test_nothing_else_is_included():
    error = refusal(("include[]", "words"), model="gpt-4o-transcribe")
    assert error.message == "Invalid value: 'words'. Supported values are: 'logprobs'."
    assert (error.param, error.code) == ("include[0]", "invalid_value")


@pytest.mark.parametrize("model", ["gpt-transcribe", "whisper-base"])
def test_languages_and_keywords_reach_the_engine(model: str):
    fields = [("languages[]", "es"), ("languages[]", "pt"), ("keywords", '["Hong", "Dae"]')]
    request = asked(*fields, model=model).request(RECORDING)
    assert (request.languages, request.keywords) == (("es", "pt"), ("Hong", "Dae"))


@pytest.mark.parametrize("name", ["languages", "keywords"])
@pytest.mark.parametrize("model", ["whisper-1", "gpt-4o-transcribe"])
def test_languages_and_keywords_are_for_gpt_transcribe(model: str, name: str):
    error = refusal((f"{name}[]", "es"), model=model)
    assert (error.param, error.code) == (name, "unsupported_parameter")


@pytest.mark.parametrize(
    ("fields", "param", "code"),
    [
        ([("languages", '["es", "xx"]')], "languages[1]", "invalid_language_format"),
        ([("languages", "[]")], "languages", "empty_array"),
        ([("keywords", "[]")], "keywords", "empty_array"),
        ([("keywords", "[1]")], "keywords", "invalid_type"),
        ([("languages[]", "es"), ("language", "es")], "languages", "invalid_value"),
    ],
)
def test_lists_that_make_no_sense_are_refused(fields: list[tuple[str, str]], param: str, code: str):
    error = refusal(*fields, model="gpt-transcribe")
    assert (error.param, error.code) == (param, code)


@pytest.mark.parametrize("name", ["prompt", "timestamp_granularities", "languages", "keywords"])
def test_what_a_diarising_name_does_not_take_is_refused_by_name(name: str):
    error = refusal((name, "word"), model=DIARIZE)
    assert (error.param, error.code) == (name, "unsupported_parameter")


@pytest.mark.parametrize(
    ("model", "form", "diarised"),
    [
        (DIARIZE, "json", True),
        (DIARIZE, "text", True),
        (DIARIZE, "diarized_json", True),
        ("whisper-base", "diarized_json", True),
        ("whisper-base", "json", False),
        ("gpt-4o-transcribe", "json", False),
    ],
)
def test_speakers_are_told_apart_by_the_name_or_by_the_format(
    model: str, form: str, diarised: bool
):
    request = asked(("response_format", form), model=model).request(RECORDING)
    assert request.diarised is diarised
    assert request.known_speakers == ()


def test_more_than_thirty_seconds_need_a_chunking_strategy_with_a_diarising_name():
    long = Recording("there", 30 * 16_000 + 1)
    with pytest.raises(RequestInvalid) as caught:
        asked(model=DIARIZE).request(long)
    assert caught.value.message == "chunking_strategy is required for diarization models"
    assert (caught.value.param, caught.value.code) == ("chunking_strategy", "invalid_value")
    assert asked(model=DIARIZE).request(replace(long, samples=30 * 16_000)).diarised
    assert asked(("chunking_strategy", "auto"), model=DIARIZE).request(long).diarised
    own = asked(("response_format", "diarized_json"), model="whisper-base")
    assert own.request(long).diarised


def test_known_speakers_are_read_from_data_urls():
    form = asked(
        ("known_speaker_names[]", "Kim"),
        ("known_speaker_names[]", "Lee"),
        ("known_speaker_references[]", "data:audio/wav;base64,AAEC"),
        ("known_speaker_references[]", "data:audio/mpeg;codecs=mp3;base64,\n/w=="),
        model=DIARIZE,
    )
    assert form.known == (KnownVoice("Kim", b"\x00\x01\x02"), KnownVoice("Lee", b"\xff"))
    known = (KnownSpeaker("Kim", RECORDING),)
    assert form.request(RECORDING, known).known_speakers == known


URL = "data:audio/wav;base64,AAEC"


@pytest.mark.parametrize(
    ("names", "references", "param", "code"),
    [
        (["a"], [], "known_speaker_references", "missing_required_parameter"),
        ([], [URL], "known_speaker_names", "missing_required_parameter"),
        (["a", "b"], [URL], "known_speaker_references", "invalid_value"),
        (["a", "a"], [URL, URL], "known_speaker_names[1]", "invalid_value"),
        (["a", " "], [URL, URL], "known_speaker_names[1]", "invalid_value"),
        (list("abcde"), [URL] * 5, "known_speaker_names", "array_above_max_length"),
        (list("abcd"), [URL] * 5, "known_speaker_references", "array_above_max_length"),
        (["a"], ["https://example.com/a.wav"], "known_speaker_references[0]", "invalid_value"),
        (["a"], ["data:audio/wav,AAEC"], "known_speaker_references[0]", "invalid_value"),
        (["a", "b"], [URL, URL + "!"], "known_speaker_references[1]", "invalid_value"),
    ],
)
def test_known_speakers_that_make_no_sense_are_refused(
    names: list[str], references: list[str], param: str, code: str
):
    fields = [("known_speaker_names[]", name) for name in names]
    fields += [("known_speaker_references[]", url) for url in references]
    error = refusal(*fields, model=DIARIZE)
    assert (error.param, error.code) == (param, code)


@pytest.mark.parametrize("seconds", [1.1, 10.1])
def test_the_length_of_a_reference_is_refused_in_openais_words(seconds: float):
    with pytest.raises(RequestInvalid) as caught:
        refuse_length(Recording("there", round(seconds * 16_000)))
    assert caught.value.message == (
        f"Known speaker references has duration {seconds} seconds, "
        "but must be between 1.2 and 10.0 seconds"
    )
    assert caught.value.param == "known_speaker_references"
    refuse_length(Recording("there", 2 * 16_000))


@pytest.mark.parametrize("form", ["srt", "vtt"])
def test_lines_of_subtitles_need_words(form: str):
    fields = [("response_format", form), ("x_max_line_chars", "32")]
    told = asked(*fields, ("x_max_chars_per_second", "17"))
    assert (told.line_chars, told.chars_per_second) == (32, 17.0)
    assert told.request(RECORDING).words


@pytest.mark.parametrize(
    ("fields", "param", "code"),
    [
        ({"x_max_line_chars": "32"}, "x_max_line_chars", "unsupported_value"),
        (
            {"response_format": "srt", "x_max_line_chars": "9"},
            "x_max_line_chars",
            "integer_below_min_value",
        ),
        (
            {"response_format": "srt", "x_max_line_chars": "wide"},
            "x_max_line_chars",
            "invalid_type",
        ),
        (
            {"response_format": "srt", "x_max_chars_per_second": "17"},
            "x_max_line_chars",
            "missing_required_parameter",
        ),
    ],
)
def test_lines_that_make_no_sense_are_refused(fields: dict[str, str], param: str, code: str):
    error = refusal(*fields.items())
    assert (error.param, error.code) == (param, code)
