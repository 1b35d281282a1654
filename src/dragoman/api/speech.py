"""`POST /v1/audio/speech`: text to sound, sent as it is made."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import assert_never

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dragoman.api.bodies import json_body
from dragoman.api.hangup import unless_hung_up
from dragoman.api.noted import Noted
from dragoman.api.streams import Streamed, event_stream
from dragoman.audio import subtitles
from dragoman.audio.captions import captions
from dragoman.audio.encode import whole
from dragoman.domain.engine import Engines
from dragoman.domain.errors import NotFound
from dragoman.domain.own_voices import OwnVoices
from dragoman.domain.speech import (
    SPEECH,
    Sound,
    SpeechEvent,
    SpeechFinished,
    SpeechRequest,
    SpokenWord,
)
from dragoman.wire import speech as wire
from dragoman.wire import sse

MAX_BYTES = 256 * 1024
"""Room for the longest input and instructions, every character escaped."""


def router(engines: Engines, own: OwnVoices | None = None) -> APIRouter:
    """Build the route over `engines`, and the voices that callers made."""
    routes = APIRouter()

    @routes.post("/v1/audio/speech")
    async def create(request: Request) -> Response:
        asked = wire.parse(await json_body(request, MAX_BYTES))
        seen = Noted(engines, request.scope)
        seen.ignore(*asked.ignored)
        wanted = asked.to_domain(await _voice(asked, own))
        if asked.stream_format == "sse":
            return event_stream(lambda: _told(seen, asked, wanted))
        media_type = wire.MEDIA_TYPES[wanted.format]
        if wanted.verified:
            return await unless_hung_up(
                request, lambda: _checked(seen, asked.model, wanted, media_type)
            )
        return Streamed(lambda: _heard(seen, asked.model, wanted), media_type, sse.HEADERS)

    return routes


async def _voice(asked: wire.SpeechBody, own: OwnVoices | None) -> str:
    """What the engine calls the voice that is asked for."""
    if isinstance(asked.voice, str):
        return asked.voice
    if own is None:
        raise wire.no_such_voice(asked.voice.id)
    try:
        return (await own.voice(asked.voice.id)).blend
    except NotFound as error:
        raise wire.no_such_voice(asked.voice.id) from error


async def _spoken(
    engines: Noted, model: str, wanted: SpeechRequest
) -> AsyncGenerator[SpeechEvent, None]:
    async with (
        engines.lease(SPEECH, model) as lease,
        aclosing(lease.engine.stream(wanted)) as events,
    ):
        async for event in events:
            engines.timing.mark("first")
            yield event


async def _heard(engines: Noted, model: str, wanted: SpeechRequest) -> AsyncGenerator[bytes, None]:
    """The file itself."""
    async with aclosing(_spoken(engines, model, wanted)) as events:
        async for event in events:
            if isinstance(event, Sound):
                yield event.data


async def _checked(engines: Noted, model: str, wanted: SpeechRequest, media_type: str) -> Response:
    """The file with the verdict of who listened, which is known last and stands first."""
    data = bytearray()
    headers: Mapping[str, str] = {}
    async with aclosing(_spoken(engines, model, wanted)) as events:
        async for event in events:
            if isinstance(event, Sound):
                data += event.data
            elif isinstance(event, SpeechFinished):
                headers = wire.verdict(event)
    engines.timing.mark("rest")
    file = whole(wanted.format, bytes(data))
    return Response(file, media_type=media_type, headers=headers)


async def _told(
    engines: Noted, asked: wire.SpeechBody, wanted: SpeechRequest
) -> AsyncGenerator[bytes, None]:
    """The file in server-sent events."""
    words: list[SpokenWord] = []
    async with aclosing(_spoken(engines, asked.model, wanted)) as events:
        async for event in events:
            match event:
                case Sound():
                    yield sse.data(wire.delta(event.data))
                case SpokenWord():
                    words.append(event)
                    if asked.x_word_times:
                        yield sse.data(wire.word(event, wanted.text))
                case SpeechFinished():
                    yield sse.data(wire.done(event, _captions(asked, words)))
                case _:
                    assert_never(event)


def _captions(asked: wire.SpeechBody, words: Sequence[SpokenWord]) -> str | None:
    match asked.x_captions:
        case None:
            return None
        case "srt":
            return subtitles.srt(captions(asked.input, words))
        case "vtt":
            return subtitles.vtt(captions(asked.input, words))
