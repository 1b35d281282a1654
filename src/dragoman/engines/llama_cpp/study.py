"""Reading ahead: what every request with tools begins with is read while nobody asks anything."""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import TypeAlias

from dragoman.domain.engine import Stopped
from dragoman.domain.errors import EngineFailed
from dragoman.engines.llama_cpp.gate import Gate

log = logging.getLogger(__name__)

PATIENCE_S = 1.0
"""An engine that was loaded for a request gets it at once: no reading before, nor right after."""

Look: TypeAlias = Callable[[Sequence[int], Callable[[], bool]], object]
"""Reads a prompt unless told to stop, and raises `Stopped` then: `Decoder.look`."""


class Study:
    """Reads `prompts` into the cache, on a thread of its own; whoever asks meanwhile goes first."""

    def __init__(self, look: Look, gate: Gate, prompts: Sequence[Sequence[int]]) -> None:
        self._look = look
        self._gate = gate
        self.prompts = prompts
        self._left = list(prompts)
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._read, name="study", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Whether it is over, after `seconds` at the latest."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def close(self) -> None:
        """Stop, before the next step."""
        self._closed.set()
        self._thread.join()

    def _read(self) -> None:
        while not self._closed.wait(PATIENCE_S):
            try:
                while self._left and not self._gate.busy:
                    self._study(self._left[0])
                    del self._left[0]
                if not self._left:
                    return
            except Stopped:
                continue
            except EngineFailed as error:
                log.warning("nothing is read ahead: %s", error)
                return

    def _study(self, prompt: Sequence[int]) -> None:
        with self._gate.hold(1, len(prompt) + 1, self._closed.is_set) as holding:
            self._look(prompt, lambda: self._closed.is_set() or holding.disturbed)
