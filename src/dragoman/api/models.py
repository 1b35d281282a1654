"""`/v1/models`: what is installed, by all of its names; `/v1/audio/models`: what of it speaks."""

from collections.abc import Sequence
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dragoman.api import routing
from dragoman.api.errors import as_json
from dragoman.domain.errors import ModelNotFound
from dragoman.domain.kinds import SERVED_KINDS
from dragoman.domain.models import ModelCard
from dragoman.domain.speech import SPEECH
from dragoman.wire import models as wire
from dragoman.wire.errors import envelope

CODEX = "client_version"
"""The query by which Codex is known. It reads `models`, in a form of its own with its prompts in
it, and breaks without; where the list is empty it keeps to its own."""


class ModelList(Protocol):
    """The list of installed models."""

    def find(self, name: str, kind: str | None = None) -> ModelCard | None:
        """The installed model that answers to `name`."""
        ...

    def cards(self) -> Sequence[ModelCard]:
        """Installed models, the default of each kind first."""
        ...

    def advice(self, name: str, kind: str | None = None) -> str | None:
        """Advice about a name that is not found; None: nothing is known of it."""
        ...


def answering(installed: ModelList) -> list[ModelCard]:
    """The model of each kind that OpenAI's names lead to."""
    firsts = {card.kind: card for card in reversed(installed.cards())}
    return [firsts[kind] for kind in SERVED_KINDS if kind in firsts]


def routes(installed: ModelList) -> list[Route]:
    """Build the routes over `installed`."""

    def find(name: str) -> ModelCard:
        card = installed.find(name)
        if card is None or card.kind not in SERVED_KINDS:
            advice = None if card else installed.advice(name)
            message = f"The model '{name}' does not exist"
            raise ModelNotFound(f"{message}. {advice}" if advice else message, param="model")
        return card

    def kinds() -> set[str]:
        return {card.kind for card in installed.cards()}

    async def models(request: Request) -> Response:
        cards = (card for card in installed.cards() if card.kind in SERVED_KINDS)
        page = wire.page(cards, kinds()).model_dump()
        if CODEX in request.query_params:
            page["models"] = []
        return JSONResponse(page)

    async def speakers(_: Request) -> Response:
        cards = (card for card in installed.cards() if card.kind == SPEECH.name)
        return JSONResponse(wire.audio_page(cards, kinds()))

    async def retrieve(request: Request) -> Response:
        name = request.path_params["name"]
        return JSONResponse(wire.model(find(name), name, kinds()).model_dump())

    async def delete(request: Request) -> Response:
        name = request.path_params["name"]
        card = find(name)
        message = (
            f"You have insufficient permissions to delete '{name}'. On the machine itself: "
            f"dragoman models remove {card.id}"
        )
        return as_json(403, envelope(message, param="model"))

    return [
        routing.get_and_head("/v1/models", models),
        routing.get("/v1/audio/models", speakers),
        routing.get_and_head("/v1/models/{name:path}", retrieve),
        routing.delete("/v1/models/{name:path}", delete),
    ]
