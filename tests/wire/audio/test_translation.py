import pytest

from dragoman.domain.errors import RequestInvalid
from dragoman.domain.transcription import Recording, TranscriptionRequest
from dragoman.wire.audio.transcription import WHISPER_FORMATS
from dragoman.wire.audio.translation import translation

RECORDING = Recording("there", 16_000)


def request(*fields: tuple[str, str]) -> TranscriptionRequest:
    return translation([("model", "any"), *fields], has_file=True).request(RECORDING)


def refusal(*fields: tuple[str, str]) -> RequestInvalid:
    with pytest.raises(RequestInvalid) as caught:
        request(*fields)
    return caught.value


def test_a_translation_asks_for_english():
    asked = request(("prompt", "p"))
    assert (asked.task, asked.language, asked.prompt) == ("translate", None, "p")
    assert (asked.into, asked.way) == ("en", None)


@pytest.mark.parametrize("form", WHISPER_FORMATS)
def test_a_translation_has_five_formats(form: str):
    fields = [("model", "any"), ("response_format", form), ("temperature", "0.5")]
    asked = translation(fields, has_file=True)
    assert (asked.response_format, asked.temperature) == (form, 0.5)


def test_subtitles_have_lines_as_long_as_asked():
    fields = [("model", "any"), ("response_format", "srt"), ("x_max_line_chars", "32")]
    assert translation(fields, has_file=True).line_chars == 32


@pytest.mark.parametrize("name", ["language", "stream", "timestamp_granularities[]", "include[]"])
def test_a_translation_has_no_other_fields(name: str):
    assert refusal((name, "en")).code == "unknown_parameter"


def test_another_language_is_asked_for_by_its_code():
    assert request(("x_to_language", "ko")).into == "ko"
    error = refusal(("x_to_language", "Korean"))
    assert (error.param, error.code) == ("x_to_language", "invalid_language_format")


@pytest.mark.parametrize(
    ("value", "way"), [("auto", None), ("chat", "chat"), ("recogniser", "recogniser")]
)
def test_the_way_can_be_chosen(value: str, way: str | None):
    assert request(("x_translate_by", value)).way == way


def test_there_is_no_third_way():
    assert refusal(("x_translate_by", "magic")).code == "invalid_value"


def test_a_recogniser_by_itself_knows_english_only():
    error = refusal(("x_translate_by", "recogniser"), ("x_to_language", "ko"))
    assert (error.param, error.code) == ("x_translate_by", "unsupported_value")


def test_nobody_is_told_apart_in_a_translation():
    fields = [("model", "gpt-4o-transcribe-diarize")]
    long = Recording("there", 31 * 16_000)
    assert not translation(fields, has_file=True).request(long).diarised
