"""`POST /v1/responses`: one generation, streamed or whole; or its prompt, counted."""

import json
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial

from anyio import CancelScope
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dragoman.api import errors, routing
from dragoman.api.background import Background, Job
from dragoman.api.bodies import json_body
from dragoman.api.disconnect import unless_hung_up
from dragoman.api.generation import CIRCLING, ChatLease, Generation
from dragoman.api.memory import Memory, Prompt, Stores
from dragoman.api.noted import Noted
from dragoman.api.streams import SILENCES, event_stream, waiting_comment
from dragoman.domain.chat import (
    CHAT,
    ChatEvent,
    ChatRequest,
    ChoiceFinished,
    EffortIgnored,
    Estimate,
    SchemaLoosened,
)
from dragoman.domain.engine import Engines
from dragoman.domain.errors import RequestInvalid, ServiceError, ShuttingDown
from dragoman.wire import sse, stored
from dragoman.wire.chat.head import Stamp
from dragoman.wire.dry_run import no_dry_run
from dragoman.wire.responses import shortening
from dragoman.wire.responses.bodies import InputTokens
from dragoman.wire.responses.bodies import Response as Answer
from dragoman.wire.responses.faults import in_words_of_responses, place
from dragoman.wire.responses.ids import fresh_stamp
from dragoman.wire.responses.request import ResponseCall, parse, parse_count
from dragoman.wire.responses.writer import ResponseWriter
from dragoman.wire.strangers import Unknown

PATH = "/v1/responses"
LEFT_OUT = "x-dragoman-left-out"
"""Messages that `truncation: auto` left out at the beginning of the conversation."""


def routes(
    engines: Engines,
    stores: Stores,
    background: Background,
    stamp: Callable[[], Stamp] = fresh_stamp,
    unknown: Unknown = "refuse",
    clock: Callable[[], float] = time.time,
) -> list[Route]:
    """Build the routes over `engines`.

    `stores` keep answers; `background` makes those for which nobody waits; `stamp` gives each its
    id and time; `unknown` says what becomes of fields that nobody knows; `clock` tells the time.
    """

    def answers(request: Request, call: ResponseCall) -> Answers:
        noted = Noted(engines, request.scope)
        noted.ignore(*call.ignored)
        writer = ResponseWriter(call.echo, call.style, stamp(), clock, background=call.background)
        return Answers(noted, Memory(noted, stores), writer)

    async def create(request: Request) -> Response:
        call = parse(await json_body(request), unknown)
        if (call.store or call.background) and stores.responses is None:
            raise stored.refused()
        answer = answers(request, call)
        if call.background:
            body = await answer.later(call, background)
            return Response(body, 200, media_type="application/json")
        if call.stream:
            # The headers are filled in before the first piece, and so before the status line.
            response = event_stream(
                lambda: answer.streamed(call, response.headers),
                answer.last_words,
                answer.waiting,
            )
            return response
        headers = MutableHeaders()
        body = await unless_hung_up(request, lambda: answer.whole(call, headers))
        return Response(body, 200, headers, "application/json")

    async def count(request: Request) -> Response:
        call = parse_count(await json_body(request), unknown)
        headers = MutableHeaders()
        answer = answers(request, call)
        body = await unless_hung_up(request, lambda: answer.counted(call, headers))
        return Response(body, 200, headers, "application/json")

    return [
        routing.post(PATH, create),
        routing.post(f"{PATH}/input_tokens", count),
    ]


def stopped() -> ShuttingDown:
    """Why a response is not made whose server is gone."""
    return ShuttingDown("The server stopped before the response was made.")


