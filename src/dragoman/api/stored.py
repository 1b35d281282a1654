"""`/v1/chat/completions/…`: answers that were stored, to list, read, label and delete."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dragoman.api import routing
from dragoman.api.bodies import json_body
from dragoman.domain.stored import Completions
from dragoman.wire import stored as wire

PATH = "/v1/chat/completions"


def routes(completions: Completions) -> list[Route]:
    """Build the routes over `completions`."""

    async def search(request: Request) -> Response:
        wanted = wire.read_search(request.query_params.multi_items())
        return JSONResponse(wire.completions(await completions.search(wanted)))

    async def retrieve(request: Request) -> Response:
        name = request.path_params["name"]
        return JSONResponse(wire.completion(await completions.get(name)))

    async def update(request: Request) -> Response:
        name = request.path_params["name"]
        labels = wire.new_metadata(await json_body(request))
        return JSONResponse(wire.completion(await completions.relabel(name, labels)))

    async def delete(request: Request) -> Response:
        name = request.path_params["name"]
        await completions.delete(name)
        return JSONResponse(wire.deleted(name))

    async def messages(request: Request) -> Response:
        name = request.path_params["name"]
        part = wire.read_slice(request.query_params.multi_items())
        return JSONResponse(wire.messages(await completions.get(name), part))

    return [
        routing.get(PATH, search),
        routing.get(f"{PATH}/{{name}}", retrieve),
        routing.post(f"{PATH}/{{name}}", update),
        routing.delete(f"{PATH}/{{name}}", delete),
        routing.get(f"{PATH}/{{name}}/messages", messages),
    ]
