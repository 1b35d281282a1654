"""`dragoman serve --demo`: fakes instead of models, and every answer says so."""

import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dragoman.api.draining import Draining
from dragoman.domain.chat import CHAT
from dragoman.domain.diarisation import DIARISATION
from dragoman.domain.document import DOCUMENT_CODEC
from dragoman.domain.engine import EngineSpec
from dragoman.domain.models import ModelCard
from dragoman.domain.picture import PICTURE_CODEC, SIGHT
from dragoman.domain.speech import SPEECH
from dragoman.domain.transcription import AUDIO_CODEC, TRANSCRIPTION
from dragoman.models import catalogue as catalogues
from dragoman.serving.app import Options, create_app
from dragoman.serving.here import Here
from dragoman.serving.own_voices import SqliteVoices
from dragoman.serving.process.worker import load
from dragoman.serving.settings import Settings
from dragoman.serving.skilled import Skilled
from dragoman.serving.skills import audio_routers, skills

ENGINES = {
    CHAT.name: "fake-chat",
    TRANSCRIPTION.name: "fake-transcriber",
    SPEECH.name: "fake-speaker",
    SIGHT.name: "fake-sight",
    DIARISATION.name: "fake-speakers",
    AUDIO_CODEC.name: "audio-codec",
    PICTURE_CODEC.name: "picture-codec",
    DOCUMENT_CODEC.name: "document-codec",
}
"""Kind → engine: the codecs are the real ones, so that a broken file is still refused."""

HEADER = ("x-dragoman-demo", "fake models; nothing in this answer is meant")


def demo_app(settings: Settings, draining: Draining) -> FastAPI:
    """The application over fakes that answer to OpenAI's names."""
    names = catalogues.load().openai
    cards = (
        ModelCard(engine, kind, engine, names.get(kind, ())) for kind, engine in ENGINES.items()
    )
    here = Here((card, load(EngineSpec(card.engine, ""))) for card in cards)
    engines = Skilled(here, skills(settings))
    own = tempfile.TemporaryDirectory(prefix="dragoman-")  # nothing of a demonstration is kept

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncGenerator[None, None]:
        with own:
            yield

    voices = SqliteVoices(Path(own.name))
    options = Options(
        api_keys=settings.api_keys,
        hosts=(settings.host, *settings.allowed_hosts),
        draining=draining,
        lifespan=life,
        voices=voices,
    )
    app = create_app(engines, here, audio_routers(engines, here, settings, voices), options)
    app.add_middleware(SaysSo)
    return app


class SaysSo:
    """ASGI middleware: marks every response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the class."""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append(*HEADER)
            await send(message)

        await self._app(scope, receive, marked if scope["type"] == "http" else send)
