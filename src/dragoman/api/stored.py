"""`/v1/chat/completions/…`: answers that were stored, to list, read, label and delete."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dragoman.api.bodies import json_body
from dragoman.domain.stored import Completions
from dragoman.wire import stored as wire

PATH = "/v1/chat/completions"


def router(completions: Completions) -> APIRouter:
    """Build the routes over `completions`."""
    routes = APIRouter()

    @routes.get(PATH)
    async def search(request: Request) -> Response:
        wanted = wire.read_search(request.query_params.multi_items())
        return JSONResponse(wire.completions(await completions.search(wanted)))

    @routes.get(f"{PATH}/{{name}}")
    async def retrieve(name: str) -> Response:
        return JSONResponse(wire.completion(await completions.get(name)))

    @routes.post(f"{PATH}/{{name}}")
    async def update(name: str, request: Request) -> Response:
        labels = wire.new_metadata(await json_body(request))
        return JSONResponse(wire.completion(await completions.relabel(name, labels)))

    @routes.delete(f"{PATH}/{{name}}")
    async def delete(name: str) -> Response:
        await completions.delete(name)
        return JSONResponse(wire.deleted(name))

    @routes.get(f"{PATH}/{{name}}/messages")
    async def messages(name: str, request: Request) -> Response:
        part = wire.read_slice(request.query_params.multi_items())
        return JSONResponse(wire.messages(await completions.get(name), part))

    return routes
