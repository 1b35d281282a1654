"""`/v1/conversations/…`: conversations under names of their own, and their items."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dragoman.api.bodies import json_body
from dragoman.domain.stored import Conversations
from dragoman.wire.responses import conversations as wire
from dragoman.wire.responses import kept
from dragoman.wire.stored import new_metadata

PATH = "/v1/conversations"
ONE = f"{PATH}/{{name}}"
ITEMS = f"{ONE}/items"


def router(conversations: Conversations) -> APIRouter:
    """Build the routes over `conversations`."""
    routes = APIRouter()

    @routes.post(PATH)
    async def create(request: Request) -> Response:
        begun = wire.parse_new(await json_body(request))
        await conversations.begin(begun.conversation, begun.items)
        return JSONResponse(wire.conversation(begun.conversation))

    @routes.get(ONE)
    async def retrieve(name: str) -> Response:
        return JSONResponse(wire.conversation(await conversations.get(name)))

    @routes.post(ONE)
    async def update(name: str, request: Request) -> Response:
        labels = new_metadata(await json_body(request))
        return JSONResponse(wire.conversation(await conversations.relabel(name, labels)))

    @routes.delete(ONE)
    async def delete(name: str) -> Response:
        await conversations.delete(name)
        return JSONResponse(wire.deleted(name))

    @routes.get(ITEMS)
    async def items(name: str, request: Request) -> Response:
        part = kept.read_part(request.query_params.multi_items())
        return JSONResponse(wire.listed(await conversations.page(name, part)))

    @routes.post(ITEMS)
    async def add(name: str, request: Request) -> Response:
        kept.read_include(request.query_params.multi_items())
        new = wire.parse_items(await json_body(request))
        await conversations.add(name, new)
        return JSONResponse(wire.added(new))

    @routes.get(f"{ITEMS}/{{item}}")
    async def retrieve_item(name: str, item: str, request: Request) -> Response:
        kept.read_include(request.query_params.multi_items())
        return JSONResponse(wire.item(await conversations.item(name, item)))

    @routes.delete(f"{ITEMS}/{{item}}")
    async def delete_item(name: str, item: str) -> Response:
        return JSONResponse(wire.conversation(await conversations.remove(name, item)))

    return routes
