"""The answers to `x_dry_run` on sound: what a request would take, where nothing is made."""

from typing import Literal

from pydantic import BaseModel

from dragoman.domain.errors import RequestInvalid


class SpeechDryRun(BaseModel):
    """The answer to a speech request with `x_dry_run`."""

    object: Literal["x_dry_run"]
    model: str
    input_characters: int
    input_tokens: int
    """The phoneme symbols, which `usage` would count as input tokens."""
    predicted_audio_seconds: float | None
    """The seconds of sound; null: nothing was spoken here yet."""
    predicted_seconds: float | None
    """The seconds until the last piece; null: nothing was spoken here yet."""


class TranscriptionDryRun(BaseModel):
    """The answer to a transcription or a translation with `x_dry_run`."""

    object: Literal["x_dry_run"]
    model: str
    audio_seconds: float
    """The seconds of the decoded recording."""
    predicted_seconds: float | None
    """The seconds until the whole answer; null: no such answer was given here yet."""


def no_dry_run() -> RequestInvalid:
    """The error where the engine knows no dry runs."""
    return RequestInvalid(
        "Unsupported parameter: 'x_dry_run' is not supported with this model.",
        param="x_dry_run",
        code="unsupported_parameter",
    )
