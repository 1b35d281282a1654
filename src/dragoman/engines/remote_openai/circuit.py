"""A circuit breaker: an upstream that fails is left out for a while, and let back in by a trial."""

import logging
from collections.abc import Callable

from dragoman.domain.errors import EngineFailed, EngineUnavailable, Overloaded, ServiceError
from dragoman.engines.remote_openai.refusal import LONGEST_WAIT_S

log = logging.getLogger(__name__)

FIRST_S = 1.0
"""How long an upstream is left out the first time; then twice as long each time."""
LONGEST_S = 30.0
MAX_BREAKS = 3
"""Answers that break in a row: one may be the fault of its request, so many are the upstream's."""

Clock = Callable[[], float]


class Circuit:
    """Whether one upstream may be sent a request now; whoever calls holds a lock.

    It is closed as long as all is well. What fails opens it, and nothing is sent for a back-off.
    Then it is half-open: one request is the trial, and its first event closes the circuit.
    """

    def __init__(self, address: str, clock: Clock) -> None:
        self._address = address
        self._clock = clock
        self._until: float | None = None
        """When the back-off is over; None: the circuit is closed."""
        self._trial = False
        """Whether the trial is under way."""
        self._backoffs = 0
        """The back-offs since the last whole answer."""
        self._breaks = 0
        """The answers that broke since the last whole one."""
        self.overloaded = False
        """Whether it is open because the upstream has too much to do."""

    @property
    def is_closed(self) -> bool:
        """Whether the upstream is in use."""
        return self._until is None

    def wait_s(self) -> float:
        """Return after how many seconds a request may be sent; 0: now."""
        if self._until is None:
            return 0.0
        left_s = self._until - self._clock()
        return FIRST_S if self._trial and left_s <= 0 else max(left_s, 0.0)

    def send(self) -> bool:
        """Note that a request is sent, and return whether it is the trial."""
        self._trial = self._until is not None
        return self._trial

    def answer(self) -> None:
        """Note that the upstream answers a request: it is back."""
        if self._until is not None:
            self._until, self._trial, self.overloaded = None, False, False
            log.info("event=upstream-back upstream=%s", self._address)

    def finish(self) -> None:
        """Note that an answer is whole."""
        self.answer()
        self._backoffs = self._breaks = 0

    def abandon(self) -> None:
        """Note that the trial ended without a verdict, as its client left: another may follow."""
        self._trial = False

    def fail(self, error: ServiceError) -> None:
        """Note how a request failed: the upstream is left out where that is its own fault."""
        match error:
            case EngineFailed():
                self._breaks += 1
                if self._breaks >= MAX_BREAKS or self._trial:
                    self._open(error)
            case EngineUnavailable() | Overloaded():
                self._open(error)
            case _:
                self.answer()  # it refuses the request, so it is there

    def _open(self, error: ServiceError) -> None:
        self.overloaded = isinstance(error, Overloaded)
        pause_s = FIRST_S
        if not self.overloaded:
            pause_s = min(FIRST_S * 2**self._backoffs, LONGEST_S)
            self._backoffs = min(self._backoffs + 1, 10)
        pause_s = min(max(pause_s, error.retry_s or 0.0), LONGEST_WAIT_S)
        level = logging.WARNING if self._until is None else logging.DEBUG
        self._until, self._trial = self._clock() + pause_s, False
        log.log(
            level,
            "event=upstream-left-out upstream=%s seconds=%.0f reason=%r",
            self._address,
            pause_s,
            error.message,
        )
