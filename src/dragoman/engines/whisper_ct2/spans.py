"""Where somebody speaks: from voice probabilities to spans of speech."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

FRAME = 512
"""Samples of one voice probability: 32 ms at 16 kHz."""

FRAME_S = 0.032

ON, OFF = 0.5, 0.35
"""Speech begins at a probability of ON or more, and may end when it falls below OFF."""

LONGEST_PAUSE = 62
"""Frames (2 s) of quiet that end a span; shorter pauses are part of the speech."""

BREATH = 10
"""Frames (0.3 s) of quiet in whose middle speech may be cut without loss."""

SHORTEST = 3
"""Frames (0.1 s): a shorter span is a click."""

LONGEST = 875
"""Frames (28 s): with its padding a span fits into one window of Whisper."""

PADDING = 12
"""Frames (0.4 s) added after a span, and usually before it, as far as there is room between two."""


MOST = 937
"""Frames of one window of Whisper."""


@dataclass(frozen=True, slots=True)
class Manner:
    """What counts as speech; lengths in frames."""

    on: float = ON
    off: float = OFF
    pause: int = LONGEST_PAUSE
    lead: int = PADDING
    """Added before a span, as far as there is room."""

    @property
    def longest(self) -> int:
        """A span that fits into a window with its padding."""
        return min(LONGEST, MOST - self.lead - PADDING)


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to before `end`, in frames or in samples."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """In the span's own unit."""
        return self.end - self.start


class SpanFinder:
    """Turns probabilities, frame by frame, into spans of speech of at most `longest` frames.

    Speech is cut in the middle of every breath: the two spans meet there, nothing is lost, and
    windows can be filled. Longer speech without one is cut at its longest pause, or else where
    voice is least likely, in its second half.
    """

    def __init__(self, manner: Manner = Manner()) -> None:
        self._manner = manner
        self._frame = 0
        self._start: int | None = None
        self._quiet: int | None = None
        self._pauses: list[Span] = []
        self._voice: list[float] = []

    def feed(self, probability: float) -> Span | None:
        """Take the next frame; perhaps a span is over."""
        frame = self._frame
        self._frame += 1
        if self._start is None:
            if probability >= self._manner.on:
                self._begin(frame, probability)
            return None
        self._voice.append(probability)
        if probability >= self._manner.on:
            pause, self._quiet = self._quiet, None
            if pause is not None and frame - pause >= BREATH:
                return self._divide(self._start, (pause + frame) // 2)
            if pause is not None:
                self._pauses.append(Span(pause, frame))
        elif probability < self._manner.off and self._quiet is None:
            self._quiet = frame
        if self._quiet is not None and frame - self._quiet >= self._manner.pause:
            return self._close(self._start, self._quiet)
        if frame - self._start >= self._manner.longest:
            return self._cut(self._start, frame)
        return None

    def finish(self) -> Span | None:
        """No more frames: what is open ends here."""
        if self._start is None:
            return None
        return self._close(self._start, self._quiet or self._frame)

    def _begin(self, frame: int, probability: float) -> None:
        self._start, self._quiet, self._pauses = frame, None, []
        self._voice = [probability]

    def _close(self, start: int, end: int) -> Span | None:
        self._start = None
        return Span(start, end) if end - start >= SHORTEST else None

    def _divide(self, start: int, seam: int) -> Span:
        self._start, self._pauses = seam, []
        self._voice = self._voice[seam - start :]
        return Span(start, seam)

    def _cut(self, start: int, frame: int) -> Span:
        half = start + self._manner.longest // 2
        if self._quiet is not None:
            end, self._start = self._quiet, None
            return Span(start, end)
        pauses = [pause for pause in self._pauses if pause.start >= half]
        if pauses:
            pause = max(pauses, key=lambda pause: pause.length)
        else:
            weakest = min(range(half, frame), key=lambda at: self._voice[at - start])
            pause = Span(weakest, weakest)
        self._start = pause.end
        self._pauses = [later for later in self._pauses if later.start >= pause.end]
        self._voice = self._voice[pause.end - start :]
        return Span(start, pause.start)


def padded(spans: Iterable[Span], lead: int = PADDING) -> Iterator[Span]:
    """Give every span up to `lead` frames before and `PADDING` after it.

    Neighbours share what is between them. The last one may reach beyond the end of the recording.
    """
    before: Span | None = None
    for span in spans:
        if before is None:
            before = Span(max(0, span.start - lead), span.end)
            continue
        gap = span.start - before.end
        after = min(PADDING, gap // 2)
        yield Span(before.start, before.end + after)
        before = Span(span.start - min(lead, gap - after), span.end)
    if before is not None:
        yield Span(before.start, before.end + PADDING)
