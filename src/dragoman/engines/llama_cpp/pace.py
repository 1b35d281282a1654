"""How fast this model reads and writes here, for estimates."""

import threading
import time
from typing import Generic, TypeVar

from dragoman.domain.chat import Usage
from dragoman.domain.engine import Outlet

Event = TypeVar("Event")

NEWS = 0.3
"""The weight of the latest measurement."""
FEWEST_READ, FEWEST_WRITTEN = 16, 8
"""Tokens; fewer tell little."""


class Timed(Generic[Event]):
    """See `domain.engine.Outlet`: another one, with the times of its first and last event."""

    def __init__(self, outlet: Outlet[Event]) -> None:
        self._outlet = outlet
        self.started = time.monotonic()
        self.first = self.last = 0.0

    @property
    def stopped(self) -> bool:
        """See `Outlet.stopped`."""
        return self._outlet.stopped

    def emit(self, event: Event) -> None:
        """See `Outlet.emit`."""
        self.last = time.monotonic()
        self.first = self.first or self.last
        self._outlet.emit(event)


class Pace:
    """Seconds a token, the latest measurements weighing most."""

    def __init__(self) -> None:
        self._read: float | None = None
        self._written: float | None = None
        self._lock = threading.Lock()

    def note(self, usage: Usage, timed: Timed[Event], choices: int) -> None:
        """Learn from an answer; its choices were written side by side."""
        read = usage.prompt_tokens - usage.cached_tokens
        written = (usage.completion_tokens - usage.rejected_prediction_tokens) / choices
        with self._lock:
            if read >= FEWEST_READ:
                self._read = _mixed(self._read, (timed.first - timed.started) / read)
            if written >= FEWEST_WRITTEN:
                self._written = _mixed(self._written, (timed.last - timed.first) / written)

    def seconds(self, read: int, written: int) -> float | None:
        """For so many tokens; None: not known yet."""
        with self._lock:
            if self._read is None or self._written is None:
                return None
            return read * self._read + written * self._written


def _mixed(known: float | None, new: float) -> float:
    return new if known is None else (1 - NEWS) * known + NEWS * new
