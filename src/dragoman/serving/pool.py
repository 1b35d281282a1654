"""The engines of one machine: which model needs which process, and who may use it now."""

import logging
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol, TypeVar

import anyio
from anyio.abc import TaskGroup

from dragoman.domain.caller import caller
from dragoman.domain.engine import EngineSpec, Kind, Lease
from dragoman.domain.errors import InUse, ModelNotFound
from dragoman.domain.models import ModelCard
from dragoman.engines import ENGINES
from dragoman.serving.eviction import Residence, Residents
from dragoman.serving.metrics import Load
from dragoman.serving.process.code import digest
from dragoman.serving.process.supervisor import Supervisor
from dragoman.serving.queued import Queued, Waited
from dragoman.serving.turns import Turns

Request = TypeVar("Request")
Event = TypeVar("Event")

log = logging.getLogger("dragoman.pool")

LONGEST_WAIT_S = 600.0
"""Seconds that a request may wait in a queue; OpenAI's clients give up then, too."""


class Catalogue(Protocol):
    """The part of `models.installed.Installed` that the pool uses."""

    def find(self, name: str, kind: str | None = None) -> ModelCard | None:
        """The installed model that answers to `name`."""
        ...

    def cards(self) -> Sequence[ModelCard]:
        """Installed models, the default of each kind first."""
        ...

    def advice(self, name: str, kind: str | None = None) -> str | None:
        """The advice about a name that is not found; None: there is none."""
        ...


