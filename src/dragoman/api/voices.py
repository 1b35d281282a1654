"""`/v1/audio/voices`: which voices there are, and voices that callers make."""

import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dragoman.api import routing
from dragoman.api.bodies import json_body
from dragoman.api.models import ModelList
from dragoman.api.uploads import Upload, Uploads, is_form
from dragoman.domain.custom_voices import CustomVoice, CustomVoices
from dragoman.domain.errors import ModelNotFound
from dragoman.domain.models import ModelCard
from dragoman.domain.speech import SPEECH, VoiceCard
from dragoman.wire.audio import voices as wire
from dragoman.wire.faults import unknown

PATH = "/v1/audio/voices"
ROOM = 64 * 1024
"""Bytes of a form besides its file."""

VoicesOf: TypeAlias = Callable[[ModelCard], Sequence[VoiceCard]]
"""The voices of a model."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """All voices: those of what is installed, and callers' own."""

    installed: ModelList
    voices_of: VoicesOf
    own: CustomVoices

    def speakers(self, model: str | None = None) -> Sequence[ModelCard]:
        """The models that speak; or that one.

        Raises:
            ModelNotFound: it is not here, or does not speak.
        """
        if model is None:
            return [card for card in self.installed.cards() if card.kind == SPEECH.name]
        card = self.installed.find(model, SPEECH.name)
        if card is None:
            raise ModelNotFound.named(model, self.installed.advice(model, SPEECH.name))
        return [card]

    def names(self) -> list[str]:
        """The names of all voices that can be blended."""
        return [voice.name for card in self.speakers() for voice in self.voices_of(card)]


def receive(request: Request, field: str) -> AbstractAsyncContextManager[Upload]:
    """A form with one recording of at most 10 MiB."""
    return Uploads(max_bytes=wire.MAX_RECORDING + ROOM, field=field).receive(request)


def routes(shelf: Shelf) -> list[Route]:
    """Build the routes over `shelf`."""

    async def voices(request: Request) -> Response:
        for name in request.query_params:
            if name != "model":
                raise unknown(name[:100])
        cards = shelf.speakers(request.query_params.get("model"))
        found = [wire.built_in(voice, card) for card in cards for voice in shelf.voices_of(card)]
        own = [wire.own(voice) for voice in await shelf.own.voices()]
        return JSONResponse(wire.page(found + own))

    async def create(request: Request) -> Response:
        if is_form(request):
            async with receive(request, "audio_sample") as upload:
                body = wire.without_recording(upload.fields)
                if upload.has_file or body is None:
                    consent = wire.read_sample(upload.fields, has_file=upload.has_file)
                    await shelf.own.consent(consent)
                    raise wire.cannot_clone()
        else:
            body = await json_body(request, ROOM)
        name, blend = wire.new_voice(body, shelf.names())
        voice = CustomVoice(f"voice_{uuid.uuid4().hex}", name, blend, int(time.time()))
        await shelf.own.keep_voice(voice)
        return JSONResponse(wire.own(voice))

    async def delete(request: Request) -> Response:
        name = request.path_params["name"]
        await shelf.own.delete_voice(name)
        return JSONResponse(wire.deleted(name, "audio.voice.deleted"))

    return [
        routing.get(PATH, voices),
        routing.post(PATH, create),
        routing.delete(f"{PATH}/{{name}}", delete),
    ]
