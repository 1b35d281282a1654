"""Windows: spans of speech spliced for the model, and the groups in which they are decoded."""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray

from dragoman.domain.transcription import SAMPLE_RATE
from dragoman.engines.whisper_ct2.speech_spans import Span

SPLICE_S = 0.4
"""The seconds of quiet on either side of a splice, from the padding of the spans."""

SHORTEST_REST = SAMPLE_RATE // 5
"""The samples (0.2 s) of the shortest rest of a span that may hold a word."""

MAX_GROUP = 4
"""The most windows that are decoded together."""


@dataclass(frozen=True, slots=True)
class Window:
    """Spans that the model hears as one sound; times are seconds from the start of the window."""

    spans: tuple[Span, ...]

    @property
    def length(self) -> int:
        """The number of samples of all spans."""
        return sum(span.length for span in self.spans)

    def samples(self, recording: NDArray[np.int16]) -> NDArray[np.int16]:
        """The samples of the window, shape (length,)."""
        return np.concatenate([recording[span.start : span.end] for span in self.spans])

    def between(self, start_s: float, end_s: float) -> tuple[float, float]:
        """The times in the recording (seconds) of times in the window, kept inside the window.

        A text that begins in the quiet before a splice begins after it, and one that ends in the
        quiet after a splice ends before it: so no text hangs over a silence that was cut out.
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

    def rest(self, decoded_s: float) -> tuple[Span, ...]:
        """The spans after that moment, without a rest of a span that is too short for a word."""
        done = round(decoded_s * SAMPLE_RATE)
        left: list[Span] = []
        for span in self.spans:
            start = span.start + max(0, done)
            if span.end - start > (SHORTEST_REST if done > 0 else 0):
                left.append(Span(start, span.end))
            done -= span.length
        return tuple(left)

    def divided(self, at: int) -> tuple["Window", "Window"]:
        """The window before that sample of it, and the window from that sample on."""
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


class WindowPacker:
    """Packs spans into windows of at most `longest` samples, in order."""

    def __init__(self, spans: Iterator[Span], longest: int) -> None:
        self._spans = spans
        self._longest = longest
        self._waiting: Span | None = None

    def window(self) -> Window | None:
        """The next window: as many whole spans as fit, at least one; None at the end.

        Spans that meet are joined.
        """
        packed: list[Span] = []
        room = self._longest
        while (span := self._next_span()) is not None:
            if packed and span.length > room:
                self._waiting = span
                break
            if packed and packed[-1].end == span.start:
                packed[-1] = Span(packed[-1].start, span.end)
            else:
                packed.append(span)
            room -= span.length
        return Window(tuple(packed)) if packed else None

    def _next_span(self) -> Span | None:
        if self._waiting is not None:
            span, self._waiting = self._waiting, None
            return span
        return next(self._spans, None)


@dataclass(frozen=True, slots=True)
class WindowGroup:
    """Windows that are decoded together, in the order of the recording."""

    windows: tuple[Window, ...]
    short_padding: bool = False
    """Whether the group's only window is encoded with short padding; see `Whisper.encode`."""


def large_groups(packer: WindowPacker, share: Callable[[], int]) -> Iterator[WindowGroup]:
    """Groups as large as may be; towards the end smaller ones, so that every worker has some.

    `share` gives the number of workers that the recording has at this moment.
    """
    return _groups(packer, share, repeat(MAX_GROUP))


def growing_groups(packer: WindowPacker, share: Callable[[], int]) -> Iterator[WindowGroup]:
    """Groups that grow from one window on: text comes soon, and later windows cost little."""
    return _groups(packer, share, chain((1, 1, 2, 2), repeat(MAX_GROUP)))


def _groups(
    packer: WindowPacker, share: Callable[[], int], sizes: Iterator[int]
) -> Iterator[WindowGroup]:
    waiting: deque[Window] = deque()
    for size in sizes:
        while len(waiting) < size * share() and (window := packer.window()) is not None:
            waiting.append(window)
        if not waiting:
            return
        fair = -(-len(waiting) // share())
        yield WindowGroup(tuple(waiting.popleft() for _ in range(min(size, fair))))
