"""`/v1/responses/…`: responses that were kept, to read, delete, and see what they were given."""

from collections.abc import AsyncGenerator

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dragoman.api import routing
from dragoman.api.background import Background
from dragoman.api.responses import PATH
from dragoman.api.streams import event_stream
from dragoman.domain.stored import Responses, StoredResponse
from dragoman.wire import sse
from dragoman.wire.responses import kept
from dragoman.wire.responses.replay import replayed


def routes(responses: Responses, background: Background) -> list[Route]:
    """Build the routes over `responses`, some of which are made in the `background`."""

    async def found_now(name: str) -> StoredResponse:
        # Asked first: it may be kept, and gone from there, between the two.
        status = background.status(name)
        found = await responses.get(name)
        return kept.in_flight(found, status) if status else found

    async def retrieve(request: Request) -> Response:
        name = request.path_params["name"]
        wanted = kept.read_retrieval(request.query_params.multi_items())
        found = await found_now(name)
        if wanted.stream:
            return event_stream(lambda: _again(found, wanted))
        return Response(found.response, media_type="application/json")

    async def delete(request: Request) -> Response:
        name = request.path_params["name"]
        await responses.get(name)  # whoever may not see it must not end it
        await background.cancel(name)
        await responses.delete(name)
        return JSONResponse(kept.deleted(name))

    async def cancel(request: Request) -> Response:
        name = request.path_params["name"]
        await responses.get(name)
        await background.cancel(name)
        found = await responses.get(name)
        kept.check_cancellable(found)
        return Response(found.response, media_type="application/json")

    async def input_items(request: Request) -> Response:
        name = request.path_params["name"]
        part = kept.read_part(request.query_params.multi_items())
        await responses.get(name)
        return JSONResponse(kept.input_items(await responses.chain(name), part))

    return [
        routing.get(f"{PATH}/{{name}}", retrieve),
        routing.delete(f"{PATH}/{{name}}", delete),
        routing.post(f"{PATH}/{{name}}/cancel", cancel),
        routing.get(f"{PATH}/{{name}}/input_items", input_items),
    ]


async def _again(
    response: StoredResponse, retrieval: kept.Retrieval
) -> AsyncGenerator[bytes, None]:
    for event in replayed(response, obfuscated=retrieval.obfuscated):
        if event.sequence_number > retrieval.starting_after:
            yield sse.named(event)
