"""`dragoman serve --demo`: fakes instead of models, and every answer says so."""

import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dragoman import engines
from dragoman.api.draining import Draining
from dragoman.domain.engine import EngineSpec
from dragoman.domain.models import ModelCard
from dragoman.models import catalogue as catalogues
from dragoman.serving.app import Options, create_app
from dragoman.serving.composition import SkilledEngines, audio_routes, skills
from dragoman.serving.conversations import SqliteConversations
from dragoman.serving.custom_voices import SqliteCustomVoices
from dragoman.serving.in_process import InProcessEngines
from dragoman.serving.process.worker import load
from dragoman.serving.responses import SqliteResponses
from dragoman.serving.settings import Settings

ENGINES = {name: entry for name, entry in engines.ENGINES.items() if entry.demo}
"""The codecs are the real ones, so that a broken file is still refused."""

HEADER = ("x-dragoman-demo", "fake models; nothing in this answer is meant")


def demo_app(settings: Settings, draining: Draining) -> Starlette:
    """The application over fakes that answer to OpenAI's names."""
    names = catalogues.load(engines=engines.kinds_by_engine()).openai
    cards = (
        ModelCard(name, entry.kind.name, name, names.get(entry.kind.name, ()))
        for name, entry in ENGINES.items()
    )
    fakes = InProcessEngines((card, load(EngineSpec(card.engine, ""))) for card in cards)
    skilled = SkilledEngines(fakes, skills(settings))
    own = tempfile.TemporaryDirectory(prefix="dragoman-")  # nothing of a demonstration is kept

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncGenerator[None, None]:
        with own:
            yield

    voices = SqliteCustomVoices(Path(own.name))
    options = Options(
        api_keys=settings.api_keys,
        hosts=(settings.host, *settings.allowed_hosts),
        draining=draining,
        lifespan=life,
        responses=SqliteResponses(Path(own.name) / "completions.sqlite3"),
        conversations=SqliteConversations(Path(own.name) / "completions.sqlite3"),
        voices=voices,
        unknown_fields=settings.unknown_fields,
    )
    app = create_app(skilled, fakes, audio_routes(skilled, fakes, settings, voices), options)
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
