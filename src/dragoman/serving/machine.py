"""One computer's Dragoman: its settings, models and engines, put together into the app."""

import functools
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TypeAlias

import anyio
from starlette.applications import Starlette

from dragoman.api.draining import Draining
from dragoman.api.inferences import note_wait
from dragoman.api.rates import Rates
from dragoman.domain.chat import CHAT
from dragoman.domain.engine import EngineSpec
from dragoman.domain.models import ModelCard
from dragoman.domain.speech import SPEECH
from dragoman.domain.transcription import AUDIO_CODEC, TRANSCRIPTION
from dragoman.engines import cache_mib, fault, kinds_by_engine
from dragoman.models import catalogue as catalogues
from dragoman.models.catalogue import Catalogue
from dragoman.models.installed import Installed
from dragoman.models.progress import Screen
from dragoman.models.store import State, Store
from dragoman.serving.composition import Lifecycle, Storage, compose
from dragoman.serving.contexts import with_context, with_decoder, with_device, with_slots
from dragoman.serving.eviction import Residence
from dragoman.serving.metrics import Metrics
from dragoman.serving.pool import Pool, Within
from dragoman.serving.process.memory import MIB
from dragoman.serving.settings import Settings
from dragoman.serving.storage.custom_voices import RECORDINGS, VOICES_FILE, SqlCustomVoices
from dragoman.serving.storage.database import Database
from dragoman.serving.storage.holdings import Holdings
from dragoman.serving.storage.usage import SqlUsage

PRELOADED = (CHAT, TRANSCRIPTION, SPEECH, AUDIO_CODEC)
"""The kinds whose engines load at the start; those for pictures load on first use."""

Announce: TypeAlias = Callable[[Mapping[str, str | None]], None]
"""A callback that gets, for each engine, None where it has loaded, or why it has not."""


@dataclass(frozen=True, slots=True)
class Machine:
    """One computer's models, engines and settings: what `dragoman serve` runs."""

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
        catalogue = catalogues.load(*own, engines=kinds_by_engine(), fault=fault)
        store = Store(settings.models)
        if settings.context is not None:
            catalogue = with_context(catalogue, store, settings.context)
        if settings.slots is not None:
            catalogue = with_slots(catalogue, settings.slots)
        if settings.decoder is not None:
            catalogue = with_decoder(catalogue, settings.decoder)
        if settings.device is not None:
            catalogue = with_device(catalogue, settings.device)
        return cls(settings, catalogue, store)

    def pull_starter(self, screen: Screen) -> None:
        """Pull every starter model that is not here, or not right any more.

        Raises:
            StoreError: one could not be had; the message says what to do.
        """
        self.store.check_again(self.catalogue.model, screen, time.time())
        self.store.pull_all(self.catalogue.starters(), screen, offline=self.settings.offline)

    def answering(self, engines: Mapping[str, str | None]) -> list[str]:
        """The names of the models that answer where a caller chooses none.

        `engines` has the reason where a model's engine has not loaded: that model does not
        answer.
        """
        first = dict[str, str]()
        for model in self.catalogue.model:
            if model.kind not in first and self.store.state(model) is State.PRESENT:
                first[model.kind] = "" if engines.get(model.id) else model.title or model.id
        kinds = (CHAT, TRANSCRIPTION, SPEECH)
        return [first[kind.name] for kind in kinds if first.get(kind.name)]

    def app(self, announce: Announce, draining: Draining) -> Starlette:
        """Build the app; `announce` is called once its engines have loaded, or have failed to."""
        settings = self.settings
        installed = Installed(self.catalogue, self.store, settings.aliases)
        metrics = Metrics() if settings.metrics else None
        pool = Pool(
            installed,
            functools.partial(_spec, installed, settings),
            queue=settings.queue,
            residence=Residence(settings.idle_s, settings.memory_mib),
            longest_wait_s=settings.longest_wait_s,
            waited=functools.partial(_waited, metrics),
        )
        if metrics:
            metrics.watch(pool.loads)
        rates = Rates()
        database, voices = _stores(settings)
        usage = SqlUsage(database, rates)
        lifecycle = Lifecycle(
            functools.partial(_life, pool, announce, usage, preload=settings.preload),
            draining,
            pool.readiness,
            pool.failures,
            metrics,
            pool,
            rates,
        )
        storage = Storage.of(database, voices)
        return compose(settings, pool, installed, storage, lifecycle, Within(pool))


def holdings(settings: Settings) -> Holdings:
    """What keys keep, where a server with these settings keeps it."""
    recordings = settings.voices / RECORDINGS
    if settings.database is not None:
        database = Database.at(settings.database)
        return Holdings(database, database, recordings)
    sound = Database.in_file(settings.voices / VOICES_FILE)
    return Holdings(Database.in_file(settings.completions), sound, recordings)


def _waited(metrics: Metrics | None, model: str, seconds: float) -> None:
    note_wait(model, seconds)
    if metrics is not None:
        metrics.waited(model, seconds)


def _stores(settings: Settings) -> tuple[Database, SqlCustomVoices]:
    """Where answers and voices are kept: files of this machine, or one database for all."""
    if settings.database is None:
        voices = SqlCustomVoices.in_directory(settings.voices)
        return Database.in_file(settings.completions), voices
    database = Database.at(settings.database)
    return database, SqlCustomVoices(database, settings.voices)


def _spec(installed: Installed, settings: Settings, card: ModelCard) -> EngineSpec:
    spec = installed.spec(card, threads=settings.threads)
    margin_mib = settings.engine_memory_mib
    if margin_mib:  # 0: any
        margin_mib += cache_mib(spec)
    return replace(spec, margin_bytes=margin_mib * MIB)


@asynccontextmanager
async def _life(
    pool: Pool, announce: Announce, usage: SqlUsage, _: Starlette, *, preload: bool
) -> AsyncGenerator[None, None]:
    """The engines run as long as the app does."""

    async def tell() -> None:
        await pool.loaded()
        announce(pool.readiness())

    async with usage.kept(), anyio.create_task_group() as tasks:
        pool.preload(PRELOADED if preload else ())
        tasks.start_soon(pool.run)
        tasks.start_soon(tell)
        try:
            yield
        finally:
            tasks.cancel_scope.cancel()
