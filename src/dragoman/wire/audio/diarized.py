"""The answers of `-diarize` names: a transcript with its speakers."""

from typing import Literal

from pydantic import BaseModel

from dragoman.domain import transcription as domain
from dragoman.wire.audio.flags import Flag, flags
from dragoman.wire.audio.transcript import DurationUsage, TokenUsage, Transcript, usage
from dragoman.wire.audio.transcription import TranscriptionCall


class SpokenSegment(BaseModel):
    """A piece of the transcript that one speaker says, in an answer or as an event; seconds."""

    type: Literal["transcript.text.segment"] = "transcript.text.segment"
    id: str
    start: float
    end: float
    text: str
    speaker: str
    x_flags: list[Flag] | None = None
    """The flags that say why the text may be wrong, where that is to be marked."""


class DiarizedJson(BaseModel):
    """The answer of `response_format=diarized_json`."""

    task: Literal["transcribe"]
    duration: float
    text: str
    segments: list[SpokenSegment]
    usage: TokenUsage | DurationUsage


def diarized_json(call: TranscriptionCall, transcript: Transcript) -> DiarizedJson:
    """Build the whole answer."""
    return DiarizedJson(
        task="transcribe",
        duration=round(transcript.duration_s, 3),
        text=transcript.text,
        segments=[spoken_segment(call, segment) for segment in transcript.segments],
        usage=usage(call, transcript),
    )


def spoken_segment(call: TranscriptionCall, segment: domain.Segment) -> SpokenSegment:
    """Build one segment, with its leading space, as OpenAI has it."""
    answer = SpokenSegment(
        type="transcript.text.segment",
        id=segment_id(segment),
        start=segment.start_s,
        end=segment.end_s,
        text=segment.text,
        speaker=segment.speaker or "",
    )
    if call.flagged == "mark" and (doubts := flags(segment)):
        answer.x_flags = doubts
    return answer


def segment_id(segment: domain.Segment) -> str:
    """The id of a segment; the first is `seg_001`."""
    return f"seg_{segment.index + 1:03d}"
