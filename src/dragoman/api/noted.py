"""Notes on a request's work for its headers and the log: who did it, when, and what was ignored."""

from collections.abc import AsyncGenerator, Iterable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from starlette.types import Scope

from dragoman.api.observed import Observed, in_background, observation_of
from dragoman.api.timing import Timing
from dragoman.domain.engine import Engines, Kind, Lease
from dragoman.domain.transcription import Recording

Request = TypeVar("Request")
Event = TypeVar("Event")

MODEL = "model"
"""The place, in a request's state, of the name that was asked for, and then of the id of the model
that answers."""
CALLED = "model_called"
"""The place, in a request's state, of the name by which it calls its model."""
LEASED = "leased"
"""The place, in a request's state, of whether `MODEL` is that id."""
IGNORED = "ignored"
"""The place, in a request's state, of the fields without effect, in the order in which they
came."""
ORIGIN = "origin"
"""The place, in a request's state, of what its recording was decoded from, and how."""
TIMING = "timing"
"""The place, in a request's state, of the stopwatch of its work."""
STREAMED = "streamed"
"""The place, in a request's state, of whether its answer is sent as events."""
TRACE_ID = "trace_id"
"""The place, in a request's state, of the id of its trace, for the log."""


def ignore(state: MutableMapping[str, Any], fields: Iterable[str]) -> None:
    """Name fields of a request that have no effect; `state` is the request's."""
    state[IGNORED] = tuple(dict.fromkeys((*state.get(IGNORED, ()), *fields)))


class Noted:
    """See `domain.engine.Engines`: those of `engines`, for one request of a caller.

    What skills and codecs borrow besides goes past this: it is the named model that answers.
    `timing` is the request's stopwatch.
    """

    def __init__(self, engines: Engines, scope: Scope) -> None:
        self._engines = engines
        self._scope = scope
        self._state: dict[str, Any] = scope.setdefault("state", {})
        self._observation = observation_of(scope)
        self.timing = self._state[TIMING] = Timing()

    def ignore(self, *fields: str) -> None:
        """Name fields of the request that have no effect."""
        ignore(self._state, fields)

    def detach(self) -> Scope:
        """Note what follows for work that goes on when the request is answered.

        Returns what stands for the request there.
        """
        scope = in_background(self._scope)
        self._state, self._observation = scope["state"], observation_of(scope)
        return scope

    def hear(self, recording: Recording) -> None:
        """The request's recording is decoded."""
        self._state[ORIGIN] = recording.origin
        self._observation.recording_s = recording.duration_s
        self.timing.mark("decode")

    @asynccontextmanager
    async def lease(
        self, kind: Kind[Request, Event], model: str | None = None
    ) -> AsyncGenerator[Lease[Request, Event], None]:
        """See `Engines.lease`."""
        self._state[MODEL] = self._state[CALLED] = model
        async with self._engines.lease(kind, model) as lease:
            self._state |= {MODEL: lease.card.id, LEASED: True}
            self._observation.model = lease.card.id
            self.timing.mark("lease")
            yield Lease(Observed(lease.engine, self._observation), lease.card)

    def has(self, kind: Kind[Any, Any]) -> bool:
        """See `Engines.has`."""
        return self._engines.has(kind)
