"""The progress of a pull, as it is shown to people."""

import sys
import time
from collections import deque
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import Protocol, TextIO

from dragoman.models.files import how_much

_WIDTH = 79
_TITLE = 24
_BAR = 10
_DRAW_S = 0.2
_WINDOW_S = 20.0
"""How much of the past the time left is worked out from."""
_STEPS = 10
"""Without a terminal: lines a task."""


class Bar(Protocol):
    """The bar of a task that is under way."""

    def advance(self, size: int) -> None:
        """Count `size` more bytes as done; negative where some have to be done again.

        May be called on several threads at once.
        """
        ...


class Lasting(Bar, Protocol):
    """The bar of several tasks: its title changes, and so does its total."""

    def change(self, title: str, total: int) -> None:
        """Change the title and the total; what is done stays done."""
        ...


class Progress(Protocol):
    """A place to which a pull reports its progress."""

    def task(self, title: str, total: int) -> AbstractContextManager[Bar]:
        """Begin a task of `total` bytes."""
        ...

    def say(self, line: str) -> None:
        """Show a message in words."""
        ...


class Screen(Progress, Protocol):
    """A display of tasks for people; it shows a task inside the task's context."""

    def task(self, title: str, total: int) -> AbstractContextManager[Lasting]:
        """See `Progress.task`."""
        ...


class _Ignored:
    def advance(self, size: int) -> None:
        """See `Bar.advance`."""

    def change(self, title: str, total: int) -> None:
        """See `Lasting.change`."""


class Silent:
    """A display that shows nothing, for programs."""

    @contextmanager
    def task(self, title: str, total: int) -> Generator[Lasting]:
        """See `Progress.task`."""
        del title, total
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

    def change(self, title: str, total: int) -> None:
        with self._lock:
            self._title, self._total = title, total
            self.draw(at_once=True)

    def draw(self, *, at_once: bool = False) -> None:
        now = self._bars.clock()
        if now - self._drawn < _DRAW_S and not at_once:
            return
        self._drawn = now
        self._past.append((now, self._done))
        while now - self._past[1][0] > _WINDOW_S:
            self._past.popleft()
        part = _part(self._done, self._total)
        figures = f"{int(part * 100):3} % of {how_much(self._total)}{self._pace(now)}"
        full = "#" * int(part * _BAR)
        line = f"{self._title[:_TITLE]:<{_TITLE}} [{full:<{_BAR}}] {figures}"
        self._bars.write(f"\r{line[:_WIDTH]:<{_WIDTH}}")

    def _pace(self, now: float) -> str:
        """Return the rate over a while: pip writes in bursts, and stands still between them."""
        since, before = self._past[0]
        if self._done >= self._total or now - since < 1 or self._done <= before:
            return ""
        rate = (self._done - before) / (now - since)
        left = int((self._total - self._done) / rate)
        return f", {how_much(int(rate))}/s, {left // 60}:{left % 60:02} left"


def _part(done: int, total: int) -> float:
    """Return the share that is done, from 0 to 1."""
    return min(max(done / total, 0.0), 1.0) if total > 0 else 1.0


class Bars:
    """A display for terminals: one bar a task."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._drawing = False
        self.clock = clock

    @contextmanager
    def task(self, title: str, total: int) -> Generator[Lasting]:
        """See `Progress.task`."""
        drawn = _Drawn(title, total, self)
        self._drawing = True
        try:
            yield drawn
        finally:
            drawn.draw(at_once=True)
            self._drawing = False
            self.write("\n")

    def say(self, line: str) -> None:
        """See `Progress.say`."""
        # Over the bar, which is drawn again below.
        self.write(f"\r{line:<{_WIDTH}}\n" if self._drawing else f"{line}\n")

    def write(self, text: str) -> None:
        """Write the text as it is."""
        self._stream.write(text)
        self._stream.flush()


class _Told:
    """A bar that prints a line at each step of a task."""

    def __init__(self, title: str, total: int, lines: "Lines") -> None:
        self._title, self._total, self._lines = title, total, lines
        self._done = 0
        self._step = 0
        self._lock = Lock()

    def advance(self, size: int) -> None:
        with self._lock:
            self._done += size
            step = int(_part(self._done, self._total) * _STEPS)
            if self._step < step < _STEPS:  # the end has a line of its own
                self._step = step
                percent = step * 100 // _STEPS
                self._lines.say(f"{self._title}: {percent} % of {how_much(self._total)}")

    def change(self, title: str, total: int) -> None:
        with self._lock:
            self._title, self._total = title, total

    def end(self, seconds: float) -> None:
        rate = how_much(int(self._total / max(seconds, 0.1)))
        self._lines.say(f"{self._title}: {how_much(self._total)} in {seconds:.1f} s, {rate}/s")


class Lines:
    """A display for logs: plain lines, ten a task at most."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self.clock = clock

    @contextmanager
    def task(self, title: str, total: int) -> Generator[Lasting]:
        """See `Progress.task`."""
        started = self.clock()
        shown = _Told(title, total, self)
        yield shown
        shown.end(self.clock() - started)

    def say(self, line: str) -> None:
        """See `Progress.say`."""
        self._stream.write(f"{line}\n")
        self._stream.flush()


def on(stream: TextIO | None = None) -> Screen:
    """Choose bars for a terminal and lines for all else; `stream` is standard error by default."""
    target = stream if stream is not None else sys.stderr
    return Bars(target) if target.isatty() else Lines(target)
