"""The speech request's checks and the events of its stream."""

import base64
from typing import Any

import pytest

from dragoman.domain.errors import RequestInvalid
from dragoman.domain.speech import SpeechFinished
from dragoman.wire.audio import speech

ASKED = {"model": "gpt-4o-mini-tts", "input": "Hello.", "voice": "alloy"}


def refusal(**fields: Any) -> RequestInvalid:
    with pytest.raises(RequestInvalid) as caught:
        speech.parse({**ASKED, **fields})
    return caught.value


def test_a_request_has_the_defaults_of_the_contract():
    wanted = speech.parse(ASKED).request("alloy")
    assert (wanted.text, wanted.voice, wanted.format, wanted.rate) == ("Hello.", "alloy", "mp3", 1)


def test_a_speed_that_is_not_said_is_none_and_a_speed_of_one_is_kept():
    assert speech.parse(ASKED).request("alloy").speed is None
    assert speech.parse({**ASKED, "speed": 1}).request("alloy").speed == 1.0


def test_null_is_the_same_as_absent():
    asked = speech.parse(
        {
            **ASKED,
            "speed": None,
            "response_format": None,
            "instructions": None,
            "stream_format": None,
        }
    )
    assert asked == speech.parse(ASKED)


def test_the_longest_input_is_counted_in_code_points():
    assert speech.parse({**ASKED, "input": "한" * 4096}).input == "한" * 4096
    error = refusal(input="한" * 4097)
    assert "'loc': ('body', 'input')" in error.message
    assert "String should have at most 4096 characters" in error.message
    assert "한" not in error.message
    assert (error.param, error.code) == (None, None)


def test_an_empty_input_is_refused():
    assert "at least 1 character" in refusal(input="").message


@pytest.mark.parametrize("text", [" ", "\n\t\u3000"])
def test_white_space_alone_is_nothing_to_say(text: str):
    error = refusal(input=text)
    assert (error.message, error.param) == (
        "There is nothing to say: the input is empty.",
        "input",
    )


def test_a_missing_model_is_told_in_openais_words():
    with pytest.raises(RequestInvalid, match=r"^you must provide a model parameter$"):
        speech.parse({"input": "Hello.", "voice": "alloy"})


def test_missing_fields_are_all_named():
    with pytest.raises(RequestInvalid) as caught:
        speech.parse({"model": "tts-1"})
    assert "'loc': ('body', 'input')" in caught.value.message
    assert "'loc': ('body', 'voice')" in caught.value.message


@pytest.mark.parametrize(
    ("speed", "words"),
    [(5, "less than or equal to 4"), (0.2, "greater than or equal to 0.25")],
)
def test_speed_has_bounds(speed: object, words: str):
    assert words in refusal(speed=speed).message


TEXTS = (
    "model",
    "input",
    "instructions",
    "response_format",
    "stream_format",
    "x_language",
    "x_captions",
)
SWITCHES = ("x_word_times", "x_verify", "x_dry_run")


@pytest.mark.parametrize(
    ("field", "value", "expected", "got"),
    [
        *((field, ["x"], "a string", "an array") for field in TEXTS),
        *((field, 5, "a string", "an integer") for field in TEXTS),
        *((field, {"a": 1}, "a string", "an object") for field in TEXTS),
        *((field, "true", "a boolean", "a string") for field in SWITCHES),
        *((field, 1, "a boolean", "an integer") for field in SWITCHES),
        ("speed", "1", "a decimal", "a string"),
        ("speed", True, "a decimal", "a boolean"),
        ("speed", [1], "a decimal", "an array"),
        ("voice", 5, "a string or an object", "an integer"),
        ("voice", ["alloy"], "a string or an object", "an array"),
    ],
)
def test_a_value_of_another_type_is_told_with_its_field(
    field: str, value: object, expected: str, got: str
):
    error = refusal(**{field: value})
    assert error.message == (
        f"Invalid type for '{field}': expected {expected}, but got {got} instead."
    )
    assert (error.param, error.code) == (field, "invalid_type")


