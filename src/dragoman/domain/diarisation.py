"""Who speaks when, without HTTP: a recording, and the turns of its speakers."""

from dataclasses import dataclass

from dragoman.domain.engine import Kind
from dragoman.domain.transcription import KnownSpeaker, Recording


@dataclass(frozen=True, slots=True)
class DiarisationRequest:
    """A recording, and who may be in it."""

    recording: Recording
    known: tuple[KnownSpeaker, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody speaks, in seconds from the start of the recording."""

    start_s: float
    end_s: float
    speaker: str
    """A known speaker's name; else a letter, in the order in which they are first heard."""


@dataclass(frozen=True, slots=True)
class Turns:
    """The answer: all turns in order of their beginning; those of two speakers may overlap."""

    turns: tuple[Turn, ...]


DIARISATION: Kind[DiarisationRequest, Turns] = Kind("diarisation", DiarisationRequest, (Turns,))
