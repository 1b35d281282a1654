"""`POST /v1/chat/completions`: one generation, written as a stream or folded into one answer."""

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dragoman import __version__
from dragoman.api.bodies import json_body
from dragoman.api.hangup import unless_hung_up
from dragoman.api.streams import event_stream
from dragoman.domain.chat import CHAT, ChatEvent
from dragoman.domain.engine import Engines
from dragoman.domain.stored import Completions, StoredCompletion
from dragoman.wire import sse, stored
from dragoman.wire.chat.bodies import Completion
from dragoman.wire.chat.chunks import ChunkWriter
from dragoman.wire.chat.fold import Fold
from dragoman.wire.chat.head import Head, Stamp, fingerprint, fresh_stamp
from dragoman.wire.chat.request import Call, parse


def router(
    engines: Engines,
    completions: Completions | None = None,
    stamp: Callable[[], Stamp] = fresh_stamp,
) -> APIRouter:
    """Build the route over `engines`.

    `completions` keeps what is to be stored; `stamp` gives each answer its id and time.
    """
    routes = APIRouter()
    answers = Answers(engines, completions, stamp)

    @routes.post("/v1/chat/completions")
    async def create(request: Request) -> Response:
        call = parse(await json_body(request))
        if call.stream:
            return event_stream(lambda: answers.streamed(call))
        completion = await unless_hung_up(request, lambda: answers.whole(call))
        return Response(written(completion), media_type="application/json")

    return routes


def written(completion: Completion) -> str:
    """As JSON; keys that were not set are left out."""
    return completion.model_dump_json(exclude_unset=True)


class Answers:
    """Answers to chat requests, by the engines that are there."""

    def __init__(
        self, engines: Engines, completions: Completions | None, stamp: Callable[[], Stamp]
    ) -> None:
        self._engines = engines
        self._completions = completions
        self._stamp = stamp

    async def streamed(self, call: Call) -> AsyncGenerator[bytes, None]:
        """The events of a stream."""
        async with self._events(call) as (head, events):
            fold, writer = Fold(call, head), ChunkWriter(call, head)
            async for event in events:
                fold.add(event)
                for chunk in writer.chunks(event):
                    yield sse.data(chunk)
        await self._keep(call, fold.completion())
        yield sse.DONE

    async def whole(self, call: Call) -> Completion:
        """The same events, folded."""
        async with self._events(call) as (head, events):
            fold = Fold(call, head)
            async for event in events:
                fold.add(event)
        completion = fold.completion()
        await self._keep(call, completion)
        return completion

    @asynccontextmanager
    async def _events(
        self, call: Call
    ) -> AsyncGenerator[tuple[Head, AsyncGenerator[ChatEvent, None]], None]:
        if call.store and self._completions is None:
            raise stored.refused()
        async with self._engines.lease(CHAT, call.model) as lease:
            head = Head(
                self._stamp(), call.model, fingerprint(lease.card, __version__), call.service_tier
            )
            async with aclosing(lease.engine.stream(call.request)) as events:
                yield head, events

    async def _keep(self, call: Call, completion: Completion) -> None:
        """Before the answer ends: what a caller has seen whole can be found again."""
        if call.store and self._completions is not None:
            await self._completions.keep(
                StoredCompletion(
                    id=completion.id,
                    model=completion.model,
                    completion=written(completion),
                    messages=json.dumps(call.messages),
                    metadata=call.metadata,
                )
            )