class Pool:
    """The engines of one machine, one supervised process a model; see `domain.engine.Engines`."""

    def __init__(
        self,
        installed: Catalogue,
        spec: Callable[[ModelCard], EngineSpec],
        *,
        queue: int = 64,
        residence: Residence | None = None,
        longest_wait_s: float = LONGEST_WAIT_S,
        waited: Waited | None = None,
    ) -> None:
        """`queue` requests may be inside a model's queue; `waited` gets how long each waited."""
        self._installed = installed
        self._spec = spec
        self._queue = queue
        residence = residence or Residence()
        self._idle_s = residence.idle_s
        self._code = digest()
        self._longest_wait_s = longest_wait_s
        self._waited = waited
        self._turns: dict[str, Turns] = {}
        self._running: dict[str, Supervisor[Any, Any]] = {}
        self._memory_mb: dict[str, int] = {}
        self._residents = Residents(
            residence.memory_mib, self._memory_mb.__getitem__, self._running
        )
        self._preloaded: list[Supervisor[Any, Any]] = []
        self._tasks: TaskGroup | None = None
        """The task group of the supervisors; None: the pool does not run, and they wait for it."""

    @asynccontextmanager
    async def lease(
        self, kind: Kind[Request, Event], model: str | None = None, *, let_in: bool = False
    ) -> AsyncGenerator[Lease[Request, Event], None]:
        """See `Engines.lease`; `let_in`: for work that no queue refuses any more."""
        card = self._card(kind, model)
        supervisor = self._supervisor(kind, card)
        turns = self._turns[card.id]
        with turns.inside(caller().name, let_in=let_in):
            await self._residents.admit(card.id)
            async with supervisor.borrow():
                turns.hand_out()  # there may be more places since it was loaded
                yield Lease(Queued(supervisor, turns, self._waited, let_in=let_in), card)

    def has(self, kind: Kind[Any, Any]) -> bool:
        """See `Engines.has`."""
        return any(card.kind == kind.name for card in self._installed.cards())

    def preload(self, kinds: Sequence[Kind[Any, Any]]) -> None:
        """Have the first model of each kind loaded as soon as the pool runs, if there is room."""
        for kind in kinds:
            if self.has(kind):
                supervisor = self._supervisor(kind, self._card(kind, None))
                if self._residents.has_room(supervisor.name):
                    supervisor.want()
                    self._preloaded.append(supervisor)
                else:
                    log.warning("engine=%s event=not-preloaded: no memory left", supervisor.name)

    async def run(self) -> None:
        """Keep the engines running, until cancelled."""
        async with anyio.create_task_group() as tasks:
            self._tasks = tasks
            try:
                for supervisor in self._running.values():
                    self._start(tasks, supervisor)
                await anyio.sleep_forever()
            finally:
                self._tasks = None

    def _start(self, tasks: TaskGroup, supervisor: Supervisor[Any, Any]) -> None:
        tasks.start_soon(supervisor.run, name=f"engine {supervisor.name}")

    def readiness(self) -> Mapping[str, str | None]:
        """The state of every preloaded engine: None for a good one, else why it is not loaded.

        An engine that was unloaded in good order is a good one. One that is loaded on first
        use is not waited for.
        """
        return {
            supervisor.name: None if supervisor.well else supervisor.trouble
            for supervisor in self._preloaded
        }

    def failures(self) -> Mapping[str, str]:
        """The engines that failed to load when they were last tried, with the reasons."""
        return {
            name: supervisor.failure
            for name, supervisor in self._running.items()
            if supervisor.failure
        }

    async def loaded(self) -> None:
        """Wait until every preloaded engine has loaded, or failed to."""
        for supervisor in self._preloaded:
            await supervisor.loaded()

    def statistics(self) -> Mapping[str, Supervisor[Any, Any]]:
        """The statistics of the engines that were used so far, by model id."""
        return dict(self._running)

    def loads(self) -> Mapping[str, Load]:
        """The load of each model's engine, by model id."""
        return {
            name: Load(
                running=self._turns[name].running,
                waiting=self._turns[name].waiting,
                up=supervisor.ready,
                starts=supervisor.starts,
                rejected=self._turns[name].rejected,
                sent_again=supervisor.sent_again,
                gauges=supervisor.gauges,
            )
            for name, supervisor in dict(self._running).items()
        }

    async def load(self, card: ModelCard) -> float:
        """See `api.loading.Loader.load`."""
        supervisor = self._supervisor(ENGINES[card.engine].kind, card)
        await self._residents.admit(card.id)
        async with supervisor.borrow():
            return supervisor.loading_s or 0.0

    def unload(self, card: ModelCard) -> None:
        """See `api.loading.Loader.unload`."""
        supervisor = self._running.get(card.id)
        if supervisor is None:
            return
        if supervisor.borrowed:
            raise InUse(
                f"{card.id} is at work for {supervisor.borrowed} requests. Try again when they "
                "have ended."
            )
        supervisor.unload()

    def _card(self, kind: Kind[Any, Any], model: str | None) -> ModelCard:
        if model is None:
            card = next((c for c in self._installed.cards() if c.kind == kind.name), None)
        else:
            card = self._installed.find(model, kind.name)
        if card is None:
            name = model or kind.name
            raise ModelNotFound.named(name, self._installed.advice(name, kind.name))
        return card

    def _supervisor(self, kind: Kind[Any, Any], card: ModelCard) -> Supervisor[Any, Any]:
        if card.id not in self._running:
            supervisor = Supervisor(
                card.id, kind, self._spec(card), idle_s=self._idle_s, code=self._code
            )
            self._running[card.id] = supervisor
            self._memory_mb[card.id] = card.memory_mb
            self._turns[card.id] = Turns(
                card.id, self._queue, lambda: supervisor.places, self._longest_wait_s
            )
            if self._tasks is not None:
                self._start(self._tasks, supervisor)
        return self._running[card.id]


class Within:
    """See `domain.engine.Engines`: those of `pool`, for what a request needs that was let in.

    A request is refused before its work begins, or not at all: what skills borrow for it waits for
    its turn however full the queue is, and ends with the request. No two kinds of work wait for
    each other: a transcript may wait for chat, chat for speech and codecs, and these for nobody.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def lease(
        self, kind: Kind[Request, Event], model: str | None = None
    ) -> AsyncGenerator[Lease[Request, Event], None]:
        """See `Engines.lease`."""
        async with self._pool.lease(kind, model, let_in=True) as lease:
            yield lease

    def has(self, kind: Kind[Any, Any]) -> bool:
        """See `Engines.has`."""
        return self._pool.has(kind)
