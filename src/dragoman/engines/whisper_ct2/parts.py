"""A window in parts, for somebody who reads along and would wait long for all of it."""

from collections.abc import Iterator
from typing import Protocol

from dragoman.domain.transcription import SAMPLE_RATE
from dragoman.engines.whisper_ct2.reel import Window
from dragoman.engines.whisper_ct2.spans import Span

LENGTHS = ((4 * SAMPLE_RATE, 9 * SAMPLE_RATE), (6 * SAMPLE_RATE, 12 * SAMPLE_RATE))
"""Samples: the shortest and the longest first part, and second part; the third is what is left."""

LEAST = 4 * SAMPLE_RATE
"""Samples of the last part: with less to come nobody waits long."""

SHORTEST_PAUSE = SAMPLE_RATE // 10
"""Samples (0.1 s): quiet in less is within a word as a rule."""


class Voice(Protocol):
    """Who knows when nobody speaks; samples of the recording."""

    def pause(self, span: Span) -> Span | None:
        """The longest stretch without voice within `span`; None: there is none."""
        ...


def parts(window: Window, voice: Voice) -> list[Window]:
    """Up to three windows that follow each other, divided at the longest pauses.

    It is one where it is short anyway, or where nobody takes breath.
    """
    found: list[Window] = []
    left = window
    for shortest, longest in LENGTHS:
        seam = _seam(left, shortest, min(longest, left.length - LEAST), voice)
        if seam is None:
            break
        part, left = left.divided(seam)
        found.append(part)
    return [*found, left]


def _seam(window: Window, first: int, last: int, voice: Voice) -> int | None:
    """Where to divide, between `first` and `last`, in samples of the window."""
    pauses = list(_pauses(window, first, last, voice))
    length, seam = max(pauses, key=lambda pause: pause[0], default=(0, 0))
    return seam if length >= SHORTEST_PAUSE else None


def _pauses(window: Window, first: int, last: int, voice: Voice) -> Iterator[tuple[int, int]]:
    """How long they are, and where their middle is in the window."""
    begin, before = 0, None
    for span in window.spans:
        if before is not None and first <= begin <= last:
            yield span.start - before.end, begin
        shift = span.start - begin
        part = Span(max(span.start, first + shift), min(span.end, last + shift))
        pause = voice.pause(part) if part.length > 0 else None
        if pause is not None:
            yield pause.length, (pause.start + pause.end) // 2 - shift
        begin, before = begin + span.length, span
