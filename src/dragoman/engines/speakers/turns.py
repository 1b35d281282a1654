"""From pieces that have a speaker to turns."""

from collections.abc import Sequence

from dragoman.domain.diarisation import Turn
from dragoman.domain.transcription import SAMPLE_RATE
from dragoman.engines.speakers.listening import MARGIN
from dragoman.engines.speakers.networks import FRAME
from dragoman.engines.speakers.tracks import Span, joined

GAP = 18
"""Frames, 0.3 s: a speaker who pauses for less goes on."""


def turns(spans: Sequence[Span], names: Sequence[str], samples: int) -> list[Turn]:
    """All turns in order; `names` are who says each of the spans, which are in order, too."""
    found: list[Turn] = []
    for name in dict.fromkeys(names):
        own = [(s.start, s.end) for s, who in zip(spans, names, strict=True) if who == name]
        for start, end in joined(own, GAP):
            times = _seconds(start), min(_seconds(end), samples / SAMPLE_RATE)
            if times[0] < times[1]:
                found.append(Turn(*times, name))
    return sorted(found, key=lambda turn: (turn.start_s, turn.end_s))


def _seconds(frame: int) -> float:
    """Where a frame begins to be the nearest one; the first one sees the beginning, too."""
    return (frame * FRAME + MARGIN) / SAMPLE_RATE if frame else 0.0
