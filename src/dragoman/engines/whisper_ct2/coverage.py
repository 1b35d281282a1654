"""Speech that no text covers: somebody speaks there, and nothing was written down."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from dragoman.domain.transcription import SAMPLE_RATE
from dragoman.engines.whisper_ct2.speech_spans import Span

SHORTEST_GAP_S = 1.5
"""A shorter part without text is a pause, or due to the roughness of Whisper's times."""

MIN_VOICED_S = 1.0
"""A part with this much sure voice holds a word or more."""


class VoicedTime(Protocol):
    """Tells for how long somebody speaks; times are seconds of the recording."""

    def voiced_s(self, start_s: float, end_s: float) -> float:
        """The seconds for which somebody surely speaks in this part."""
        ...


def uncovered_speech(
    spans: Sequence[Span], transcribed: Iterable[tuple[float, float]], activity: VoicedTime
) -> list[tuple[float, float]]:
    """The parts of `spans` (samples) in which somebody speaks and that no text covers.

    Parts are in seconds of the recording, in order. `transcribed` are the times of the texts, in
    any order.
    """
    texts = sorted(transcribed)
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
            (a, b)
            for a, b in free
            if b - a >= SHORTEST_GAP_S and activity.voiced_s(a, b) >= MIN_VOICED_S
        )
    return gaps
