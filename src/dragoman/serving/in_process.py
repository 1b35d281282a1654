"""Engines in this very process: for fakes, and for programs that need no server."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from dragoman.domain.engine import BlockingEngine, Kind, Lease
from dragoman.domain.errors import ModelNotFound
from dragoman.domain.kinds import SERVED_KINDS
from dragoman.domain.models import ModelCard, guess
from dragoman.serving.threads import Hosted

Request = TypeVar("Request")
Event = TypeVar("Event")


class InProcessEngines:
    """Loaded engines by their cards, the default of each kind first; see `domain.engine.Engines`.

    Native code that crashes takes this process with it: the server uses `pool.Pool` instead.
    """

    def __init__(self, engines: Iterable[tuple[ModelCard, BlockingEngine[Any, Any]]]) -> None:
        loaded = tuple(engines)
        self._hosted = {card.id: Hosted(engine) for card, engine in loaded}
        self._cards = tuple(card for card, _ in loaded)

    @asynccontextmanager
    async def lease(
        self, kind: Kind[Request, Event], model: str | None = None
    ) -> AsyncGenerator[Lease[Request, Event], None]:
        """See `Engines.lease`."""
        if model is None:
            card = next((card for card in self._cards if card.kind == kind.name), None)
        else:
            card = self.find(model, kind.name)
        if card is None:
            name = model or kind.name
            raise ModelNotFound.named(name, self.advice(name, kind.name))
        yield Lease(self._hosted[card.id], card)

    def has(self, kind: Kind[Any, Any]) -> bool:
        """See `Engines.has`."""
        return any(card.kind == kind.name for card in self._cards)

    def cards(self) -> Sequence[ModelCard]:
        """All models, the default of each kind first."""
        return self._cards

    def find(self, name: str, kind: str | None = None) -> ModelCard | None:
        """The model that answers to `name`."""
        return next(
            (
                card
                for card in self._cards
                if name in (card.id, *card.names) and kind in (None, card.kind)
            ),
            None,
        )

    def advice(self, name: str, kind: str | None = None) -> str | None:
        """The advice about a name that is not found: only loaded engines can be had here."""
        card = self.find(name)
        if card:
            return card.unfit(kind) if kind else None
        kinds = (kind,) if kind else SERVED_KINDS
        cards = [card for card in self._cards if card.kind in kinds]
        return guess(name, (name for card in cards for name in (card.id, *card.names)))
