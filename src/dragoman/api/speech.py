"""`POST /v1/audio/speech`: text to sound, sent as it is made."""

import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import assert_never

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dragoman.api import routing
from dragoman.api.bodies import json_body
from dragoman.api.disconnect import unless_hung_up
from dragoman.api.noted import Noted
from dragoman.api.paces import Paces
from dragoman.api.streams import Streamed, event_stream
from dragoman.audio import subtitles
from dragoman.audio.captions import captions
from dragoman.audio.wav import whole
from dragoman.domain.custom_voices import CustomVoices
from dragoman.domain.engine import Engines
from dragoman.domain.errors import NotFound
from dragoman.domain.speech import (
    SPEECH,
    Sound,
    SpeechEstimate,
    SpeechEvent,
    SpeechFinished,
    SpeechRequest,
    SpokenWord,
)
from dragoman.phonemes.markup.reading import shown, unobeyed
from dragoman.wire import sse
from dragoman.wire.audio import speech as wire
from dragoman.wire.dry_run import SpeechDryRun, no_dry_run

SOUND = "sound"
"""The work under which `Paces` learn the seconds of sound for each token, at a speed of 1."""
MAX_BYTES = 256 * 1024
"""Room for the longest input and instructions, every character escaped."""


def routes(engines: Engines, own: CustomVoices | None = None) -> list[Route]:
    """Build the route over `engines`, and the voices that callers made."""
    paces = Paces()

    async def create(request: Request) -> Response:
        call = wire.parse(await json_body(request, MAX_BYTES, mends=True))
        noted = Noted(engines, request.scope)
        noted.ignore(*call.ignored, *(f"input ({each})" for each in unobeyed(call.input)))
        answer = Answer(noted, paces, call, call.request(await _voice(call, own)))
        if call.x_dry_run:
            return await unless_hung_up(request, answer.dry_run)
        if call.stream_format == "sse":
            return event_stream(answer.events)
        if call.x_verify:
            return await unless_hung_up(request, answer.verified)
        return Streamed(answer.file, wire.MEDIA_TYPES[call.response_format], sse.HEADERS)

    return [
        routing.post("/v1/audio/speech", create),
    ]


async def _voice(call: wire.SpeechCall, own: CustomVoices | None) -> str:
    """The engine's name of the request's voice."""
    if isinstance(call.voice, str):
        return call.voice
    if own is None:
        raise wire.no_such_voice(call.voice.id)
    try:
        return (await own.voice(call.voice.id)).blend
    except NotFound as error:
        raise wire.no_such_voice(call.voice.id) from error


@dataclass(frozen=True, slots=True)
class Answer:
    """One request, in each of the forms that its answer may have."""

    engines: Noted
    paces: Paces
    call: wire.SpeechCall
    request: SpeechRequest

    async def file(self) -> AsyncGenerator[bytes, None]:
        """The file itself."""
        async with aclosing(self._spoken()) as events:
            async for event in events:
                if isinstance(event, Sound):
                    yield event.data

    async def verified(self) -> Response:
        """The file with the verdict of who listened, which is known last and stands first."""
        data = bytearray()
        headers: Mapping[str, str] = {}
        async with aclosing(self._spoken()) as events:
            async for event in events:
                if isinstance(event, Sound):
                    data += event.data
                elif isinstance(event, SpeechFinished):
                    headers = wire.verdict(event)
        self.engines.timing.mark("rest")
        file = whole(self.request.format, bytes(data))
        return Response(file, media_type=wire.MEDIA_TYPES[self.request.format], headers=headers)

    async def events(self) -> AsyncGenerator[bytes, None]:
        """The file in server-sent events."""
        words: list[SpokenWord] = []
        async with aclosing(self._spoken()) as events:
            async for event in events:
                match event:
                    case Sound():
                        yield sse.data(wire.delta(event.data))
                    case SpokenWord():
                        words.append(event)
                        if self.call.x_word_times:
                            yield sse.data(wire.word(event, self.request.text))
                    case SpeechFinished():
                        file = await to_thread.run_sync(_captions, self.call, words)
                        yield sse.data(wire.done(event, file))
                    case SpeechEstimate():
                        pass  # of dry runs alone, which are not streamed
                    case _:
                        assert_never(event)

    async def dry_run(self) -> Response:
        """The estimate of the request."""
        async with aclosing(self._spoken()) as events:
            async for event in events:
                if isinstance(event, SpeechEstimate):
                    return Response(
                        self._estimate(event).model_dump_json(), media_type="application/json"
                    )
                break  # an engine that knows no dry runs: it stops here
        raise no_dry_run()

    async def _spoken(self) -> AsyncGenerator[SpeechEvent, None]:
        async with (
            self.engines.lease(SPEECH, self.call.model) as lease,
            aclosing(lease.engine.stream(self.request)) as events,
        ):
            began = time.monotonic()
            async for event in events:
                self.engines.timing.mark("first")
                if isinstance(event, SpeechFinished):
                    self._learn(event, time.monotonic() - began)
                yield event

    def _learn(self, event: SpeechFinished, seconds: float) -> None:
        self.paces.note(self.call.model, self._work, event.input_tokens, seconds)
        sound_s = event.duration_s * self.request.rate
        self.paces.note(self.call.model, SOUND, event.input_tokens, sound_s)

    def _estimate(self, event: SpeechEstimate) -> SpeechDryRun:
        tokens = event.input_tokens
        return SpeechDryRun(
            object="x_dry_run",
            model=self.call.model,
            input_characters=len(self.request.text),
            input_tokens=tokens,
            predicted_audio_seconds=self.paces.predict(
                self.call.model, SOUND, tokens / self.request.rate
            ),
            predicted_seconds=self.paces.predict(self.call.model, self._work, tokens),
        )

    @property
    def _work(self) -> str:
        """The work under which the pace is measured: speech that is verified takes longer."""
        return "verified" if self.request.verified else "spoken"


def _captions(call: wire.SpeechCall, words: Sequence[SpokenWord]) -> str | None:
    """The file of captions, in which markup is not shown."""
    if call.x_captions is None:
        return None
    found = captions(call.input, words, shown(call.input))
    return subtitles.srt(found) if call.x_captions == "srt" else subtitles.vtt(found)
