"""`Engines` over blocking engines in this process: what the app is given in tests."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from dragoman.domain.engine import BlockingEngine, Kind, Lease
from dragoman.domain.errors import ModelNotFound
from dragoman.domain.models import ModelCard
from dragoman.serving.process.remote import Remote
from dragoman.serving.threads import Hosted

Request = TypeVar("Request")
Event = TypeVar("Event")


class Held:
    """See `domain.engine.Engines`: engines by kind and name, loaded already.

    `cards` may say more of a model; `borrowed` counts the leases that are open.
    """

    def __init__(
        self,
        engines: Mapping[Kind[Any, Any], Mapping[str, BlockingEngine[Any, Any] | Remote[Any, Any]]],
        cards: Mapping[str, ModelCard] | None = None,
    ) -> None:
        self._hosted = {
            kind.name: {
                name: engine if isinstance(engine, Remote) else Hosted(engine)
                for name, engine in named.items()
            }
            for kind, named in engines.items()
        }
        self._cards = cards or {}
        self.borrowed = 0

    @asynccontextmanager
    async def lease(
        self, kind: Kind[Request, Event], model: str | None = None
    ) -> AsyncGenerator[Lease[Request, Event], None]:
        named = self._hosted.get(kind.name, {})
        name = next(iter(named), "") if model is None else model
        if name not in named:
            raise ModelNotFound.named(name)
        hosted: Hosted[Any, Any] | Remote[Any, Any] = named[name]
        card = self._cards.get(name) or ModelCard(id=name, kind=kind.name, engine="fake")
        self.borrowed += 1
        try:
            yield Lease(hosted, card)
        finally:
            self.borrowed -= 1

    def has(self, kind: Kind[Any, Any]) -> bool:
        return bool(self._hosted.get(kind.name))
