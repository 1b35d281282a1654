"""`/v1/tokenize`, `/v1/detokenize` and `/v1/tokenizer_info`: the tokens of a chat model."""

from contextlib import aclosing

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dragoman.api import routing
from dragoman.api.bodies import json_body
from dragoman.api.disconnect import unless_hung_up
from dragoman.api.noted import Noted
from dragoman.domain.chat import CHAT
from dragoman.domain.continuation import Tokenised
from dragoman.domain.engine import Engines
from dragoman.domain.errors import EngineFailed, RequestInvalid
from dragoman.wire import tokens as wire
from dragoman.wire.strangers import Unknown


def routes(engines: Engines, unknown: Unknown = "refuse") -> list[Route]:
    """Build the routes over `engines`; `unknown`: what becomes of fields that nobody knows."""

    async def told(request: Request, call: wire.TokenCall) -> Tokenised:
        noted = Noted(engines, request.scope)
        noted.ignore(*call.ignored)

        async def only() -> Tokenised:
            async with (
                noted.lease(CHAT, call.model) as lease,
                aclosing(lease.engine.stream(call.request)) as events,
            ):
                async for event in events:
                    if isinstance(event, Tokenised):
                        return event
            raise EngineFailed("The engine did not tell any tokens.")

        return await unless_hung_up(request, only)

    async def tokenise(request: Request) -> Response:
        call = wire.tokenise(await json_body(request), unknown)
        answer = call.tokens(await told(request, call))
        return Response(answer.model_dump_json(), media_type="application/json")

    async def detokenise(request: Request) -> Response:
        call = wire.detokenise(await json_body(request))
        try:
            text = (await told(request, call)).text
        except RequestInvalid as error:
            raise wire.in_words_of_tokens(error) from error
        answer = wire.Text(prompt=text)
        return Response(answer.model_dump_json(), media_type="application/json")

    async def tokenizer(request: Request) -> Response:
        call = wire.detokenise({"tokens": [], "model": request.query_params.get("model")})
        answer = wire.tokenizer(await told(request, call))
        return Response(answer.model_dump_json(), media_type="application/json")

    return [
        routing.post("/tokenize", tokenise),
        routing.post("/v1/tokenize", tokenise),
        routing.post("/detokenize", detokenise),
        routing.post("/v1/detokenize", detokenise),
        routing.get("/tokenizer_info", tokenizer),
        routing.get("/v1/tokenizer_info", tokenizer),
    ]
