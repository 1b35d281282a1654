"""`POST /v1/chat/completions`: one generation, written as a stream or folded into one answer."""

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
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
from dragoman.domain.custom_voices import CustomVoices
from dragoman.domain.engine import Engines
from dragoman.domain.errors import NotFound
from dragoman.domain.stored import Completions, StoredCompletion
from dragoman.wire import sse, stored
from dragoman.wire.chat.bodies import Completion
from dragoman.wire.chat.chunks import ChunkWriter
from dragoman.wire.chat.estimate import dry_run
from dragoman.wire.chat.fold import Fold
from dragoman.wire.chat.head import Head, Stamp, fingerprint, fresh_stamp
from dragoman.wire.chat.request import ChatCall, parse
from dragoman.wire.chat.spoken import no_such_voice
from dragoman.wire.dry_run import no_dry_run
from dragoman.wire.strangers import Unknown


def routes(
    engines: Engines,
    completions: Completions | None = None,
    stamp: Callable[[], Stamp] = fresh_stamp,
    voices: CustomVoices | None = None,
    unknown: Unknown = "refuse",
) -> list[Route]:
    """Build the route over `engines`.

    `completions` keeps what is to be stored; `stamp` gives each answer its id and time; `voices`
    are those that callers made; `unknown` says what becomes of fields that nobody knows.
    """

    async def create(request: Request) -> Response:
        call = parse(await json_body(request), unknown)
        noted = Noted(engines, request.scope)
        noted.ignore(*call.ignored)
        answers = Answers(noted, completions, stamp, voices)
        if call.stream:
            # The headers are filled in before the first piece, and so before the status line.
            response = event_stream(
                lambda: answers.streamed(call, response.headers), waiting=answers.waiting
            )
            return response
        answer = answers.dry_run if call.extensions.dry_run else answers.whole
        headers = MutableHeaders()
        body = await unless_hung_up(request, lambda: answer(call, headers))
        return Response(body, 200, headers, "application/json")

    return [
        routing.post("/v1/chat/completions", create),
    ]


def written(completion: Completion) -> str:
    """The answer as JSON; keys that were not set are left out."""
    return completion.model_dump_json(exclude_unset=True)


class Answers:
    """Answers to chat requests, by the engines that are there."""

    def __init__(
        self,
        engines: Noted,
        completions: Completions | None,
        stamp: Callable[[], Stamp],
        voices: CustomVoices | None,
    ) -> None:
        self._engines = engines
        self._completions = completions
        self._stamp = stamp
        self._voices = voices
        self._writer: ChunkWriter | None = None
        """The writer of the stream under way."""
        self._silences = 0

    async def streamed(
        self, call: ChatCall, headers: MutableHeaders
    ) -> AsyncGenerator[bytes, None]:
        """The events of a stream; `headers` are filled in before the first."""
        async with self._events(call, headers) as (head, events):
            fold, writer = Fold(call, head, keeps=call.store), ChunkWriter(call, head)
            self._writer = writer
            async for event in events:
                fold.add(event)
                if isinstance(event, ChoiceFinished) and event.circling:
                    yield sse.comment(f"{CIRCLING}: {event.choice}")
                for chunk in writer.chunks(event):
                    yield sse.data(chunk)
            self._writer = None
        await self._keep(call, fold.completion())
        yield sse.DONE

    def waiting(self) -> bytes:
        """The next piece of a long silence: a comment, or now and then a chunk without content."""
        self._silences += 1
        if self._writer is None or self._silences % SILENCES:
            return waiting_comment()
        return sse.data(self._writer.nothing())

    async def whole(self, call: ChatCall, headers: MutableHeaders) -> str:
        """The same events, folded."""
        async with self._events(call, headers) as (head, events):
            fold = Fold(call, head)
            async for event in events:
                fold.add(event)
        self._engines.timing.mark("rest")
        completion = fold.completion()
        await self._keep(call, completion)
        return written(completion)

    async def dry_run(self, call: ChatCall, headers: MutableHeaders) -> str:
        """The estimate of the request, in JSON."""
        async with self._events(call, headers) as (_, events):
            async for event in events:
                if isinstance(event, Estimate):
                    return dry_run(call.model, event).model_dump_json()
                if not isinstance(event, EffortIgnored | SchemaLoosened):
                    break  # an engine that knows no dry runs: it stops here
        raise no_dry_run()

    @asynccontextmanager
    async def _events(
        self, call: ChatCall, headers: MutableHeaders
    ) -> AsyncGenerator[tuple[Head, AsyncGenerator[ChatEvent, None]], None]:
        if call.store and self._completions is None:
            raise stored.refused()
        request = await self._voiced(call.request)
        generation = Generation(self._engines, headers, call.effort)
        async with (
            self._engines.lease(CHAT, call.model) as lease,
            generation.events(lease, request) as events,
        ):
            mark = fingerprint(lease.card, __version__)
            yield Head(self._stamp(), call.model, mark, call.service_tier), events

    async def _voiced(self, request: ChatRequest) -> ChatRequest:
        """The request with the engine's own name for the voice."""
        spoken = request.spoken
        if spoken is None or not spoken.own:
            return request
        if self._voices is None:
            raise no_such_voice(spoken.voice)
        try:
            blend = (await self._voices.voice(spoken.voice)).blend
        except NotFound as error:
            raise no_such_voice(spoken.voice) from error
        return replace(request, spoken=replace(spoken, voice=blend, own=False))

    async def _keep(self, call: ChatCall, completion: Completion) -> None:
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
