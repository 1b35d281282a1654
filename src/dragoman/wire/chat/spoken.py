"""The fields `modalities` and `audio`: whether the answer is spoken, and how."""

from collections.abc import Mapping
from typing import cast

from dragoman.domain.chat import AnswerFormat, FreeText, Spoken
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.speech import AudioFormat
from dragoman.wire.audio.speech import VOICES
from dragoman.wire.faults import missing
from dragoman.wire.fields import Fields, Json, array, enum, string

MODALITIES = array(enum("text", "audio"), 1, of="an array of strings")
FORMATS: Mapping[str, AudioFormat] = {
    "wav": "wav",
    "aac": "aac",
    "mp3": "mp3",
    "flac": "flac",
    "opus": "opus",
    "pcm16": "pcm",
}
"""A map from OpenAI's format here to the name of the same format at `/v1/audio/speech`."""


def read_spoken(fields: Fields, answer: AnswerFormat, *, stream: bool) -> Spoken | None:
    """Read both fields together; None: the answer is text.

    Raises:
        RequestInvalid: one without the other, or sound in a format that cannot be streamed.
    """
    modalities = fields.optional("modalities", MODALITIES, ())
    spoken = fields.optional("audio", _spoken)
    if "audio" not in modalities:
        if spoken is not None:
            raise RequestInvalid(
                "The 'audio' parameter is only allowed when 'modalities' includes 'audio'.",
                param="audio",
            )
        return None
    if spoken is None:
        raise missing("audio")
    if stream and spoken.format != "pcm":
        name = next(name for name, value in FORMATS.items() if value == spoken.format)
        raise RequestInvalid(
            f"Unsupported value: 'audio.format' does not support '{name}' when stream=true. "
            "Supported values are: 'pcm16'.",
            param="audio.format",
            code="unsupported_value",
        )
    if not isinstance(answer, FreeText):
        raise RequestInvalid(
            "Invalid parameter: 'response_format' of a type other than 'text' is not supported "
            "when 'modalities' includes 'audio'.",
            param="response_format",
            code="invalid_parameter_combination",
        )
    return spoken


def _spoken(value: Json, path: str) -> Spoken:
    fields = Fields(value, path)
    fields.only("voice", "format")
    voice, own = fields.required("voice", _voice)
    return Spoken(voice, FORMATS[fields.required("format", enum(*FORMATS))], own)


def no_such_voice(name: str) -> RequestInvalid:
    """The error for an id of a voice that nobody made, or that was deleted."""
    return RequestInvalid(
        f"There is no voice with the id '{name[:100]}'.",
        param="audio.voice",
        code="voice_not_found",
    )


def _voice(value: Json, path: str) -> tuple[str, bool]:
    """A name, or the id of a voice that a caller made."""
    if not isinstance(value, dict):
        return enum(*sorted(VOICES))(value, path), False
    custom = Fields(cast("Json", value), path)
    custom.only("id")
    return custom.required("id", string()), True
