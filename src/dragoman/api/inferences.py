"""The answers that engines generate for one request, and its waits in queues, for its trace."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from dragoman.domain.chat import FinishReason, Usage
from dragoman.wire.telemetry import Attributes

SHORTEST_S = 0.001
"""A shorter wait is none: a place was free."""
MOST_WAITS = 128
"""Waits that are remembered of one request, the first ones: a spoken answer has one a sentence."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait for a turn in an engine's queue; its beginning counts from that of the request."""

    model: str
    began_s: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Inference:
    """An answer that an engine generated; its times count from the beginning of the request."""

    request: Attributes
    """The request to the engine, in the conventions' words."""
    model: str
    began_s: float
    ended_s: float
    first_s: float | None
    """The time of the first token, segment or sound."""
    usage: Usage
    finished: tuple[FinishReason, ...]
    spoken_s: float
    """The length of the sound that was made."""
    failure: str
    """The kind of failure: the name of its class; empty: there was none."""


@dataclass(slots=True)
class Inferences:
    """The answers and waits of one request so far, in order; `began` is on the counter's clock."""

    began: float
    answers: list[Inference] = field(default_factory=list[Inference])
    waits: list[Wait] = field(default_factory=list[Wait])


_GATHERED: ContextVar[Inferences | None] = ContextVar("gathered", default=None)


@contextmanager
def gathering(inferences: Inferences | None) -> Generator[None]:
    """Have `note_wait` write to `inferences` inside; tasks that begin inside inherit it.

    None: the request is not traced, and its waits are forgotten.
    """
    token = _GATHERED.set(inferences)
    try:
        yield
    finally:
        _GATHERED.reset(token)


def note_wait(model: str, seconds: float) -> None:
    """Note that the request that is answered has waited for `model`, until now."""
    gathered = _GATHERED.get()
    if gathered is not None and seconds >= SHORTEST_S and len(gathered.waits) < MOST_WAITS:
        began_s = time.perf_counter() - gathered.began - seconds
        gathered.waits.append(Wait(model, began_s, seconds))
