"""Reading ahead: what every request with tools begins with is read while nobody asks anything."""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from dragoman.domain.engine import Stopped
from dragoman.domain.errors import EngineFailed
from dragoman.engines.llama_cpp.generation.admission import KvBudget

log = logging.getLogger(__name__)

PATIENCE_S = 1.0
"""An engine that was loaded for a request gets it at once: no reading before, nor right after."""

STEP = 32
"""Tokens that are read at once: who comes meanwhile waits for so many, some 0.3 s on two cores.

Not for the whole of llama.cpp's batch, nor for the next one, which it begins before it learns that
the reading is to stop.
"""


class Read(Protocol):
    """Reads a prompt into the cache: `Completer.prefill`."""

    def __call__(
        self, prompt: Sequence[int], stopped: Callable[[], bool], *, durable: bool = False
    ) -> None:
        """`durable`: also for processes to come.

        Raises:
            Stopped: the reading is to end.
        """
        ...


class PrefixWarmup:
    """Reads `prompts` into the cache, on a thread of its own; whoever asks meanwhile goes first."""

    def __init__(self, read: Read, budget: KvBudget, prompts: Sequence[Sequence[int]]) -> None:
        self._into_cache = read
        self._budget = budget
        self.prompts = prompts
        self._left = list(prompts)
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._read, name="dragoman-warmup", daemon=True)
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
                while self._left and not self._budget.busy:
                    self._warmup(self._left[0])
                    del self._left[0]
                if not self._left:
                    return
            except Stopped:
                continue
            except EngineFailed as error:
                log.warning("nothing is read ahead: %s", error)
                return

    def _warmup(self, prompt: Sequence[int]) -> None:
        size = len(prompt)
        with self._budget.reserve(1, size + 1, self._closed.is_set) as reservation:
            # What was read in a step before, or in a reading that was broken off, is in the cache.
            for end in (*range(STEP, size, STEP), size):
                self._into_cache(
                    prompt[:end],
                    lambda: self._closed.is_set() or reservation.disturbed,
                    durable=end == size,
                )
