"""The one shape that every engine has, seen from both sides.

A route sees an `Engine`: give it a request, get events. Whoever writes an engine writes a
`BlockingEngine`: ordinary blocking code that emits events as they come. `serving.threads` turns the
second into the first, in this process or, through `serving.process`, in another.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

from dragoman.domain.errors import EngineFailed
from dragoman.domain.models import ModelCard

Request_contra = TypeVar("Request_contra", contravariant=True)
Event_co = TypeVar("Event_co", covariant=True)
Event_contra = TypeVar("Event_contra", contravariant=True)
Request = TypeVar("Request")
Event = TypeVar("Event")


class Engine(Protocol[Request_contra, Event_co]):
    """A loaded model, as a route sees it."""

    def stream(self, request: Request_contra) -> AsyncGenerator[Event_co, None]:
        """Answer `request`, event by event.

        Closing the generator (or cancelling its consumer) stops the work before its next step.

        Raises:
            RequestInvalid: this model cannot do what is asked.
            EngineUnavailable: the engine is not running; the same request may succeed later.
            EngineFailed: the engine broke under this request.
        """
        ...


class Stopped(Exception):
    """Raised by `Outlet.emit` when nobody listens any more: let it pass, and stop."""


class Outlet(Protocol[Event_contra]):
    """Where a `BlockingEngine` puts what it makes."""

    def emit(self, event: Event_contra) -> None:
        """Hand `event` over; blocks while the consumer is slow.

        Raises:
            Stopped: the consumer is gone.
        """
        ...

    @property
    def stopped(self) -> bool:
        """Whether the consumer is gone: to be looked at between two long steps without events.

        To look also shows that the engine lives: one that neither looks nor emits for minutes is
        taken to hang.
        """
        ...


class BlockingEngine(Protocol[Request_contra, Event_co]):
    """A loaded model, as its author writes it: blocking code, called on several threads.

    The specification of every engine, held by `tests/engines/test_conformance.py`: events come in
    order, the last one says that the answer is whole; after `Stopped` no work goes on; a request
    that cannot be served raises `RequestInvalid` before the first event; any other exception means
    that this request is lost, and only this one.
    """

    @property
    def concurrency(self) -> int:
        """How many requests may be in `run` at once; more wait outside."""
        ...

    def run(self, request: Request_contra, outlet: Outlet[Event_co]) -> None:
        """Answer `request` into `outlet`; returns when the last event is out."""
        ...

    def close(self) -> None:
        """Free what the engine holds; called once, when nothing runs."""
        ...


@runtime_checkable
class Gauged(Protocol):
    """An engine that measures itself; few do."""

    def gauges(self) -> Mapping[str, float]:
        """Return what it measures now, by the names of metrics; called from another thread."""
        ...


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """The engine to load: its name in `engines.ENGINES`, and where its files are."""

    engine: str
    directory: str
    """Where the model's verified files are; empty for an engine without weights."""
    threads: int = 2
    """Compute threads the engine may use."""
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The options from the catalogue and the operator, checked by the engine."""
    margin_bytes: int = 0
    """The memory that its process may take beyond what it has when it is loaded; 0: any amount."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[Request, Event]):
    """A sort of work: its name in the catalogue, its request and its events."""

    name: str
    request: type[Request]
    events: tuple[type[Event], ...]


@dataclass(frozen=True, slots=True)
class Lease(Generic[Request_contra, Event_co]):
    """A borrowed engine and what the catalogue says of its model."""

    engine: Engine[Request_contra, Event_co]
    card: ModelCard


class Engines(Protocol):
    """Where routes and skills borrow engines."""

    def lease(
        self, kind: Kind[Request, Event], model: str | None = None
    ) -> AbstractAsyncContextManager[Lease[Request, Event]]:
        """Borrow the engine of `model` (any of its names; None: the first installed of that kind).

        It is loaded first if need be, and not unloaded while borrowed.

        Raises:
            ModelNotFound: no such model is installed, or it is of another kind.
            Overloaded: its queue is full.
            EngineUnavailable: it does not start.
        """
        ...

    def has(self, kind: Kind[Any, Any]) -> bool:
        """Whether any model of `kind` is installed."""
        ...


async def ask(
    engines: Engines, kind: Kind[Request, Event], request: Request, model: str | None = None
) -> Event:
    """Borrow an engine, send it one request and return the first event of its answer.

    This is for kinds of work that are answered with a single event: codecs, sight, diarisation.

    Raises:
        EngineFailed: the engine ended without an event.
        ServiceError: whatever `Engines.lease` and `Engine.stream` raise.
    """
    async with (
        engines.lease(kind, model) as lease,
        aclosing(lease.engine.stream(request)) as events,
    ):
        async for event in events:
            return event
    raise EngineFailed(f"the {kind.name} engine gave no answer")