class Answers:
    """The answer to a request for a response, by the engines that are there."""

    def __init__(self, engines: Noted, memory: Memory, writer: ResponseWriter) -> None:
        self._engines = engines
        self._memory = memory
        self._writer = writer
        self._silences = 0

    async def streamed(
        self, call: ResponseCall, headers: MutableHeaders
    ) -> AsyncGenerator[bytes, None]:
        """The events of a stream; `headers` are filled in before the first."""
        with self._memory.alone(call):
            prompt = await self._memory.prompt(call)
            async with self._events(call, prompt, headers) as events:
                async for event in events:
                    if isinstance(event, ChoiceFinished) and event.circling:
                        yield sse.comment(f"{CIRCLING}: {event.choice}")
                    for each in self._writer.write(event):
                        yield sse.named(each)
            response = self._writer.response()
            await self._memory.add(call, prompt, response)
        await self._keep(call, prompt, response)
        yield sse.named(self._writer.last())

    def waiting(self) -> bytes:
        """The next piece of a long silence: an event at first and now and then, else a comment."""
        self._silences += 1
        spoken = b"".join(map(sse.named, self._writer.wait())) if self._is_time() else b""
        return spoken or waiting_comment()

    def _is_time(self) -> bool:
        return self._silences % SILENCES == 1

    def last_words(self, error: ServiceError) -> bytes:
        """The events that end a stream that broke off."""
        return b"".join(map(sse.named, self._writer.failed(errors.body(error).error)))

    async def whole(self, call: ResponseCall, headers: MutableHeaders) -> str:
        """The whole response, in JSON: the fold of the same events."""
        response: Answer | None = None
        with self._memory.alone(call), CancelScope() as scope:
            prompt = await self._memory.prompt(call)
            response = await self._collect(call, prompt, headers, scope)
            self._engines.timing.mark("rest")
            await self._keep(call, prompt, response)
        if response is None:
            raise AssertionError("the scope is only there to be shielded")
        return response.model_dump_json()

    async def later(self, call: ResponseCall, background: Background) -> str:
        """The response, in JSON, as it is before its answer is made in the `background`."""
        with background.room() as room, ExitStack() as taken:
            taken.enter_context(self._memory.alone(call))
            prompt = await self._memory.prompt(call)
            # What is to be found if the server stops meanwhile: until then it is told otherwise.
            await self._keep(call, prompt, self._writer.broken(errors.body(stopped()).error))
            queued, held = self._writer.queued(), ExitStack()

            async def work() -> ServiceError | None:
                error: ServiceError | None = None
                with CancelScope() as scope:
                    # Who sees the whole response can go on: the conversation is free before.
                    with held:
                        response, error = await self._made_or_broken(call, prompt, scope)
                    await self._keep(call, prompt, response)
                return error

            async def cancelled() -> None:
                await self._memory.cancelled(queued.id)

            job = Job(queued.id, self._engines.detach(), work, cancelled, held.close)
            background.begin(job, room)
            held.push(taken.pop_all())
        return queued.model_dump_json()

    async def _made_or_broken(
        self, call: ResponseCall, prompt: Prompt, scope: CancelScope
    ) -> tuple[Answer, ServiceError | None]:
        try:
            return await self._collect(call, prompt, MutableHeaders(), scope), None
        except ServiceError as error:
            return self._writer.broken(errors.body(error).error), error

    async def _collect(
        self, call: ResponseCall, prompt: Prompt, headers: MutableHeaders, scope: CancelScope
    ) -> Answer:
        """The answer that the events come to; from then on nothing in `scope` is cancelled.

        So an answer that is added to a conversation is kept as a response, too.
        """
        async with self._events(call, prompt, headers) as events:
            async for event in events:
                for _ in self._writer.write(event):
                    pass
        scope.shield = True
        response = self._writer.response()
        await self._memory.add(call, prompt, response)
        return response

    async def counted(self, call: ResponseCall, headers: MutableHeaders) -> str:
        """How many tokens the prompt has."""
        prompt = await self._memory.prompt(call)
        request = replace(prompt.request, dry_run=True)
        async with self._events(call, replace(prompt, request=request), headers) as events:
            async for event in events:
                if isinstance(event, Estimate):
                    return InputTokens(input_tokens=event.prompt_tokens).model_dump_json()
                if not isinstance(event, EffortIgnored | SchemaLoosened):
                    break  # an engine that knows no dry runs: it stops here
        raise no_dry_run()

    @asynccontextmanager
    async def _events(
        self, call: ResponseCall, prompt: Prompt, headers: MutableHeaders
    ) -> AsyncGenerator[AsyncGenerator[ChatEvent, None], None]:
        where = partial(place, offered=call.offered, built=prompt.built)
        generation = Generation(self._engines, headers, "reasoning.effort", where)
        try:
            request = prompt.request
            # One lease for all: who was let in to be counted is not turned away before the answer.
            async with self._engines.lease(CHAT, call.model) as lease:
                if call.truncated and not request.dry_run:
                    request = await self._shortened(generation, lease, request, headers)
                async with generation.events(lease, request) as events:
                    yield events
        except RequestInvalid as error:
            raise in_words_of_responses(error, call.offered, prompt.built) from error

    async def _shortened(
        self,
        generation: Generation,
        lease: ChatLease,
        request: ChatRequest,
        headers: MutableHeaders,
    ) -> ChatRequest:
        """The request without so much of its beginning that it fits, found by halving."""
        low, high = 0, shortening.most(request.messages)
        if await self._fits(generation, lease, request):
            return request
        while low < high:
            middle = (low + high) // 2
            if await self._fits(generation, lease, shortening.without(request, middle)):
                high = middle
            else:
                low = middle + 1
        shorter = shortening.without(request, high)
        headers[LEFT_OUT] = str(len(request.messages) - len(shorter.messages))
        return shorter

    async def _fits(self, generation: Generation, lease: ChatLease, request: ChatRequest) -> bool:
        async with generation.events(lease, replace(request, dry_run=True)) as events:
            async for event in events:
                if isinstance(event, Estimate):
                    return shortening.fits(event, request.max_tokens)
                if not isinstance(event, EffortIgnored | SchemaLoosened):
                    break
        raise no_dry_run()

    async def _keep(self, call: ResponseCall, prompt: Prompt, response: Answer) -> None:
        """Before the answer ends: what a caller has seen whole can be found again."""
        pieces = {"pieces": self._writer.pieces, "waits": self._writer.waits}
        await self._memory.keep(call, prompt, response, json.dumps(pieces))
