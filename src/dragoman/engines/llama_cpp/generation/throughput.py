"""How fast this model reads and writes here, and how far it is with a prompt."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from dragoman.domain.chat import ChatEvent, ChatRequest, PromptProgress, Usage
from dragoman.domain.engine import Outlet
from dragoman.engines.llama_cpp.decoding.backend import CompletionChunk

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
        self._processed = -1

    @property
    def stopped(self) -> bool:
        """See `Outlet.stopped`."""
        return self._outlet.stopped

    def emit(self, event: Event) -> None:
        """See `Outlet.emit`."""
        if isinstance(event, PromptProgress):
            # What was looked at is read again from the cache to be decoded from.
            if event.processed > self._processed:
                self._processed = event.processed
                self._outlet.emit(event)
            return
        self.last = time.monotonic()
        self.first = self.first or self.last
        self._outlet.emit(event)


class Throughput:
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
        """The seconds for so many tokens; None: not known yet."""
        with self._lock:
            if self._read is None or self._written is None:
                return None
            return read * self._read + written * self._written


def watched(
    on_chunk: Callable[[CompletionChunk], bool],
    request: ChatRequest,
    size: int,
    outlet: Outlet[ChatEvent],
) -> Callable[[CompletionChunk], bool]:
    """`on_chunk`, before which is told how far `size` tokens are read, where that is wanted."""
    if not request.progress:
        return on_chunk

    def on_watched(chunk: CompletionChunk) -> bool:
        if not chunk.decoded:
            processed = min(size, chunk.cached + chunk.read)
            outlet.emit(PromptProgress(size, chunk.cached, processed, chunk.read_s))
        return on_chunk(chunk)

    return on_watched


def _mixed(known: float | None, new: float) -> float:
    return new if known is None else (1 - NEWS) * known + NEWS * new
