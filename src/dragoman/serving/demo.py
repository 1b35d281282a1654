"""`dragoman serve --demo`: fakes instead of models, and every answer says so."""

import tempfile
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dragoman import engines
from dragoman.api.draining import Draining
from dragoman.domain.engine import BlockingEngine, EngineSpec
from dragoman.domain.models import ModelCard
from dragoman.models import catalogue as catalogues
from dragoman.serving.composition import Lifecycle, Storage, compose
from dragoman.serving.in_process import InProcessEngines
from dragoman.serving.metrics import Metrics
from dragoman.serving.process.worker import load
from dragoman.serving.settings import Settings
from dragoman.serving.storage.custom_voices import SqlCustomVoices
from dragoman.serving.storage.database import Database

ENGINES = {name: entry for name, entry in engines.ENGINES.items() if entry.demo}
"""The engines of the demo; the codecs are the real ones, so that a broken file is still refused."""

HEADER = ("x-dragoman-demo", "fake models; nothing in this answer is meant")


def demo_app(
    settings: Settings,
    draining: Draining,
    instead: Mapping[str, BlockingEngine[Any, Any]] | None = None,
) -> Starlette:
    """The application over fakes that answer to OpenAI's names.

    `instead` has other fakes by the name of the engine: those with a script.
    """
    chosen = instead or {}
    names = catalogues.load(engines=engines.kinds_by_engine()).openai
    cards = (
        ModelCard(name, entry.kind.name, name, names.get(entry.kind.name, ()))
        for name, entry in ENGINES.items()
    )
    fakes = InProcessEngines(
        (card, chosen.get(card.engine) or load(EngineSpec(card.engine, ""))) for card in cards
    )
    own = tempfile.TemporaryDirectory(prefix="dragoman-")  # nothing of a demonstration is kept

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncGenerator[None, None]:
        with own:
            yield

    there = Path(own.name)
    storage = Storage.of(
        Database.in_file(there / "completions.sqlite3"), SqlCustomVoices.in_directory(there)
    )
    lifecycle = Lifecycle(life, draining, metrics=Metrics() if settings.metrics else None)
    app = compose(settings, fakes, fakes, replace(storage, completions=None), lifecycle)
    app.add_middleware(SaysSo)
    return app


class SaysSo:
    """ASGI middleware that marks every response as a demo's."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with the header added to its response."""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append(*HEADER)
            await send(message)

        await self._app(scope, receive, marked if scope["type"] == "http" else send)
