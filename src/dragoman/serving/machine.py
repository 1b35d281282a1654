"""One computer's Dragoman: its settings, models and engines, put together into the app."""

import functools
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio
from fastapi import FastAPI

from dragoman.domain.chat import CHAT
from dragoman.domain.speech import SPEECH
from dragoman.domain.transcription import AUDIO_CODEC, TRANSCRIPTION
from dragoman.engines import kinds_by_engine
from dragoman.models import catalogue as catalogues
from dragoman.models.catalogue import Catalogue
from dragoman.models.installed import Installed
from dragoman.models.progress import Progress
from dragoman.models.store import Store
from dragoman.serving.app import Options, create_app
from dragoman.serving.own_voices import SqliteVoices
from dragoman.serving.pool import Pool
from dragoman.serving.settings import Settings
from dragoman.serving.skilled import Skilled
from dragoman.serving.skills import audio_routers, skills
from dragoman.serving.stored import SqliteCompletions

PRELOADED = (CHAT, TRANSCRIPTION, SPEECH, AUDIO_CODEC)
"""What most requests need; pictures are rarer, and their engines load on first use."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What `dragoman serve` runs."""

    settings: Settings
    catalogue: Catalogue
    store: Store

    @classmethod
    def of(cls, settings: Settings) -> "Machine":
        """Read the catalogues.

        Raises:
            StoreError: one of them is not right.
        """
        own = [settings.catalogue] if settings.catalogue else []
        return cls(
            settings, catalogues.load(*own, engines=kinds_by_engine()), Store(settings.models)
        )

    def pull_starter(self, progress: Progress) -> None:
        """Have every starter model here.

        Raises:
            StoreError: one could not be had; the message says what to do.
        """
        for model in self.catalogue.starters():
            self.store.pull(model, progress, offline=self.settings.offline)

    def app(self, announce: Callable[[], None]) -> FastAPI:
        """The application; `announce` is called once its engines are loaded."""
        settings = self.settings
        installed = Installed(self.catalogue, self.store, settings.aliases)
        pool = Pool(
            installed,
            functools.partial(installed.spec, threads=settings.threads),
            queue=settings.queue,
            idle_s=settings.idle_s,
        )
        engines = Skilled(pool, skills(settings))
        voices = SqliteVoices(settings.voices)
        return create_app(
            engines,
            installed,
            audio_routers(engines, installed, settings, voices),
            Options(
                api_keys=settings.api_keys,
                hosts=(settings.host, *settings.allowed_hosts),
                readiness=pool.readiness,
                failures=pool.failures,
                lifespan=functools.partial(_life, pool, announce, preload=settings.preload),
                completions=SqliteCompletions(settings.completions),
                voices=voices,
            ),
        )


@asynccontextmanager
async def _life(
    pool: Pool, announce: Callable[[], None], _: FastAPI, *, preload: bool
) -> AsyncGenerator[None, None]:
    """The engines run as long as the app does."""

    async def tell() -> None:
        await pool.loaded()
        announce()

    async with anyio.create_task_group() as tasks:
        pool.preload(PRELOADED if preload else ())
        tasks.start_soon(pool.run)
        tasks.start_soon(tell)
        try:
            yield
        finally:
            tasks.cancel_scope.cancel()
