"""The answers to `x_dry_run` on sound: what a request would take, where nothing is made."""

from typing import Literal

from pydantic import BaseModel

from dragoman.domain.errors import RequestInvalid


class SpeechDryRun(BaseModel):
    """What speech would take."""

    object: Literal["x_dry_run"]
    model: str
    input_characters: int
    input_tokens: int
    """Phoneme symbols: what `usage` would count."""
    predicted_audio_seconds: float | None
    """Of sound; null: nothing was spoken here yet."""
    predicted_seconds: float | None
    """Until the last piece; null: nothing was spoken here yet."""


class TranscriptionDryRun(BaseModel):
    """What a transcription or a translation would take."""

    object: Literal["x_dry_run"]
    model: str
    audio_seconds: float
    """Of the decoded recording."""
    predicted_seconds: float | None
    """Until the whole answer; null: no such answer was given here yet."""


def no_dry_run() -> RequestInvalid:
    """The engine knows no dry runs."""
    return RequestInvalid(
        "Unsupported parameter: 'x_dry_run' is not supported with this model.",
        param="x_dry_run",
        code="unsupported_parameter",
    )
