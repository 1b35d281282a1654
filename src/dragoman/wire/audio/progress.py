"""The stream of `x_progress`: how far a recording is written down, then the answer."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel

from dragoman.domain.transcription import Segment


class Progress(BaseModel):
    """The event of one more segment; the first has no text, and comes when the file is decoded."""

    type: Literal["x_progress"]
    audio_seconds: float
    """The length of the whole recording, in seconds."""
    start: float
    end: float
    """The end of what is written down, in seconds."""
    text: str
    speaker: str | None = None
    """The speaker of the segment, where speakers are told apart."""


class Answer(BaseModel):
    """The last event: the answer that the request would have got without `x_progress`."""

    type: Literal["x_answer"]
    content_type: str
    body: str
    headers: dict[str, str]
    """The headers of the answer that are about it: `x-coverage`, `x-translated-by`."""


def begun(audio_seconds: float) -> Progress:
    """The event that the recording is decoded."""
    return Progress(
        type="x_progress", audio_seconds=round(audio_seconds, 3), start=0.0, end=0.0, text=""
    )


def progress(segment: Segment, audio_seconds: float) -> Progress:
    """The event that `segment` is written down."""
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
    """The event of the whole answer: `body`, with those of its headers that are about it."""
    about = {name: value for name, value in headers.items() if name.startswith("x-")}
    return Answer(type="x_answer", content_type=headers["content-type"], body=body, headers=about)
