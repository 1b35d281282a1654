"""Turns: who may use an engine next, fair between callers, bounded, with the time it takes."""

import math
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

import anyio

from dragoman.domain.errors import Overloaded

WEIGHT = 0.2
"""The weight of the last answer in the running mean of how long answers take."""
LONGEST_RETRY_S = 60.0
"""The longest `Retry-After` in seconds: OpenAI's clients make no use of a longer one."""


@dataclass(eq=False, slots=True)
class _Ticket:
    """One who waits for a place."""

    wide: bool
    let_in: bool
    granted: anyio.Event = field(default_factory=anyio.Event)


@dataclass(eq=False, slots=True)
class _Flow:
    """The requests of one caller."""

    served_s: float = 0.0
    """How long they have held places, those under way not counted."""
    began: list[float] = field(default_factory=list[float])
    """When each of those under way began."""
    waiting: deque[_Ticket] = field(default_factory=deque[_Ticket])
    inside: int = 0
    """Requests that were let in, waiting or not."""

    def service_s(self, now: float) -> float:
        """How long this caller has held places until now."""
        return self.served_s + sum(now - began for began in self.began)


class Turns:
    """The queue of one engine, which hands out the places in it.

    The next place goes to the caller who has held places for the shortest time since they came,
    and within a caller to the request that came first. Requests with several choices take half
    of the places at most, as they take the longest. A caller who comes back after a pause has
    no claim to what was not used meanwhile.

    Work that was let in already (a sentence of an answer that is spoken, a picture of a question)
    is never refused here: it goes before what its caller has waiting, and waits as long as it
    takes. There is no more of it than the requests that were let in elsewhere can have.
    """

    def __init__(
        self,
        name: str,
        most: int,
        places: Callable[[], int],
        longest_wait_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`most` requests may be inside; `places` tells how many of them may work at once."""
        self._name = name
        self._most = most
        self._places = places
        self._longest_wait_s = longest_wait_s
        self._clock = clock
        self._flows: dict[str, _Flow] = {}
        self._wide = 0
        self._mean_s: float | None = None
        self._unlucky = 0
        """Requests that were turned away since the last one ended."""
        self.rejected = 0

    @property
    def running(self) -> int:
        """How many requests hold a place."""
        return sum(len(flow.began) for flow in list(self._flows.values()))

    @property
    def waiting(self) -> int:
        """How many requests wait for a place."""
        return sum(len(flow.waiting) for flow in list(self._flows.values()))

    @contextmanager
    def inside(self, caller: str, *, let_in: bool = False) -> Generator[None]:
        """Hold room for a request of `caller` inside the context.

        `let_in`: it is part of a request that has room already.

        A full queue still has room for a caller with less than a fair share of it, up to twice its
        size: nobody can shut out the others by filling it.

        Raises:
            Overloaded: there is no room, or the wait would be too long.
        """
        if not let_in:
            self._check(caller)
        flow = self._flow(caller)
        flow.inside += 1
        try:
            yield
        finally:
            flow.inside -= 1
            self._forget(caller, flow)

    @asynccontextmanager
    async def turn(
        self, caller: str, *, wide: bool = False, let_in: bool = False
    ) -> AsyncGenerator[float, None]:
        """Wait for a place, hold it inside the context, and give the seconds that were waited.

        Raises:
            Overloaded: it took too long, and the work was not let in before.
        """
        flow, ticket = self._flow(caller), _Ticket(wide, let_in)
        came = self._clock()
        flow.waiting.append(ticket)
        self.hand_out()
        try:
            with anyio.move_on_after(math.inf if let_in else self._longest_wait_s):
                await ticket.granted.wait()
            if not ticket.granted.is_set():
                raise self._overloaded(
                    f"This request waited {self._longest_wait_s:.0f} s for {self._name}, which is "
                    "busy with others."
                )
            yield self._clock() - came
        finally:
            if ticket.granted.is_set():
                self._give_back(flow, wide=wide)
            else:
                flow.waiting.remove(ticket)
            self._forget(caller, flow)
            self.hand_out()

    def hand_out(self) -> None:
        """Give free places to those whose turn it is; also to be called when there are more."""
        while self.running < self._places():
            now = self._clock()
            waiting = [
                (flow.service_s(now), number, flow, ticket)
                for number, flow in enumerate(self._flows.values())
                if (ticket := self._first(flow)) is not None
            ]
            if not waiting:
                return
            _, _, flow, ticket = min(waiting, key=lambda each: each[:2])
            flow.waiting.remove(ticket)
            flow.began.append(now)
            self._wide += ticket.wide
            ticket.granted.set()

    def _first(self, flow: _Flow) -> _Ticket | None:
        """Who is next of a caller, as far as there is a place for such a request."""
        crowded = self._wide >= max(1, self._places() // 2)
        able = [each for each in flow.waiting if not (each.wide and crowded)]
        return next((each for each in able if each.let_in), able[0] if able else None)

    def _give_back(self, flow: _Flow, *, wide: bool) -> None:
        # Whichever of a caller's requests ends first: the sum is the same.
        took_s = self._clock() - flow.began.pop(0)
        flow.served_s += took_s
        # One that took very long says nothing of the next ones, and may not close the queue.
        took_s = min(took_s, self._longest_wait_s)
        self._wide -= wide
        self._unlucky = max(0, self._unlucky - 1)
        mean_s = took_s if self._mean_s is None else self._mean_s
        self._mean_s = mean_s + WEIGHT * (took_s - mean_s)

    def _check(self, caller: str) -> None:
        inside = sum(flow.inside for flow in self._flows.values())
        if inside >= self._most:
            flow = self._flows.get(caller)
            callers = len(self._flows) + (flow is None)
            share = self._most // callers if callers > 1 else 0
            if inside >= 2 * self._most or (flow.inside if flow else 0) >= share:
                raise self._overloaded(
                    f"The queue of {self._name} is full: {inside} requests are under way or wait."
                )
        expected_s = self._expected_s(caller)
        if expected_s > self._longest_wait_s:
            raise self._overloaded(
                f"The queue of {self._name} is too long: a request would wait {expected_s:.0f} s."
            )

    def _expected_s(self, caller: str) -> float:
        """How long one who comes now would wait: callers take turns, however many requests wait."""
        flow = self._flows.get(caller)
        own = len(flow.waiting) if flow else 0
        turns = (own + 1) * (len(self._flows) + (flow is None))
        before = min(self.waiting + 1, turns) - max(0, self._places() - self.running)
        return max(0, before) * (self._mean_s or 0.0) / max(1, self._places())

    def _overloaded(self, reason: str) -> Overloaded:
        """The refusal, with the time until there is room for as many as were turned away."""
        self.rejected += 1
        self._unlucky += 1
        room_s = self._unlucky * (self._mean_s or 0.0) / max(1, self._places())
        retry_s = min(max(room_s, 1.0), LONGEST_RETRY_S)
        return Overloaded(f"{reason} Please try again in {retry_s:.0f} s.", retry_s=retry_s)

    def _flow(self, caller: str) -> _Flow:
        if caller not in self._flows:
            now = self._clock()
            least_s = min((flow.service_s(now) for flow in self._flows.values()), default=0.0)
            self._flows[caller] = _Flow(least_s)
        return self._flows[caller]

    def _forget(self, caller: str, flow: _Flow) -> None:
        if not (flow.inside or flow.began or flow.waiting):
            self._flows.pop(caller, None)
