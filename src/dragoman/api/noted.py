"""Which model does the work of a request: written down for its headers and for the log."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from starlette.types import Scope

from dragoman.domain.engine import Engines, Kind, Lease

Request = TypeVar("Request")
Event = TypeVar("Event")

MODEL = "model"
"""In a request's state: the name that was asked for, and then the id of the model that answers."""
LEASED = "leased"
"""In a request's state: whether `MODEL` is that id."""


class Noted:
    """See `domain.engine.Engines`: those of `engines`, for one request of a caller.

    What skills and codecs borrow besides goes past this: it is the named model that answers.
    """

    def __init__(self, engines: Engines, scope: Scope) -> None:
        self._engines = engines
        self._state: dict[str, Any] = scope.setdefault("state", {})

    @asynccontextmanager
    async def lease(
        self, kind: Kind[Request, Event], model: str | None = None
    ) -> AsyncGenerator[Lease[Request, Event], None]:
        """See `Engines.lease`."""
        self._state[MODEL] = model
        async with self._engines.lease(kind, model) as lease:
            self._state |= {MODEL: lease.card.id, LEASED: True}
            yield lease

    def has(self, kind: Kind[Any, Any]) -> bool:
        """See `Engines.has`."""
        return self._engines.has(kind)
