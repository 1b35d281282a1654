"""Turns of pieces that have a speaker."""

from collections.abc import Sequence

from dragoman.domain.diarisation import Turn
from dragoman.domain.transcription import SAMPLE_RATE
from dragoman.engines.speakers.embedding import MARGIN
from dragoman.engines.speakers.networks import FRAME
from dragoman.engines.speakers.tracks import Span, bridged

MAX_PAUSE = 18
"""The frames (0.3 s) of a pause that ends a turn."""


def turns(spans: Sequence[Span], names: Sequence[str], samples: int) -> list[Turn]:
    """All turns in order; `names` are the speakers of the spans, which are in order, too."""
    result: list[Turn] = []
    for name in dict.fromkeys(names):
        own = [(s.start, s.end) for s, who in zip(spans, names, strict=True) if who == name]
        for start, end in bridged(own, MAX_PAUSE):
            times = _seconds(start), min(_seconds(end), samples / SAMPLE_RATE)
            if times[0] < times[1]:
                result.append(Turn(*times, name))
    return sorted(result, key=lambda turn: (turn.start_s, turn.end_s))


def _seconds(frame: int) -> float:
    """The second from which a frame is the nearest one; 0 for the first frame."""
    return (frame * FRAME + MARGIN) / SAMPLE_RATE if frame else 0.0
