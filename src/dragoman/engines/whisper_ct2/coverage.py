"""Speech that was not written down: no text covers it, or one that is too short for it."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from dragoman.domain.transcription import SAMPLE_RATE
from dragoman.engines.whisper_ct2.speech_spans import Span

SHORTEST_GAP_S = 1.5
"""A shorter part without text is a pause, or due to the roughness of Whisper's times."""

MIN_VOICED_S = 1.0
"""A part with this much sure voice holds a word or more."""

SPARSE = 0.7
"""The share of its neighbours' characters a second below which a text may lack words."""

MIN_SPARSE_S, MIN_NEIGHBOURS_S = 3.0, 4.0
"""The seconds of voice of a text, and of its neighbours, from which on they are compared."""


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


def sparse_texts(texts: Sequence[tuple[float, float, str]], activity: VoicedTime) -> list[int]:
    """The indices of the texts that are too short for as long as somebody speaks meanwhile.

    `texts` are those of one window, each with its times in seconds of the recording. Whisper
    sometimes leaves sentences out and has the one before them last until their end. How fast
    people speak, and how many characters that is, the other texts of the window tell.
    """
    voiced = [activity.voiced_s(start_s, end_s) for start_s, end_s, _ in texts]
    lengths = [len(text.strip()) for _, _, text in texts]
    sparse: list[int] = []
    for index, (own_s, length) in enumerate(zip(voiced, lengths, strict=True)):
        others_s, others = sum(voiced) - own_s, sum(lengths) - length
        if own_s >= MIN_SPARSE_S and others_s >= MIN_NEIGHBOURS_S:
            sparse += [index] if length / own_s < SPARSE * others / others_s else []
    return sparse
