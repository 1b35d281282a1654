"""The supervisor: keeps one worker process running for an engine, and replaces it when it dies."""

import logging
import math
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

import anyio

from dragoman.domain.engine import EngineSpec, Kind
from dragoman.domain.errors import EngineDied, EngineUnavailable
from dragoman.serving.process.child import Child, NotLoaded, child
from dragoman.serving.process.memory import Ceiling
from dragoman.serving.process.patience import Patience
from dragoman.serving.process.remote import Remote
from dragoman.serving.process.starvation import MOST, Starvation

Request = TypeVar("Request")
Event = TypeVar("Event")

log = logging.getLogger("dragoman.engines")


PULSES = 3
"""The pulses in a row that are missed before a worker is killed: one may fall into a busy moment,
or into one in which this very process stood still."""


TOO_MUCH_MEMORY = (
    "The engine took more memory than it may and was ended, with all that it was working on; a "
    "fresh one is being started. If it was this request that took so much, it will do so again."
)


class Supervisor(Generic[Request, Event]):
    """Keeps one engine running in a process that may die."""

    def __init__(
        self,
        name: str,
        kind: Kind[Request, Event],
        spec: EngineSpec,
        *,
        patience: Patience | None = None,
        idle_s: float | None = None,
        code: str | None = None,
    ) -> None:
        """`code`: the digest of the server's code, which its worker must have, too."""
        self.name = name
        self.starts = 0
        self.loading_s: float | None = None
        self.places = 1
        """How many requests the engine takes at once, as its worker reported."""
        self.sent_again = 0
        """The number of requests that were sent a second time."""
        self._missed = 0
        self._worker: Child | None = None
        self._kind, self._spec = kind, spec
        self._patience = patience or Patience()
        self._idle_s = idle_s
        self._code = code
        self._demand = anyio.Event()
        self._changed = anyio.Event()
        self._remote: Remote[Request, Event] | None = None
        self._failure: str | None = None
        self._logged_failure: str | None = None
        self._next_start: float | None = None
        self._borrowed = 0
        self.last_used = time.monotonic()
        """When the last request that held it ended, by the monotonic clock."""
        self.pid: int | None = None

    @property
    def ready(self) -> bool:
        """Whether a worker is loaded and answering."""
        return self._remote is not None and not self._remote.broken

    @property
    def gauges(self) -> Mapping[str, float]:
        """The engine's own measurements of a moment ago, by the names of metrics."""
        return self._remote.gauges if self._remote is not None and self.ready else {}

    @property
    def well(self) -> bool:
        """Whether the engine is loaded, or not needed now."""
        if self._missed > 1:
            return False
        return self.ready or (not self._demand.is_set() and self._failure is None)

    @property
    def trouble(self) -> str:
        """The reason why the engine is not well, in words."""
        return self._failure or ("it does not answer" if self._missed > 1 else "it is loading")

    async def ended(self) -> None:
        """Wait until no worker has memory."""
        while self._worker is not None:
            await self.changes()

    async def changes(self) -> None:
        """Wait until a worker is there, or gone, or has failed to load."""
        await self._changed.wait()

    async def loaded(self) -> None:
        """Wait until the engine is loaded, or has failed to load."""
        while not self.ready and self._failure is None:
            await self.changes()

    @property
    def failure(self) -> str | None:
        """The reason why the last start failed, until one succeeds."""
        return self._failure

    @property
    def borrowed(self) -> int:
        """How many requests hold this engine, waiting ones included."""
        return self._borrowed

    @property
    def wanted(self) -> bool:
        """Whether the engine is to be in memory: it is there, loads, or will be tried again."""
        return self._demand.is_set()

    def want(self) -> None:
        """Have the engine loaded soon, without waiting for it."""
        self._demand.set()

    @asynccontextmanager
    async def borrow(self) -> AsyncGenerator[Remote[Request, Event], None]:
        """Hold the running engine inside the context; waits while it loads.

        Raises:
            EngineUnavailable: it does not load.
        """
        self._borrowed += 1
        try:
            yield await self.remote()
        finally:
            self._borrowed -= 1
            self.last_used = time.monotonic()

    async def remote(self) -> Remote[Request, Event]:
        """Return the running engine to a caller who has borrowed it; waits while it loads.

        Raises:
            EngineUnavailable: it does not load.
        """
        self.want()
        with anyio.move_on_after(self._patience.load_s):
            await self.loaded()
        if self._remote is None or self._remote.broken:
            raise self._unavailable()
        return self._remote

    def _unavailable(self) -> EngineUnavailable:
        """Why nobody can be served now, and when that may be over."""
        if self._failure is None:
            return EngineUnavailable(f"The engine of {self.name} is not running: it is loading.")
        message = f"The engine of {self.name} is not running: {self._failure}."
        if self._next_start is None:
            return EngineUnavailable(f"{message} It is tried again now.")
        left_s = max(1, math.ceil(self._next_start - time.monotonic()))
        return EngineUnavailable(f"{message} It is tried again in {left_s} s.", retry_s=left_s)

    async def run(self) -> None:
        """Start, watch and end the engine as it is needed, until cancelled."""
        patience = self._patience
        pause_s = patience.first_pause_s
        while True:
            await self._demand.wait()
            lived_s = await self._one_life()
            if not self._demand.is_set():
                continue
            if lived_s >= patience.steady_s:
                pause_s = patience.first_pause_s
            await self._pause(pause_s)
            loads = self._failure is None
            longest_s = patience.longest_pause_s if loads else patience.longest_load_pause_s
            pause_s = min(2 * pause_s, longest_s)

    async def _pause(self, seconds: float) -> None:
        self._next_start = time.monotonic() + seconds
        await anyio.sleep(seconds)
        self._next_start = None

    async def _one_life(self) -> float:
        """Start a worker and stay until it ended; returns how long it served, in seconds."""
        self.starts += 1
        began = time.monotonic()
        try:
            async with child(self.name, self._spec, self._patience, self._code) as worker:
                self.loading_s = time.monotonic() - began
                if not self._demand.is_set():  # it was unloaded while it loaded
                    return 0.0
                return await self._serve(worker)
        except NotLoaded as error:
            reason = str(error)
            if reason != self._logged_failure:  # one line, however often it is tried
                log.error("engine=%s event=load-failed reason=%r", self.name, reason)  # noqa: TRY400 - the reason is the news, not the frames
            self._logged_failure = reason
            self._tell(None, reason)
            return 0.0

    async def _serve(self, worker: Child) -> float:
        """Lend the worker until it ends, or is ended: idle, silent or out of reach."""
        remote = Remote(self._kind, worker.socket)
        began = self.last_used = time.monotonic()
        self._worker = worker
        self.pid, self.places, self._missed = worker.pid, worker.places, 0
        self._logged_failure = None
        self._tell(remote, None)
        log.info("engine=%s event=ready pid=%d seconds=%.2f", self.name, worker.pid, self.loading_s)
        try:
            async with anyio.create_task_group() as tasks:
                for watch in (
                    self._until_broken,
                    self._until_silent,
                    self._until_full,
                    self._until_idle,
                ):
                    tasks.start_soon(watch, worker, remote)
                await worker.ends()
                tasks.cancel_scope.cancel()
            if code := worker.exit_code:
                log.error("engine=%s event=died pid=%d code=%d", self.name, worker.pid, code)
        finally:
            self._worker, self.pid, self._missed = None, None, 0
            self._tell(None, None)
            with anyio.CancelScope(shield=True):
                await remote.close()
        return time.monotonic() - began

    async def _until_broken(self, worker: Child, remote: Remote[Request, Event]) -> None:
        await remote.breaks()
        worker.kill()

    async def _until_silent(self, worker: Child, remote: Remote[Request, Event]) -> None:
        """A stopped or hanging process answers nothing, and would keep its requests for ever."""
        between_s = self._patience.silence_s / PULSES
        starvation, excused = Starvation(worker.pid), 0
        while self._missed < PULSES:
            beats = await remote.pulse(between_s * 0.75)
            starved = starvation.since() > between_s / 2
            if beats:
                self._missed = excused = 0
            elif starved and excused < (MOST - 1) * PULSES:
                excused += 1
            else:
                self._missed += 1
            await anyio.sleep(between_s * 0.25)
        log.error("engine=%s event=silent pid=%d", self.name, worker.pid)
        worker.kill()

    async def _until_full(self, worker: Child, remote: Remote[Request, Event]) -> None:
        """One request must not take the memory of the whole machine."""
        sizes = await Ceiling(worker.pid, self._spec.margin_bytes).exceeded()
        log.error("engine=%s event=memory pid=%d: it has %s", self.name, worker.pid, sizes)
        remote.last_words = EngineDied(TOO_MUCH_MEMORY, code="engine_out_of_memory")
        worker.kill()

    async def _until_idle(self, worker: Child, _: Remote[Request, Event]) -> None:
        if self._idle_s is None:
            return
        left_s = self._idle_s
        while left_s > 0:
            await anyio.sleep(left_s)
            idle_s = 0.0 if self._borrowed else time.monotonic() - self.last_used
            left_s = self._idle_s - idle_s
        self._unload(worker, f"idle_s={self._idle_s:.0f}")

    def unload(self, why: str = "by=call") -> None:
        """Free the engine's memory until it is needed again; nobody may have borrowed it.

        `why` is for the log.
        """
        if self._worker is not None:
            self._unload(self._worker, why)
        self._demand = anyio.Event()

    def _unload(self, worker: Child, why: str) -> None:
        # In one step, so that whoever comes now waits for the next worker.
        self._demand = anyio.Event()
        self._tell(None, None)
        log.info("engine=%s event=unloaded %s", self.name, why)
        worker.terminate()

    def _tell(self, remote: Remote[Request, Event] | None, failure: str | None) -> None:
        self._remote, self._failure = remote, failure
        self._changed.set()
        self._changed = anyio.Event()
