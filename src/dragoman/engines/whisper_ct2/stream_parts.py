"""The first window of a stream in parts: its text comes sooner than that of the whole window."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from dragoman.domain.transcription import SAMPLE_RATE
from dragoman.engines.whisper_ct2.speech_spans import Span
from dragoman.engines.whisper_ct2.windows import Window

PART_LENGTHS = ((5 * SAMPLE_RATE // 2, 7 * SAMPLE_RATE), (6 * SAMPLE_RATE, 12 * SAMPLE_RATE))
"""The samples of the shortest and longest first part, and of the second; the rest is third."""

SHORTEST_WINDOW = 10 * SAMPLE_RATE
"""The samples (10 s) of the shortest window that is divided."""

SHORTEST_LAST_PART = 4 * SAMPLE_RATE
"""The samples (4 s) of the shortest last part."""

BREATH = 3 * SAMPLE_RATE // 10
"""The samples (0.3 s) of a breath: the first part ends at the first one."""

SHORTEST_PAUSE = SAMPLE_RATE // 10
"""The samples (0.1 s) of the shortest pause: less quiet is within a word as a rule."""


class QuietMoments(Protocol):
    """Tells where nobody speaks, and where it is softest; spans are samples of the recording."""

    def longest_pause(self, span: Span) -> Span | None:
        """The longest part of `span` without voice; None: there is none."""
        ...

    def softest_moment(self, span: Span) -> tuple[float, int] | None:
        """The loudness and the middle of the softest moment of `span`; None: none is soft."""
        ...


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause: its start and middle in the window and its length, in samples."""

    start: int
    middle: int
    length: int


def stream_parts(window: Window, quiet: QuietMoments) -> list[Window]:
    """Divide up to three windows that follow each other, at pauses.

    The first part ends at the first breath, since somebody waits for it, the second at its longest
    pause. Without a pause a part may be half as long again; without one there, it ends at the
    softest moment. A short window stays one part.
    """
    pieces: list[Window] = []
    left = window
    if window.length < SHORTEST_WINDOW:
        return [window]
    for shortest, longest in PART_LENGTHS:
        most = left.length - SHORTEST_LAST_PART
        later = min(longest * 3 // 2, most)
        seam = (
            (_breath(left, shortest, min(longest, most), quiet) if not pieces else None)
            or _seam(left, shortest, min(longest, most), quiet)
            or _seam(left, longest, later, quiet)
            or _lull(left, shortest, later, quiet)
        )
        if seam is None:
            break
        part, left = left.divided(seam)
        pieces.append(part)
    return [*pieces, left]


def _seam(window: Window, first: int, last: int, quiet: QuietMoments) -> int | None:
    """The middle of the longest pause between `first` and `last`, in samples of the window."""
    pause = _longest(window, first, last, quiet)
    return pause.middle if pause is not None and pause.length >= SHORTEST_PAUSE else None


def _breath(window: Window, first: int, last: int, quiet: QuietMoments) -> int | None:
    """The middle of the first breath between `first` and `last`, in samples of the window."""
    breath: Pause | None = None
    while (pause := _longest(window, first, last, quiet)) is not None and pause.length >= BREATH:
        breath, last = pause, pause.start - 1
    return breath.middle if breath is not None else None


def _lull(window: Window, first: int, last: int, quiet: QuietMoments) -> int | None:
    """The softest moment between `first` and `last`, in samples of the window."""
    lulls = [
        (softest_moment[0], softest_moment[1] - shift)
        for part, shift in _between(window, first, last)
        if (softest_moment := quiet.softest_moment(part)) is not None
    ]
    return min(lulls)[1] if lulls else None


def _longest(window: Window, first: int, last: int, quiet: QuietMoments) -> Pause | None:
    pauses = _pauses(window, first, last, quiet)
    return max(pauses, key=lambda pause: pause.length, default=None)


def _pauses(window: Window, first: int, last: int, quiet: QuietMoments) -> Iterator[Pause]:
    """The pauses between the spans of a window, and the longest one within each span."""
    begin = 0
    for before, span in pairwise(window.spans):
        begin += before.length
        if first <= begin <= last:
            yield Pause(begin, begin, span.start - before.end)
    for part, shift in _between(window, first, last):
        pause = quiet.longest_pause(part)
        if pause is not None:
            middle = (pause.start + pause.end) // 2 - shift
            yield Pause(pause.start - shift, middle, pause.length)


def _between(window: Window, first: int, last: int) -> Iterator[tuple[Span, int]]:
    """The parts of spans from `first` to `last`, and how much later they are in the recording."""
    begin = 0
    for span in window.spans:
        shift = span.start - begin
        part = Span(max(span.start, first + shift), min(span.end, last + shift))
        if part.length > 0:
            yield part, shift
        begin += span.length
