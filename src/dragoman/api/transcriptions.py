"""`POST /v1/audio/transcriptions`, and how translations are answered, too."""

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from typing import TypeAlias

import anyio.to_thread
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from dragoman.api import references, routing
from dragoman.api.disconnect import unless_hung_up
from dragoman.api.noted import Noted
from dragoman.api.paces import Paces
from dragoman.api.streams import event_stream
from dragoman.api.timing import Timing
from dragoman.api.uploads import Upload, Uploads
from dragoman.audio import subtitles
from dragoman.audio.cues import cues
from dragoman.domain.engine import Engine, Engines
from dragoman.domain.transcription import (
    TRANSCRIPTION,
    KnownSpeaker,
    Recording,
    Segment,
    TranscriptionEvent,
    TranscriptionFinished,
    TranscriptionRequest,
)
from dragoman.wire import sse
from dragoman.wire.audio import diarized, progress, transcript
from dragoman.wire.audio import transcription as wire
from dragoman.wire.audio.flags import Review, marked_words
from dragoman.wire.audio.transcript import Transcript
from dragoman.wire.audio.transcription import TranscriptionCall
from dragoman.wire.dry_run import TranscriptionDryRun


def routes(engines: Engines, uploads: Uploads) -> list[Route]:
    """Build the route over `engines`."""
    paces = Paces()

    async def create(_: Request) -> Response:
        return Within(answer)

    @asynccontextmanager
    async def answer(request: Request) -> AsyncGenerator[Response, None]:
        noted = Noted(engines, request.scope)
        async with uploads.receive(request) as upload:
            call = wire.transcription(upload.fields, has_file=upload.has_file)
            noted.ignore(*call.ignored)
            if call.stream or call.progress:
                yield event_stream(lambda: streamed(noted, call, upload))
            else:
                yield await unless_hung_up(request, lambda: whole(noted, call, upload))

    async def whole(noted: Noted, call: wire.TranscriptionCall, upload: Upload) -> Response:
        async with noted.lease(TRANSCRIPTION, call.model) as lease:
            recording = await upload.decoded(engines, call.track)
            known = await references.decoded(call.known, upload, engines)
            noted.hear(recording)
            clocks = Clocks(noted.timing, paces)
            return await answer_whole(lease.engine, call, recording, clocks, known)

    async def streamed(
        noted: Noted, call: wire.TranscriptionCall, upload: Upload
    ) -> AsyncGenerator[bytes, None]:
        async with noted.lease(TRANSCRIPTION, call.model) as lease:
            recording = await upload.decoded(engines, call.track)
            known = await references.decoded(call.known, upload, engines)
            noted.hear(recording)
            answering = progress_events if call.progress else answer_events
            async with aclosing(answering(lease.engine, call, recording, known)) as pieces:
                async for piece in pieces:
                    noted.timing.mark("first")
                    yield piece

    return [
        routing.post("/v1/audio/transcriptions", create),
    ]


Recogniser: TypeAlias = Engine[TranscriptionRequest, TranscriptionEvent]