@pytest.mark.parametrize(
    ("voice", "param", "code"),
    [
        ({}, "voice.id", "missing_required_parameter"),
        ({"id": None}, "voice.id", "missing_required_parameter"),
        ({"id": 5}, "voice.id", "invalid_type"),
        ({"id": "voice_1", "name": "Anna"}, "voice.name", "unknown_parameter"),
    ],
)
def test_what_is_wrong_with_an_own_voice_is_told_with_its_place(
    voice: dict[str, object], param: str, code: str
):
    error = refusal(voice=voice)
    assert (error.param, error.code) == (param, code)


def test_an_unknown_format_is_told_those_that_there_are():
    message = refusal(response_format="ogg").message
    assert "Input should be 'mp3', 'opus', 'aac', 'flac', 'wav' or 'pcm'" in message


def test_an_unknown_field_is_refused_by_name():
    error = refusal(language="ko-KR")
    assert error.message == "Unknown parameter: 'language'."
    assert (error.param, error.code) == ("language", "unknown_parameter")


@pytest.mark.parametrize(
    ("instructions", "speed", "gain_db", "pauses", "language"),
    [
        ("", 1, 0, 1, None),
        ("Speak slowly.", 0.8, 0, 1, None),
        ("Speak very slowly", 0.65, 0, 1, None),
        ("a bit slower", 0.9, 0, 1, None),
        ("Talk fast!", 1.2, 0, 1, None),
        ("much faster please", 1.4, 0, 1, None),
        ("Don't rush.", 0.95, 0, 1, None),
        ("not too fast", 0.95, 0, 1, None),
        ("20% slower", 0.8, 0, 1, None),
        ("speak at 1.5x", 1.5, 0, 1, None),
        ("Whisper.", 1, -14, 1, None),
        ("quietly", 1, -6, 1, None),
        ("Speak loudly", 1, 5, 1, None),
        ("Long pauses between sentences", 1, 0, 2, None),
        ("without pauses", 1, 0, 0.5, None),
        ("Speak in Spanish.", 1, 0, 1, "es"),
        ("Pacing: slow. Volume: very loud", 0.8, 8, 1, None),
        ("Whisper slowly and in French", 0.8, -14, 1, "fr"),
        ("천천히 조용히 말해 주세요", 0.8, -6, 1, None),
        ("빨리, 큰 소리로", 1.2, 5, 1, None),
        ("한국어로 말해 주세요", 1, 0, 1, "ko"),
    ],
)
def test_instructions_that_can_be_done_are_done(
    instructions: str, speed: float, gain_db: float, pauses: float, language: str | None
):
    body = speech.parse({**ASKED, "instructions": instructions})
    wanted = body.request("alloy")
    assert wanted.rate == pytest.approx(speed)
    assert (wanted.gain_db, wanted.pauses, wanted.usual_language) == (gain_db, pauses, language)
    assert not body.ignored


@pytest.mark.parametrize(
    ("instructions", "accent", "language", "speed"),
    [
        ("Speak with a British accent", "gb", None, 1),
        ("in a posh British English accent, please", "gb", None, 1),
        ("Speak slowly with an American accent", "us", None, 0.8),
        ("Accent: British", "gb", None, 1),
        ("Pacing: fast. Accent: American English", "us", None, 1.2),
        ("Speak in British English, slowly.", "gb", "en", 0.8),
        ("영국식 억양으로 천천히 말해 주세요", "gb", None, 0.8),
        ("in Brazilian Portuguese", None, "pt", 1),
        ("Speak Castilian Spanish quickly", None, "es", 1.2),
        ("Speak in Spanish.", None, "es", 1),
    ],
)
def test_an_accent_that_is_spoken_is_heeded(
    instructions: str, accent: str | None, language: str | None, speed: float
):
    body = speech.parse({**ASKED, "instructions": instructions})
    wanted = body.request("alloy")
    assert (wanted.accent, wanted.usual_language) == (accent, language)
    assert wanted.rate == pytest.approx(speed)
    assert not body.ignored


