"""How a pull tells what it is doing."""

import sys
import time
from collections import deque
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import Protocol, TextIO

from dragoman.models.files import how_much

_WIDTH = 79
_TITLE = 36
_BAR = 10
_DRAW_S = 0.2
_WINDOW_S = 20.0
"""How much of the past the time left is worked out from."""
_SILENCE_S = 5.0
"""Without a terminal, how long nothing is said of a task."""


class Bar(Protocol):
    """A task that is under way."""

    def advance(self, size: int) -> None:
        """`size` more bytes are done; negative where some have to be done again.

        May be called on several threads at once.
        """
        ...


class Progress(Protocol):
    """Where a pull reports."""

    def task(self, title: str, total: int) -> AbstractContextManager[Bar]:
        """Begin a task of `total` bytes."""
        ...

    def say(self, line: str) -> None:
        """Tell something in words."""
        ...


class _Ignored:
    def advance(self, size: int) -> None:
        """See `Bar.advance`."""


class Silent:
    """For programs."""

    @contextmanager
    def task(self, title: str, total: int) -> Generator[Bar]:  # noqa: ARG002 - see `Progress`
        """See `Progress.task`."""
        yield _Ignored()

    def say(self, line: str) -> None:
        """See `Progress.say`."""


class _Drawn:
    """One line that is written over itself, never wider than a terminal of 80 columns."""

    def __init__(self, title: str, total: int, bars: "Bars") -> None:
        self._title, self._total, self._bars = title, total, bars
        self._done = 0
        self._past = deque([(bars.clock(), 0)])
        self._drawn = -_DRAW_S
        self._lock = Lock()
        self.draw()

    def advance(self, size: int) -> None:
        with self._lock:
            self._done += size
            self.draw()

    def draw(self, *, last: bool = False) -> None:
        now = self._bars.clock()
        if now - self._drawn < _DRAW_S and not last:
            return
        self._drawn = now
        self._past.append((now, self._done))
        while now - self._past[1][0] > _WINDOW_S:
            self._past.popleft()
        part = min(max(self._done / max(self._total, 1), 0.0), 1.0)
        figures = f"{int(part * 100):3} % of {how_much(self._total)}{self._pace(now)}"
        full = "#" * int(part * _BAR)
        line = f"{self._title[:_TITLE]:<{_TITLE}} [{full:<{_BAR}}] {figures}"
        self._bars.write(f"\r{line[:_WIDTH]:<{_WIDTH}}")

    def _pace(self, now: float) -> str:
        """Over a while: pip writes in bursts, and stands still between them."""
        since, before = self._past[0]
        if self._done >= self._total or now - since < 1 or self._done <= before:
            return ""
        rate = (self._done - before) / (now - since)
        left = int((self._total - self._done) / rate)
        return f", {left // 60}:{left % 60:02} left"


class Bars:
    """For terminals: one bar a task."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self.clock = clock

    @contextmanager
    def task(self, title: str, total: int) -> Generator[Bar]:
        """See `Progress.task`."""
        drawn = _Drawn(title, total, self)
        try:
            yield drawn
        finally:
            drawn.draw(last=True)
            self.write("\n")

    def say(self, line: str) -> None:
        """See `Progress.say`."""
        self.write(f"{line}\n")

    def write(self, text: str) -> None:
        """As it is."""
        self._stream.write(text)
        self._stream.flush()


class Counted:
    """Progress of one model of several: titles begin with `2 of 5`."""

    def __init__(self, progress: Progress, number: int, count: int) -> None:
        self._progress = progress
        self._prefix = f"{number} of {count} " if count > 1 else ""

    def task(self, title: str, total: int) -> AbstractContextManager[Bar]:
        """See `Progress.task`."""
        return self._progress.task(self._prefix + title, total)

    def say(self, line: str) -> None:
        """See `Progress.say`."""
        self._progress.say(line)


class _Told:
    """How far a task is, now and then."""

    def __init__(self, title: str, total: int, lines: "Lines") -> None:
        self._title, self._total, self._lines = title, total, lines
        self._done = 0
        self._told = lines.clock()
        self._lock = Lock()

    def advance(self, size: int) -> None:
        with self._lock:
            self._done += size
            if self._lines.clock() - self._told >= _SILENCE_S:
                self._told = self._lines.clock()
                percent = self._done * 100 // max(self._total, 1)
                self._lines.say(f"{self._title}: {percent} % of {how_much(self._total)}")


class Lines:
    """For logs: plain lines, a few a minute."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self.clock = clock

    @contextmanager
    def task(self, title: str, total: int) -> Generator[Bar]:
        """See `Progress.task`."""
        started = self.clock()
        yield _Told(title, total, self)
        self.say(f"{title}: {how_much(total)} in {self.clock() - started:.1f} s")

    def say(self, line: str) -> None:
        """See `Progress.say`."""
        self._stream.write(f"{line}\n")
        self._stream.flush()


def on(stream: TextIO | None = None) -> Progress:
    """Bars on a terminal, lines elsewhere; on standard error unless told otherwise."""
    target = stream if stream is not None else sys.stderr
    return Bars(target) if target.isatty() else Lines(target)
