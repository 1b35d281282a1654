"""The spans of speech of a recording, spliced: what Whisper hears, and where that really is."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dragoman.domain.transcription import SAMPLE_RATE
from dragoman.engines.whisper_ct2.spans import Span

SPLICE_S = 0.4
"""Quiet on either side of a splice, from the padding of the spans."""

TAIL = SAMPLE_RATE // 5
"""Samples (0.2 s): less than this at the end of a span holds no word."""


@dataclass(frozen=True, slots=True)
class Window:
    """Spans heard in one go; times are seconds from the start of the window."""

    spans: tuple[Span, ...]

    @property
    def length(self) -> int:
        """Samples."""
        return sum(span.length for span in self.spans)

    def samples(self, recording: NDArray[np.int16]) -> NDArray[np.int16]:
        """What is heard, shape (length,)."""
        return np.concatenate([recording[span.start : span.end] for span in self.spans])

    def between(self, start_s: float, end_s: float) -> tuple[float, float]:
        """When that was in the recording (seconds), never over the edge of the window.

        What begins in the quiet before a splice began after it, and what ends in the quiet after
        a splice ended before it: so no text hangs over a silence that was cut out.
        """
        ends = self._ends()
        start = min(max(0.0, start_s), ends[-1])
        end = min(max(start, end_s), ends[-1])
        first = min(bisect_right(ends, start), len(ends) - 1)
        last = max(first, min(bisect_left(ends, end), len(ends) - 1))
        if first < last and ends[first] - start < SPLICE_S:
            first, start = first + 1, ends[first]
        if first < last and end - ends[last - 1] < SPLICE_S:
            last, end = last - 1, ends[last - 1]
        return self._original(first, start), self._original(last, end)

    def rest(self, heard_s: float) -> tuple[Span, ...]:
        """The spans after that moment; a negligible tail of the one that it falls into is left."""
        heard = round(heard_s * SAMPLE_RATE)
        left: list[Span] = []
        for span in self.spans:
            start = span.start + max(0, heard)
            if span.end - start > (TAIL if heard > 0 else 0):
                left.append(Span(start, span.end))
            heard -= span.length
        return tuple(left)

    def divided(self, at: int) -> tuple["Window", "Window"]:
        """What is heard before that sample of the window, and what is heard from it on."""
        before, after = list[Span](), list[Span]()
        for span in self.spans:
            cut = min(max(span.start, span.start + at), span.end)
            before += [Span(span.start, cut)] if cut > span.start else []
            after += [Span(cut, span.end)] if span.end > cut else []
            at -= span.length
        return Window(tuple(before)), Window(tuple(after))

    def _ends(self) -> list[float]:
        total = 0
        return [(total := total + span.length) / SAMPLE_RATE for span in self.spans]

    def _original(self, index: int, at_s: float) -> float:
        before = sum(span.length for span in self.spans[:index])
        return self.spans[index].start / SAMPLE_RATE + at_s - before / SAMPLE_RATE


class Reel:
    """Winds spans into windows of at most `longest` samples, in order."""

    def __init__(self, spans: Iterator[Span], longest: int) -> None:
        self._spans = spans
        self._longest = longest
        self._next: tuple[Span, ...] = ()

    def window(self) -> Window | None:
        """As many whole spans as fit, at least one, those that meet as one; None at the end."""
        taken: list[Span] = []
        room = self._longest
        while (span := self._draw()) is not None:
            if taken and span.length > room:
                self._next = (span, *self._next)
                break
            if taken and taken[-1].end == span.start:
                taken[-1] = Span(taken[-1].start, span.end)
            else:
                taken.append(span)
            room -= span.length
        return Window(tuple(taken)) if taken else None

    def again(self, spans: tuple[Span, ...]) -> None:
        """Put spans back, to be heard next."""
        self._next = (*spans, *self._next)

    def _draw(self) -> Span | None:
        if self._next:
            first, *others = self._next
            self._next = tuple(others)
            return first
        return next(self._spans, None)