class Within(Response):
    """A response that is made and sent inside `context`, which ends after the last byte.

    So an uploaded file lives exactly as long as a streamed answer needs it.
    """

    def __init__(self, context: Callable[[Request], AbstractAsyncContextManager[Response]]) -> None:
        super().__init__()
        self._context = context

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._context(Request(scope, receive)) as response:
            await response(scope, receive, send)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clock of a request, and the paces of all requests so far."""

    timing: Timing
    paces: Paces


async def transcribe(
    engine: Recogniser,
    call: TranscriptionCall,
    recording: Recording,
    known: tuple[KnownSpeaker, ...] = (),
) -> Transcript:
    """The whole transcript: the fold of the stream."""
    review = Review(call.flagged)
    async with aclosing(engine.stream(call.request(recording, known))) as events:
        reviewed = [review.passed(event) async for event in events]
    seen = [event for event in reviewed if event is not None]
    heard = transcript.fold(seen, recording.duration_s, recording.missing_s)
    return replace(heard, dropped=review.dropped)


async def answer_whole(
    engine: Recogniser,
    call: TranscriptionCall,
    recording: Recording,
    clocks: Clocks,
    known: tuple[KnownSpeaker, ...] = (),
) -> Response:
    """The answer in the format of the request, or what it would take.

    Written in a thread: the words of three hours take a while.
    """
    if call.dry_run:
        return _json(_estimate(call, recording, clocks.paces, known))
    began = time.monotonic()
    heard = await transcribe(engine, call, recording, known)
    clocks.timing.mark("transcribe")
    clocks.paces.note(call.model, call.task, recording.duration_s, time.monotonic() - began)
    return await anyio.to_thread.run_sync(written, call, heard)


def _estimate(
    call: TranscriptionCall, recording: Recording, paces: Paces, known: tuple[KnownSpeaker, ...]
) -> TranscriptionDryRun:
    call.request(recording, known)  # what would be refused is refused
    return TranscriptionDryRun(
        object="x_dry_run",
        model=call.model,
        audio_seconds=round(recording.duration_s, 3),
        predicted_seconds=paces.predict(call.model, call.task, recording.duration_s),
    )


def written(call: TranscriptionCall, result: Transcript) -> Response:
    """A transcript in the format of the request; headers: how much of it, and how translated."""
    response = _in_format(call, result)
    if covered := transcript.coverage_header(result):
        response.headers["x-coverage"] = covered
    if ways := transcript.translated_by(result):
        response.headers["x-translated-by"] = ", ".join(ways)
    return response


def _in_format(call: TranscriptionCall, result: Transcript) -> Response:
    match call.response_format:
        case "json":
            return _json(transcript.json(call, result))
        case "verbose_json":
            return _json(transcript.verbose_json(call, result))
        case "diarized_json":
            return _json(diarized.diarized_json(call, result))
        case "text":
            return PlainTextResponse(transcript.text(result))
        case "srt":
            return PlainTextResponse(subtitles.srt(_cues(call, result), call.line_chars))
        case "vtt":
            return PlainTextResponse(subtitles.vtt(_cues(call, result), call.line_chars))


def _cues(call: TranscriptionCall, result: Transcript) -> Sequence[subtitles.Timed]:
    """A cue a segment, or as many as its lines need."""
    if call.line_chars is None:
        return result.segments
    segments = result.segments
    if call.flagged == "mark":
        segments = [marked_words(segment) for segment in segments]
    return cues(segments, call.line_chars, call.chars_per_second)


async def answer_events(
    engine: Recogniser,
    call: TranscriptionCall,
    recording: Recording,
    known: tuple[KnownSpeaker, ...] = (),
) -> AsyncGenerator[bytes, None]:
    """The answer as server-sent events, a segment each."""
    seen: list[TranscriptionEvent] = []
    first = True
    review = Review(call.flagged)
    async with aclosing(engine.stream(call.request(recording, known))) as events:
        async for each in events:
            if (event := review.passed(each)) is None:
                continue
            seen.append(event)
            match event:
                case Segment():
                    delta = transcript.delta(call, event, first=first)
                    if call.diarises:
                        delta.segment_id = diarized.segment_id(event)
                    yield sse.data(delta)
                    if call.response_format == "diarized_json":
                        yield sse.data(diarized.spoken_segment(call, event))
                    first = False
                case TranscriptionFinished():
                    heard = transcript.fold(seen, recording.duration_s)
                    yield sse.data(transcript.done(call, heard))
                case _:
                    pass


async def progress_events(
    engine: Recogniser,
    call: TranscriptionCall,
    recording: Recording,
    known: tuple[KnownSpeaker, ...] = (),
) -> AsyncGenerator[bytes, None]:
    """Each segment as it is written down, then the answer in the format of the request."""
    yield sse.data(progress.begun(recording.duration_s))
    seen: list[TranscriptionEvent] = []
    review = Review(call.flagged)
    async with aclosing(engine.stream(call.request(recording, known))) as events:
        async for each in events:
            if (event := review.passed(each)) is None:
                continue
            seen.append(event)
            if isinstance(event, Segment):
                yield sse.data(progress.progress(event, recording.duration_s))
    heard = transcript.fold(seen, recording.duration_s, recording.missing_s)
    answer = await anyio.to_thread.run_sync(written, call, replace(heard, dropped=review.dropped))
    yield sse.data(progress.answer(bytes(answer.body).decode(), answer.headers))


def _json(body: BaseModel) -> Response:
    return Response(body.model_dump_json(exclude_unset=True), media_type="application/json")
