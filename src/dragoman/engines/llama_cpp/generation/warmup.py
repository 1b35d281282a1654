"""Reading ahead: what every request with tools begins with is read while nobody asks anything."""

import logging
import threading
from collections.abc import Callable, Sequence
from itertools import takewhile
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


class OwnPrefixes:
    """The prompts that the server itself wrote, which requests with tools begin with.

    Each is read to its end once, by the warm-up or for the first request that needs it, and kept.
    A question that only reads it as its own beginning would leave a copy of all of it with every
    request, and those push each other out of the memory for copies.
    """

    def __init__(
        self,
        read: Read,
        prompts: Sequence[Sequence[int]],
        remembers: Callable[[Sequence[int]], bool],
    ) -> None:
        """`remembers`: whether a prompt was kept by an earlier process."""
        self._into_cache = read
        self._lock = threading.Lock()
        self._unread = [prompt for prompt in prompts if not remembers(prompt)]

    @property
    def unread(self) -> list[Sequence[int]]:
        """Those that nobody has read to their end."""
        with self._lock:
            return list(self._unread)

    def read(self, prefix: Sequence[int], stopped: Callable[[], bool]) -> None:
        """Read one of them to its end, for this process and those to come.

        Raises:
            Stopped: the reading is to end.
        """
        self._into_cache(prefix, stopped, durable=True)
        with self._lock:
            if prefix in self._unread:
                self._unread.remove(prefix)

    def read_before(self, prompt: Sequence[int], stopped: Callable[[], bool]) -> None:
        """Read the one that `prompt` begins with, if there is one and nobody has.

        Raises:
            Stopped: nobody listens.
        """
        for prefix in self.unread:
            # Its last tokens close an empty question; `prompt` has a whole one there.
            if 2 * _common(prefix, prompt) > len(prefix):
                self.read(prefix, stopped)
                return


class PrefixWarmup:
    """Reads prefixes into the cache, on a thread of its own; whoever asks meanwhile goes first."""

    def __init__(self, read: Read, budget: KvBudget, prefixes: OwnPrefixes) -> None:
        self._into_cache = read
        self._budget = budget
        self._prefixes = prefixes
        self._begun: tuple[Sequence[int], int] = (), 0
        """The prompt that is read, and how many of its tokens are."""
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
                while (left := self._prefixes.unread) and not self._budget.busy:
                    self._warmup(left[0])
                if not left:
                    return
            except Stopped:
                continue
            except EngineFailed as error:
                log.warning("nothing is read ahead: %s", error)
                return

    def _warmup(self, prompt: Sequence[int]) -> None:
        size = len(prompt)
        with self._budget.reserve(1, size + 1, self._closed.is_set) as reservation:

            def stopped() -> bool:
                return self._closed.is_set() or reservation.disturbed

            # What was read in a step before, or in a reading that was broken off, is in the cache.
            prefix, read = self._begun
            for end in range(STEP + (read if prefix is prompt else 0), size, STEP):
                self._into_cache(prompt[:end], stopped)
                self._begun = prompt, end
            self._prefixes.read(prompt, stopped)


def _common(first: Sequence[int], second: Sequence[int]) -> int:
    """How many tokens both begin with."""
    pairs = zip(first, second, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