@pytest.mark.parametrize(
    ("instructions", "ignored"),
    [
        ("Be cheerful.", ("instructions",)),
        ("Speak in a cheerful and positive tone.", ("instructions",)),
        ("Speak slowly, in a cheerful tone", ("instructions (in a cheerful tone)",)),
        (
            "Pacing: slow\nTone: sad\nAccent: French",
            ("instructions (sad)", "instructions (French)"),
        ),
        ("Speak Mexican Spanish.", ("instructions (Mexican Spanish)",)),
        ("Speak Spanish with a Mexican accent.", ("instructions (with a Mexican accent)",)),
        (
            "Speak like a pirate with a British accent",
            ("instructions (Speak like a pirate)",),
        ),
        (
            "In Spanish, with a British accent",
            ("instructions (an accent of English where the language is 'es')",),
        ),
        ("Don't use a British accent", ("instructions",)),
        ("Have an Indian accent", ("instructions",)),
        ("Speak in German.", ("instructions",)),
        ("in a French accent", ("instructions",)),
        ("Read it like breakfast news", ("instructions",)),
    ],
)
def test_the_rest_of_instructions_is_named(instructions: str, ignored: tuple[str, ...]):
    assert speech.parse({**ASKED, "instructions": instructions}).ignored == ignored


def test_instructions_and_speed_stay_in_the_bounds_together_and_are_bounded():
    slow = speech.parse({**ASKED, "instructions": "very slow", "speed": 0.25}).request("alloy")
    assert slow.speed == 0.25
    long = speech.parse({**ASKED, "instructions": "slow, sad, " * 372})
    assert len(long.ignored) <= 20
    assert "at most 4096" in refusal(instructions="a" * 4097).message


@pytest.mark.parametrize("model", ["tts-1", "tts-1-hd"])
@pytest.mark.parametrize("voice", ["ballad", "verse", "marin", "cedar", "zoe"])
def test_the_older_models_know_nine_voices(model: str, voice: str):
    message = refusal(model=model, voice=voice).message
    assert "Input should be 'nova', 'shimmer', 'echo', 'onyx', 'fable', 'alloy', 'ash'" in message
    assert "'sage' or 'coral'" in message


def test_the_older_models_do_not_send_events():
    error = refusal(model="tts-1", stream_format="sse")
    assert (error.param, error.code) == ("stream_format", "unsupported_value")
    assert speech.parse({**ASKED, "stream_format": "sse"}).stream_format == "sse"


def test_a_custom_voice_is_an_id_and_nothing_else():
    asked = speech.parse({**ASKED, "voice": {"id": "voice_123"}})
    assert asked.voice == speech.CustomVoice(id="voice_123")
    assert asked.request("nova+echo").voice == "nova+echo"
    assert refusal(voice={"id": "voice_123", "name": "x"}).param == "voice.name"


def test_events_are_base64_and_usage_adds_up():
    assert base64.b64decode(speech.delta(b"\x00\xff").audio) == b"\x00\xff"
    usage = speech.done(SpeechFinished(duration_s=2.0, input_tokens=30)).usage
    assert (usage.input_tokens, usage.output_tokens, usage.total_tokens) == (30, 40, 70)


@pytest.mark.parametrize("field", [{"x_word_times": True}, {"x_captions": "srt"}])
def test_what_a_sound_file_cannot_hold_needs_events(field: dict[str, Any]):
    error = refusal(**field)
    (name,) = field
    assert error.param == name
    assert "'stream_format' is 'sse'" in error.message
    wanted = speech.parse({**ASKED, **field, "stream_format": "sse"}).request("alloy")
    assert wanted.words
    assert not speech.parse({**ASKED, "stream_format": "sse"}).request("alloy").words


def test_the_language_can_be_told():
    assert speech.parse({**ASKED, "x_language": "ko"}).request("alloy").language == "ko"
    assert speech.parse(ASKED).request("alloy").language is None


def test_the_verdict_of_who_listened_is_told():
    assert speech.parse({**ASKED, "x_verify": True}).request("alloy").verified
    heard = SpeechFinished(1.0, 3, character_error_rate=0.02504)
    assert speech.done(heard).x_character_error_rate == 0.025
    assert speech.verdict(heard) == {"x-character-error-rate": "0.0250"}
    silent = SpeechFinished(1.0, 3)
    assert "x_character_error_rate" not in speech.done(silent).model_dump(exclude_unset=True)
    assert speech.verdict(silent) == {}
