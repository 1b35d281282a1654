"""Spans of speech: where somebody speaks, found in the probabilities of voice."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

FRAME = 512
"""The samples (32 ms at 16 kHz) that have one probability of voice."""

FRAME_S = 0.032

THRESHOLD, NEG_THRESHOLD = 0.5, 0.35
"""Speech begins at the first probability or a higher one, and may end below the second."""

MIN_SILENCE = 62
"""The frames (2 s) of quiet that end a span; a shorter pause is part of the speech."""

BREATH = 10
"""The frames (0.3 s) of quiet in whose middle speech may be cut without loss."""

MIN_SPEECH = 3
"""The frames (0.1 s) of the shortest speech: less is a click."""

MAX_SPEECH = 875
"""The frames (28 s) of the longest span: with its padding it fits into one window."""

SPEECH_PAD = 12
"""The frames (0.4 s) added after a span, and usually before it, where there is room."""


WINDOW_FRAMES = 937
"""The frames of one window of the model (30 s)."""


@dataclass(frozen=True, slots=True)
class VadOptions:
    """What counts as speech; lengths are in frames."""

    threshold: float = THRESHOLD
    neg_threshold: float = NEG_THRESHOLD
    min_silence: int = MIN_SILENCE
    speech_pad: int = SPEECH_PAD
    """The frames added before a span, where there is room."""

    @property
    def longest(self) -> int:
        """The longest span that fits into a window with its padding."""
        return min(MAX_SPEECH, WINDOW_FRAMES - self.speech_pad - SPEECH_PAD)


@dataclass(frozen=True, slots=True)
class Span:
    """A part from `start` to before `end`, in frames or in samples."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """The length in the unit of the span."""
        return self.end - self.start


class SpanFinder:
    """Turns probabilities, frame by frame, into spans of speech of at most `longest` frames.

    Speech is cut in the middle of every breath: the two spans meet there, nothing is lost, and
    windows can be filled. Longer speech without one is cut at its longest pause, or else where
    voice is least likely, in its second half.
    """

    def __init__(self, options: VadOptions = VadOptions()) -> None:
        self._options = options
        self._frame = 0
        self._start: int | None = None
        self._quiet: int | None = None
        self._pauses: list[Span] = []
        self._voice: list[float] = []

    def feed(self, probability: float) -> Span | None:
        """Take the probability of the next frame; return a span where one has ended."""
        frame = self._frame
        self._frame += 1
        if self._start is None:
            if probability >= self._options.threshold:
                self._begin(frame, probability)
            return None
        self._voice.append(probability)
        if probability >= self._options.threshold:
            pause, self._quiet = self._quiet, None
            if pause is not None and frame - pause >= BREATH:
                return self._divide(self._start, (pause + frame) // 2)
            if pause is not None:
                self._pauses.append(Span(pause, frame))
        elif probability < self._options.neg_threshold and self._quiet is None:
            self._quiet = frame
        if self._quiet is not None and frame - self._quiet >= self._options.min_silence:
            return self._close(self._start, self._quiet)
        if frame - self._start >= self._options.longest:
            return self._cut(self._start, frame)
        return None

    def finish(self) -> Span | None:
        """Return the span that the end of the recording ends, if there is one."""
        if self._start is None:
            return None
        return self._close(self._start, self._quiet or self._frame)

    def _begin(self, frame: int, probability: float) -> None:
        self._start, self._quiet, self._pauses = frame, None, []
        self._voice = [probability]

    def _close(self, start: int, end: int) -> Span | None:
        self._start = None
        return Span(start, end) if end - start >= MIN_SPEECH else None

    def _divide(self, start: int, seam: int) -> Span:
        self._start, self._pauses = seam, []
        self._voice = self._voice[seam - start :]
        return Span(start, seam)

    def _cut(self, start: int, frame: int) -> Span:
        half = start + self._options.longest // 2
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


def padded(spans: Iterable[Span], lead: int = SPEECH_PAD) -> Iterator[Span]:
    """Give every span up to `lead` frames before it and `SPEECH_PAD` after it.

    Neighbours share the frames between them. The last span may reach beyond the recording.
    """
    before: Span | None = None
    for span in spans:
        if before is None:
            before = Span(max(0, span.start - lead), span.end)
            continue
        gap = span.start - before.end
        after = min(SPEECH_PAD, gap // 2)
        yield Span(before.start, before.end + after)
        before = Span(span.start - min(lead, gap - after), span.end)
    if before is not None:
        yield Span(before.start, before.end + SPEECH_PAD)
