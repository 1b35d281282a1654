"""`POST /v1/chat/completions`: one generation, written as a stream or folded into one answer."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dragoman import __version__
from dragoman.api.bodies import json_body
from dragoman.api.hangup import unless_hung_up
from dragoman.api.streams import event_stream
from dragoman.domain.chat import CHAT, ChatEvent, ChatFinished
from dragoman.domain.engine import Engines
from dragoman.domain.errors import EngineFailed
from dragoman.wire import sse
from dragoman.wire.chat.bodies import Completion
from dragoman.wire.chat.chunks import ChunkWriter
from dragoman.wire.chat.fold import Fold
from dragoman.wire.chat.head import Head, Stamp, fingerprint, fresh_stamp
from dragoman.wire.chat.request import Call, parse


def router(engines: Engines, stamp: Callable[[], Stamp] = fresh_stamp) -> APIRouter:
    """Build the route over `engines`; `stamp` gives each answer its id and time."""
    routes = APIRouter()
    answers = Answers(engines, stamp)

    @routes.post("/v1/chat/completions")
    async def create(request: Request) -> Response:
        call = parse(await json_body(request))
        if call.stream:
            return event_stream(lambda: answers.streamed(call))
        completion = await unless_hung_up(request, lambda: answers.whole(call))
        return Response(
            completion.model_dump_json(exclude_unset=True), media_type="application/json"
        )

    return routes


class Answers:
    """Answers to chat requests, by the engines that are there."""

    def __init__(self, engines: Engines, stamp: Callable[[], Stamp]) -> None:
        self._engines = engines
        self._stamp = stamp

    async def streamed(self, call: Call) -> AsyncGenerator[bytes, None]:
        """The events of a stream."""
        async with self._events(call) as (head, events):
            writer = ChunkWriter(call, head)
            finished = False
            async for event in events:
                finished = isinstance(event, ChatFinished)
                for chunk in writer.chunks(event):
                    yield sse.data(chunk)
        if not finished:
            raise EngineFailed("The engine stopped before its answer was whole.")
        yield sse.DONE

    async def whole(self, call: Call) -> Completion:
        """The same events, folded."""
        async with self._events(call) as (head, events):
            fold = Fold(call, head)
            async for event in events:
                fold.add(event)
        return fold.completion()

    @asynccontextmanager
    async def _events(
        self, call: Call
    ) -> AsyncGenerator[tuple[Head, AsyncGenerator[ChatEvent, None]], None]:
        async with self._engines.lease(CHAT, call.model) as lease:
            head = Head(
                self._stamp(), call.model, fingerprint(lease.card, __version__), call.service_tier
            )
            async with aclosing(lease.engine.stream(call.request)) as events:
                yield head, events
