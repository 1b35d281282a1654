"""`/v1/conversations/…`: conversations under names of their own, and their items."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dragoman.api import routing
from dragoman.api.bodies import json_body
from dragoman.api.noted import ignore
from dragoman.domain.stored import Conversations
from dragoman.wire.responses import conversations as wire
from dragoman.wire.responses import kept
from dragoman.wire.stored import new_metadata

PATH = "/v1/conversations"
ONE = f"{PATH}/{{name}}"
ITEMS = f"{ONE}/items"


def routes(conversations: Conversations) -> list[Route]:
    """Build the routes over `conversations`."""

    async def create(request: Request) -> Response:
        begun = wire.parse_new(await json_body(request))
        ignore(request.scope["state"], begun.ignored)
        await conversations.begin(begun.conversation, begun.items)
        return JSONResponse(wire.conversation(begun.conversation))

    async def retrieve(request: Request) -> Response:
        name = request.path_params["name"]
        return JSONResponse(wire.conversation(await conversations.get(name)))

    async def update(request: Request) -> Response:
        name = request.path_params["name"]
        labels = new_metadata(await json_body(request))
        return JSONResponse(wire.conversation(await conversations.relabel(name, labels)))

    async def delete(request: Request) -> Response:
        name = request.path_params["name"]
        await conversations.delete(name)
        return JSONResponse(wire.deleted(name))

    async def items(request: Request) -> Response:
        name = request.path_params["name"]
        part = kept.read_part(request.query_params.multi_items())
        return JSONResponse(wire.listed(await conversations.page(name, part)))

    async def add(request: Request) -> Response:
        name = request.path_params["name"]
        kept.read_include(request.query_params.multi_items())
        new = wire.parse_items(await json_body(request))
        ignore(request.scope["state"], new.ignored)
        await conversations.add(name, new.items)
        return JSONResponse(wire.added(new.items))

    async def retrieve_item(request: Request) -> Response:
        name = request.path_params["name"]
        item = request.path_params["item"]
        kept.read_include(request.query_params.multi_items())
        return JSONResponse(wire.item(await conversations.item(name, item)))

    async def delete_item(request: Request) -> Response:
        name = request.path_params["name"]
        item = request.path_params["item"]
        return JSONResponse(wire.conversation(await conversations.remove(name, item)))

    return [
        routing.post(PATH, create),
        routing.get(ONE, retrieve),
        routing.post(ONE, update),
        routing.delete(ONE, delete),
        routing.get(ITEMS, items),
        routing.post(ITEMS, add),
        routing.get(f"{ITEMS}/{{item}}", retrieve_item),
        routing.delete(f"{ITEMS}/{{item}}", delete_item),
    ]
