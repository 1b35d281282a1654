"""`POST /v1/completions`: texts continued, one prompt after the other."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dragoman import __version__
from dragoman.api import routing
from dragoman.api.bodies import json_body
from dragoman.api.disconnect import unless_hung_up
from dragoman.api.generation import CIRCLING, Generation
from dragoman.api.noted import Noted
from dragoman.api.streams import event_stream
from dragoman.domain.chat import CHAT, ChatEvent, ChatRequest, ChoiceFinished
from dragoman.domain.engine import Engine, Engines
from dragoman.wire import sse
from dragoman.wire.chat.head import Head, Stamp, fingerprint, fresh_stamp
from dragoman.wire.completions.answer import Answer
from dragoman.wire.completions.request import CompletionCall, parse
from dragoman.wire.strangers import Unknown


def routes(
    engines: Engines, stamp: Callable[[], Stamp] = fresh_stamp, unknown: Unknown = "refuse"
) -> list[Route]:
    """Build the route over `engines`.

    `stamp` gives each answer its id and time; `unknown` says what becomes of fields that nobody
    knows.
    """

    async def create(request: Request) -> Response:
        call = parse(await json_body(request), unknown)
        noted = Noted(engines, request.scope)
        noted.ignore(*call.ignored)
        answers = Continuations(noted, stamp)
        if call.stream:
            # The headers are filled in before the first piece, and so before the status line.
            response = event_stream(lambda: answers.streamed(call, response.headers))
            return response
        headers = MutableHeaders()
        body = await unless_hung_up(request, lambda: answers.whole(call, headers))
        return Response(body, 200, headers, "application/json")

    return [
        routing.post("/v1/completions", create),
    ]


class Continuations:
    """Answers by the engines that are there."""

    def __init__(self, engines: Noted, stamp: Callable[[], Stamp]) -> None:
        self._engines = engines
        self._stamp = stamp

    async def streamed(
        self, call: CompletionCall, headers: MutableHeaders
    ) -> AsyncGenerator[bytes, None]:
        """The events of a stream; `headers` are filled in before the first."""
        async with self._leased(call) as (engine, answer):
            for number, request in enumerate(call.requests):
                following = answer.follow(number, request)
                first = number * call.n
                async with aclosing(self._events(engine, request, headers, first)) as events:
                    async for event in events:
                        if isinstance(event, ChoiceFinished) and event.circling:
                            yield sse.comment(f"{CIRCLING}: {first + event.choice}")
                        for piece in following.pieces(event):
                            yield sse.data(piece)
                answer.count(following)
        for piece in answer.last():
            yield sse.data(piece)
        yield sse.DONE

    async def whole(self, call: CompletionCall, headers: MutableHeaders) -> str:
        """The same events, folded."""
        async with self._leased(call) as (engine, answer):
            for number, request in enumerate(call.requests):
                following = answer.follow(number, request)
                first = number * call.n
                async with aclosing(self._events(engine, request, headers, first)) as events:
                    async for event in events:
                        following.add(event)
                answer.add(following)
        self._engines.timing.mark("rest")
        return answer.completion().model_dump_json(exclude_unset=True)

    @asynccontextmanager
    async def _leased(
        self, call: CompletionCall
    ) -> AsyncGenerator[tuple[Engine[ChatRequest, ChatEvent], Answer], None]:
        async with self._engines.lease(CHAT, call.model) as lease:
            stamp = self._stamp()
            stamp = replace(stamp, id=stamp.id.replace("chatcmpl-", "cmpl-", 1))
            head = Head(stamp, call.model, fingerprint(lease.card, __version__), "default")
            yield lease.engine, Answer(call, head)

    async def _events(
        self,
        engine: Engine[ChatRequest, ChatEvent],
        request: ChatRequest,
        headers: MutableHeaders,
        first: int,
    ) -> AsyncGenerator[ChatEvent, None]:
        # A text is continued without a thought: no field for one can be without effect.
        generation = Generation(self._engines, headers, "", first=first)
        async with (
            aclosing(engine.stream(request)) as events,
            aclosing(generation.noted(events)) as noted,
        ):
            async for event in noted:
                yield event
