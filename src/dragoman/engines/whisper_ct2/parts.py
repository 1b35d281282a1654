"""A window in parts, for somebody who reads along and would wait long for all of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from dragoman.domain.transcription import SAMPLE_RATE
from dragoman.engines.whisper_ct2.reel import Window
from dragoman.engines.whisper_ct2.spans import Span

LENGTHS = ((5 * SAMPLE_RATE // 2, 7 * SAMPLE_RATE), (6 * SAMPLE_RATE, 12 * SAMPLE_RATE))
"""Samples: the shortest and the longest first part, and second part; the third is what is left."""

SHORT = 10 * SAMPLE_RATE
"""Samples of a window that is soon heard."""

LEAST = 4 * SAMPLE_RATE
"""Samples of the last part: with less to come nobody waits long."""

BREATH = 3 * SAMPLE_RATE // 10
"""Samples (0.3 s) of a pause at which the first part ends, if it is the first such pause."""

SHORTEST_PAUSE = SAMPLE_RATE // 10
"""Samples (0.1 s): quiet in less is within a word as a rule."""


class Voice(Protocol):
    """Who knows when nobody speaks; samples of the recording."""

    def pause(self, span: Span) -> Span | None:
        """The longest stretch without voice within `span`; None: there is none."""
        ...

    def lull(self, span: Span) -> tuple[float, int] | None:
        """The softest moment within `span`, how soft and when; None: nothing is much softer."""
        ...


@dataclass(frozen=True, slots=True)
class Pause:
    """Where nobody speaks: where it begins in the window, its middle there, its length; samples."""

    start: int
    middle: int
    length: int


def parts(window: Window, voice: Voice) -> list[Window]:
    """Up to three windows that follow each other, divided at pauses.

    The first part ends at the first breath, since somebody waits for it, the second at its longest
    pause. Where nobody pauses for as long as a part may be, it is half as long again; where nobody
    does even then, it ends at the softest moment. It is one where it is short anyway.
    """
    pieces: list[Window] = []
    left = window
    if window.length < SHORT:
        return [window]
    for shortest, longest in LENGTHS:
        most = left.length - LEAST
        later = min(longest * 3 // 2, most)
        seam = (
            (_breath(left, shortest, min(longest, most), voice) if not pieces else None)
            or _seam(left, shortest, min(longest, most), voice)
            or _seam(left, longest, later, voice)
            or _lull(left, shortest, later, voice)
        )
        if seam is None:
            break
        part, left = left.divided(seam)
        pieces.append(part)
    return [*pieces, left]


def _seam(window: Window, first: int, last: int, voice: Voice) -> int | None:
    """Where to divide, between `first` and `last`, in samples of the window."""
    pause = _longest(window, first, last, voice)
    return pause.middle if pause is not None and pause.length >= SHORTEST_PAUSE else None


def _breath(window: Window, first: int, last: int, voice: Voice) -> int | None:
    """The middle of the first breath between `first` and `last`, in samples of the window."""
    breath: Pause | None = None
    while (pause := _longest(window, first, last, voice)) is not None and pause.length >= BREATH:
        breath, last = pause, pause.start - 1
    return breath.middle if breath is not None else None


def _lull(window: Window, first: int, last: int, voice: Voice) -> int | None:
    """The softest moment between `first` and `last`, in samples of the window."""
    lulls = [
        (lull[0], lull[1] - shift)
        for part, shift in _between(window, first, last)
        if (lull := voice.lull(part)) is not None
    ]
    return min(lulls)[1] if lulls else None


def _longest(window: Window, first: int, last: int, voice: Voice) -> Pause | None:
    pauses = _pauses(window, first, last, voice)
    return max(pauses, key=lambda pause: pause.length, default=None)


def _pauses(window: Window, first: int, last: int, voice: Voice) -> Iterator[Pause]:
    """Between its spans, and the longest within each of them."""
    begin = 0
    for before, span in pairwise(window.spans):
        begin += before.length
        if first <= begin <= last:
            yield Pause(begin, begin, span.start - before.end)
    for part, shift in _between(window, first, last):
        pause = voice.pause(part)
        if pause is not None:
            middle = (pause.start + pause.end) // 2 - shift
            yield Pause(pause.start - shift, middle, pause.length)


def _between(window: Window, first: int, last: int) -> Iterator[tuple[Span, int]]:
    """What of its spans is heard from `first` to `last`, and how much later in the recording."""
    begin = 0
    for span in window.spans:
        shift = span.start - begin
        part = Span(max(span.start, first + shift), min(span.end, last + shift))
        if part.length > 0:
            yield part, shift
        begin += span.length
