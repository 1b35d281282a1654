"""How a pull tells what it is doing."""

import sys
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import NoReturn, Protocol, TextIO

from tqdm import tqdm

from dragoman.models.files import how_much

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
    def __init__(self, bar: "tqdm[NoReturn]") -> None:
        self._bar = bar
        self._lock = Lock()

    def advance(self, size: int) -> None:
        with self._lock:
            self._bar.update(size)


class Bars:
    """For terminals: one bar a task."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    @contextmanager
    def task(self, title: str, total: int) -> Generator[Bar]:
        """See `Progress.task`."""
        drawn: tqdm[NoReturn] = tqdm(
            desc=title,
            total=total,
            unit="B",
            unit_scale=True,
            file=self._stream,
            dynamic_ncols=True,
        )
        with drawn:
            yield _Drawn(drawn)

    def say(self, line: str) -> None:
        """See `Progress.say`."""
        tqdm.write(line, file=self._stream)


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
