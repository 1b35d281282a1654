"""Speech without text: where somebody surely speaks and nothing was written down."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from dragoman.domain.transcription import SAMPLE_RATE
from dragoman.engines.whisper_ct2.spans import Span

SHORTEST_S = 1.5
"""A shorter stretch without text is a pause, or the roughness of Whisper's times."""

VOICED_S = 1.0
"""That much sure voice is a word or more."""


class Voice(Protocol):
    """Who knows when somebody speaks; seconds of the recording."""

    def voiced_s(self, start_s: float, end_s: float) -> float:
        """For how long somebody surely speaks in this part."""
        ...


def unsaid(
    spans: Sequence[Span], told: Iterable[tuple[float, float]], voice: Voice
) -> list[tuple[float, float]]:
    """Parts of `spans` (samples) that nothing of `told` lies over, though there is speech.

    Seconds of the recording, in order; `told` in any order.
    """
    texts = sorted(told)
    gaps: list[tuple[float, float]] = []
    for span in spans:
        now, end = span.start / SAMPLE_RATE, span.end / SAMPLE_RATE
        free: list[tuple[float, float]] = []
        for start_s, end_s in texts:
            if start_s < end and end_s > now:
                free.append((now, start_s))
                now = max(now, end_s)
        free.append((now, end))
        gaps.extend(
            (a, b) for a, b in free if b - a >= SHORTEST_S and voice.voiced_s(a, b) >= VOICED_S
        )
    return gaps
