"""The upstreams of one model, and which of them gets a request."""

import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from dragoman.domain.errors import EngineUnavailable, Overloaded, ServiceError
from dragoman.engines.remote_openai.circuit import Circuit, Clock
from dragoman.engines.remote_openai.prefixes import Blocks, Prefixes

SLACK = 4
"""How many requests more than the least busy upstream one may have that knows the prompt."""
SLACK_FACTOR = 1.5
"""How many times as many, where that is more: SGLang's router has the same two bounds."""


@dataclass(slots=True)
class Upstream:
    """One server, and how busy it is with our requests."""

    address: str
    bit: int
    """See `prefixes.Prefixes`."""
    circuit: Circuit
    requests: int = 0
    """The number of requests that it has from us now."""
    last_turn: int = 0
    """When it was chosen last: among equals the one that waits longest is next."""


class Attempt:
    """One request, sent to one upstream: a context that learns from how it ends."""

    def __init__(self, upstream: Upstream, lock: threading.Lock, *, is_watched: bool) -> None:
        self.upstream = upstream
        self._lock = lock
        self._is_watched = is_watched
        self._is_trial = is_watched and upstream.circuit.send()

    def answer(self) -> None:
        """Note that the first event has come."""
        with self._lock:
            if self._counts():
                self._is_trial = False
                self.upstream.circuit.answer()

    def __enter__(self) -> Self:
        """See the class."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Count how the request ended."""
        circuit = self.upstream.circuit
        with self._lock:
            self.upstream.requests -= 1
            if not self._counts():
                return
            if error is None:
                circuit.finish()
            elif isinstance(error, ServiceError):
                circuit.fail(error)
            elif self._is_trial:
                circuit.abandon()

    def _counts(self) -> bool:
        # What was sent before an upstream was left out says nothing of how it is now.
        return self._is_watched and (self._is_trial or self.upstream.circuit.is_closed)


class Upstreams:
    """All upstreams of one model.

    A lone one is never left out: there is nothing to gain by it.
    """

    def __init__(self, addresses: Sequence[str], clock: Clock = time.monotonic) -> None:
        self._lock = threading.Lock()
        self._all = [
            Upstream(address, 1 << number, Circuit(address, clock))
            for number, address in enumerate(addresses)
        ]
        self._prefixes = Prefixes()
        self._turns = 0

    @property
    def is_lone(self) -> bool:
        """Whether there is no other upstream to go to."""
        return len(self._all) == 1

    def in_use(self) -> int:
        """Return how many upstreams are not left out."""
        with self._lock:
            return sum(upstream.circuit.is_closed for upstream in self._all)

    def begin(self, prompt: Blocks, earlier: Collection[int]) -> Attempt | None:
        """Return an attempt at the upstream that gets the request; None: there is none.

        It is the least busy one, unless another that is not much busier knows the prompt's
        beginning. `earlier` are the bits of those that the request was sent to before.
        """
        with self._lock:
            usable = [
                upstream
                for upstream in self._all
                if upstream.bit not in earlier and (self.is_lone or not upstream.circuit.wait_s())
            ]
            if not usable:
                return None
            chosen = self._best(usable, prompt)
            self._turns += 1
            chosen.last_turn = self._turns
            chosen.requests += 1
            self._prefixes.remember(prompt, chosen.bit)
            return Attempt(chosen, self._lock, is_watched=not self.is_lone)

    def unavailable(self) -> ServiceError:
        """Return the error for a request that no upstream may be sent now."""
        with self._lock:
            retry_s = min(upstream.circuit.wait_s() for upstream in self._all)
            if all(upstream.circuit.overloaded for upstream in self._all):
                message = "All upstreams have too many requests."
                return Overloaded(message, code="rate_limit_exceeded", retry_s=retry_s)
            return EngineUnavailable("No upstream is available.", retry_s=retry_s)

    def _best(self, usable: Sequence[Upstream], prompt: Blocks) -> Upstream:
        def busyness(upstream: Upstream) -> tuple[int, int]:
            return upstream.requests, upstream.last_turn

        least = min(usable, key=busyness)
        holders = self._prefixes.holders(prompt, sum(upstream.bit for upstream in usable))
        knowing = [upstream for upstream in usable if upstream.bit & holders]
        if not knowing:
            return least
        known = min(knowing, key=busyness)
        most = max(least.requests + SLACK, least.requests * SLACK_FACTOR)
        return known if known.requests <= most else least
