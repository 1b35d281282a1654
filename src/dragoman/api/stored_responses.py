"""`/v1/responses/…`: responses that were kept, to read, delete, and see what they were given."""

from collections.abc import AsyncGenerator

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dragoman.api.background import Background
from dragoman.api.responses import PATH
from dragoman.api.streams import event_stream
from dragoman.domain.stored import Responses, StoredResponse
from dragoman.wire import sse
from dragoman.wire.responses import kept
from dragoman.wire.responses.replay import replayed


def router(responses: Responses, background: Background) -> APIRouter:
    """Build the routes over `responses`, some of which are made in the `background`."""
    routes = APIRouter()

    async def found_now(name: str) -> StoredResponse:
        # Asked first: it may be kept, and gone from there, between the two.
        status = background.status(name)
        found = await responses.get(name)
        return kept.in_flight(found, status) if status else found

    @routes.get(f"{PATH}/{{name}}")
    async def retrieve(name: str, request: Request) -> Response:
        wanted = kept.read_retrieval(request.query_params.multi_items())
        found = await found_now(name)
        if wanted.stream:
            return event_stream(lambda: _again(found, wanted))
        return Response(found.response, media_type="application/json")

    @routes.delete(f"{PATH}/{{name}}")
    async def delete(name: str) -> Response:
        await background.cancel(name)
        await responses.delete(name)
        return JSONResponse(kept.deleted(name))

    @routes.post(f"{PATH}/{{name}}/cancel")
    async def cancel(name: str) -> Response:
        await background.cancel(name)
        found = await responses.get(name)
        kept.check_cancellable(found)
        return Response(found.response, media_type="application/json")

    @routes.get(f"{PATH}/{{name}}/input_items")
    async def input_items(name: str, request: Request) -> Response:
        part = kept.read_part(request.query_params.multi_items())
        await responses.get(name)
        return JSONResponse(kept.input_items(await responses.chain(name), part))

    return routes


async def _again(found: StoredResponse, wanted: kept.Retrieval) -> AsyncGenerator[bytes, None]:
    for event in replayed(found, obfuscated=wanted.obfuscated):
        if event.sequence_number > wanted.starting_after:
            yield sse.named(event)
