"""`POST /v1/models/{id}/load` and `/unload`: which engines are in memory, for an operator."""

from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dragoman.api import routing
from dragoman.api.disconnect import unless_hung_up
from dragoman.api.keys import require_operator
from dragoman.api.models import ModelList
from dragoman.domain.errors import ModelNotFound
from dragoman.domain.models import ModelCard
from dragoman.wire.models import ModelState


class Loader(Protocol):
    """The loader of engines, which also unloads them."""

    async def load(self, card: ModelCard) -> float:
        """Have the engine of a model loaded; gives the seconds that it took, or had taken.

        Raises:
            EngineUnavailable: it does not load.
        """
        ...

    def unload(self, card: ModelCard) -> None:
        """Free the memory of a model's engine; the next request loads it again.

        Raises:
            InUse: requests are at work with it, or wait for it.
        """
        ...


def routes(installed: ModelList, loader: Loader) -> list[Route]:
    """Build the routes over `installed`."""

    def find(request: Request) -> ModelCard:
        require_operator()
        name = request.path_params["name"]
        card = installed.find(name)
        if card is None:
            raise ModelNotFound.named(name, installed.advice(name))
        return card

    async def load(request: Request) -> Response:
        card = find(request)
        await request.body()  # what follows it is the disconnect
        seconds = await unless_hung_up(request, lambda: loader.load(card))
        return _state(card, loaded=True, seconds=round(seconds, 2))

    async def unload(request: Request) -> Response:
        card = find(request)
        loader.unload(card)
        return _state(card, loaded=False)

    return [
        routing.post("/v1/models/{name:path}/load", load),
        routing.post("/v1/models/{name:path}/unload", unload),
    ]


def _state(card: ModelCard, *, loaded: bool, seconds: float | None = None) -> Response:
    state = ModelState(id=card.id, loaded=loaded, load_seconds=seconds)
    return JSONResponse(state.model_dump(exclude_none=True))
