"""`/v1/compat`: what becomes of each field, with the models that are installed."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dragoman.api import routing
from dragoman.api.models import ModelList
from dragoman.wire.compat.answer import compat
from dragoman.wire.strangers import Unknown

PATH = "/v1/compat"


def routes(version: str, installed: ModelList, unknown: Unknown) -> list[Route]:
    """Build the route over `installed`; `unknown` is what the operator chose for such fields.

    The answer is the same as long as the server runs, so it is built once.
    """
    content = compat(version, installed.cards(), unknown).model_dump()

    async def fates(_: Request) -> Response:
        return JSONResponse(content)

    return [routing.get_and_head(PATH, fates)]
