"""`x_progress`: how far a recording is written down, then the answer in whatever format it has."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel

from dragoman.domain.transcription import Segment


class Progress(BaseModel):
    """One segment more; the first event has no text, and comes when the file is decoded."""

    type: Literal["x_progress"]
    audio_seconds: float
    """The length of the whole recording."""
    start: float
    end: float
    """Up to where it is written down, in seconds."""
    text: str
    speaker: str | None = None
    """Where speakers are told apart."""


class Answer(BaseModel):
    """The last event: what the request would have been answered without `x_progress`."""

    type: Literal["x_answer"]
    content_type: str
    body: str
    headers: dict[str, str]
    """Those that are about the answer: `x-coverage`, `x-translated-by`."""


def begun(audio_seconds: float) -> Progress:
    """The recording is decoded."""
    return Progress(
        type="x_progress", audio_seconds=round(audio_seconds, 3), start=0.0, end=0.0, text=""
    )


def progress(segment: Segment, audio_seconds: float) -> Progress:
    """`segment` is written down."""
    report = Progress(
        type="x_progress",
        audio_seconds=round(audio_seconds, 3),
        start=round(segment.start_s, 3),
        end=round(segment.end_s, 3),
        text=segment.text.strip(),
    )
    if segment.speaker is not None:
        report.speaker = segment.speaker
    return report


def answer(body: str, headers: Mapping[str, str]) -> Answer:
    """`body` with those of its headers that are about it."""
    about = {name: value for name, value in headers.items() if name.startswith("x-")}
    return Answer(type="x_answer", content_type=headers["content-type"], body=body, headers=about)
