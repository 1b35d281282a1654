"""Keeps one worker process per engine: starts it when wanted, notices its death, starts another."""

import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import anyio
import anyio.abc
from anyio.streams.buffered import BufferedByteReceiveStream

from dragoman.domain.engine import EngineSpec, Kind
from dragoman.domain.errors import EngineUnavailable
from dragoman.serving.process.remote import Remote
from dragoman.serving.process.worker import WorkerPlan

Request = TypeVar("Request")
Event = TypeVar("Event")

log = logging.getLogger("dragoman.engines")

QUIET_THREADS: Mapping[str, str] = {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0"}
"""Waiting threads sleep: several engines share the cores (13 tokens a second instead of 5)."""

OFFLINE: Mapping[str, str] = {"HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1"}
"""An engine has its files; its library is not to look for others."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the supervisor waits, in seconds."""

    load_s: float = 300.0
    """For an engine to load."""
    stop_s: float = 5.0
    """For a worker to end when asked, before it is killed."""
    first_pause_s: float = 0.1
    longest_pause_s: float = 30.0
    """Between two starts of an engine that dies: doubles from the first to the longest."""
    steady_s: float = 30.0
    """A worker that lived so long counts as healthy again."""


class Supervisor(Generic[Request, Event]):
    """One engine, in a process that may die."""

    def __init__(
        self,
        name: str,
        kind: Kind[Request, Event],
        spec: EngineSpec,
        *,
        patience: Patience | None = None,
        idle_s: float | None = None,
    ) -> None:
        self.name = name
        self.starts = 0
        self.loading_s: float | None = None
        self._kind, self._spec = kind, spec
        self._patience = patience or Patience()
        self._idle_s = idle_s
        self._wanted = anyio.Event()
        self._changed = anyio.Event()
        self._remote: Remote[Request, Event] | None = None
        self._failure: str | None = None
        self._borrowed = 0
        self._last_used = time.monotonic()
        self.pid: int | None = None

    @property
    def ready(self) -> bool:
        """Whether a worker is loaded and answering."""
        return self._remote is not None and not self._remote.broken

    @property
    def well(self) -> bool:
        """Whether it is loaded, or not wanted now."""
        return self.ready or (not self._wanted.is_set() and self._failure is None)

    async def loaded(self) -> None:
        """Wait until it is loaded, or failed to load."""
        while not self.ready and self._failure is None:
            await self._changed.wait()

    @property
    def failure(self) -> str | None:
        """Why the last start failed, until one succeeds."""
        return self._failure

    @property
    def borrowed(self) -> int:
        """How many requests hold this engine, waiting ones included."""
        return self._borrowed

    def want(self) -> None:
        """Have the engine loaded soon, without waiting for it."""
        self._wanted.set()

    @asynccontextmanager
    async def borrow(self) -> AsyncGenerator[Remote[Request, Event], None]:
        """The running engine; waits while it loads.

        Raises:
            EngineUnavailable: it does not load.
        """
        self._borrowed += 1
        try:
            self.want()
            with anyio.move_on_after(self._patience.load_s):
                await self.loaded()
            if self._remote is None or self._remote.broken:
                reason = self._failure or "it is still loading"
                raise EngineUnavailable(f"The engine of {self.name} is not running: {reason}.")
            yield self._remote
        finally:
            self._borrowed -= 1
            self._last_used = time.monotonic()

    async def run(self) -> None:
        """Keep the engine as it is wanted, until cancelled."""
        pause_s = self._patience.first_pause_s
        while True:
            await self._wanted.wait()
            lived_s = await self._one_life()
            if not self._wanted.is_set():
                continue
            if lived_s >= self._patience.steady_s:
                pause_s = self._patience.first_pause_s
            await anyio.sleep(pause_s)
            pause_s = min(2 * pause_s, self._patience.longest_pause_s)

    async def _one_life(self) -> float:
        """Start a worker and stay until it ended; returns how long it served, in seconds."""
        self.starts += 1
        with tempfile.TemporaryDirectory(prefix="dragoman-") as directory:
            socket = str(Path(directory) / "engine")
            plan = WorkerPlan(socket, self._kind.name, self._spec)
            process = await anyio.open_process(
                [sys.executable, "-P", "-m", "dragoman.serving.process.worker", self.name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=None,
                env={**os.environ, **QUIET_THREADS, **OFFLINE},
                start_new_session=True,
            )
            try:
                if not await self._loaded(process, plan):
                    return 0.0
                return await self._serving(process, Remote(self._kind, socket))
            finally:
                with anyio.CancelScope(shield=True):
                    await self._end(process)

    async def _loaded(self, process: anyio.abc.Process, plan: WorkerPlan) -> bool:
        began = time.monotonic()
        assert process.stdin is not None
        assert process.stdout is not None
        answer: dict[str, object] = {"message": "the process ended while it loaded"}
        try:
            await process.stdin.send(plan.to_json())
            with anyio.move_on_after(self._patience.load_s) as patience:
                line = await BufferedByteReceiveStream(process.stdout).receive_until(b"\n", 65536)
                answer = json.loads(line)
            if patience.cancelled_caught:
                answer = {"message": f"it did not load in {self._patience.load_s:.0f} s"}
        except (anyio.IncompleteRead, anyio.BrokenResourceError, anyio.EndOfStream):
            pass  # the process died: the message stands
        if not answer.get("ready"):
            self._tell(None, str(answer["message"]))
            log.error("engine=%s event=load-failed reason=%r", self.name, answer["message"])
            return False
        self.loading_s = time.monotonic() - began
        return True

    async def _serving(self, process: anyio.abc.Process, remote: Remote[Request, Event]) -> float:
        began = self._last_used = time.monotonic()
        self.pid = process.pid
        self._tell(remote, None)
        log.info(
            "engine=%s event=ready pid=%d seconds=%.2f", self.name, process.pid, self.loading_s
        )
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._watch_idleness, process)
                await process.wait()
                tasks.cancel_scope.cancel()
            if self._wanted.is_set():
                code = process.returncode
                log.error("engine=%s event=died pid=%d code=%s", self.name, process.pid, code)
        finally:
            self.pid = None
            self._tell(None, None)
            with anyio.CancelScope(shield=True):
                await remote.close()
        return time.monotonic() - began

    async def _watch_idleness(self, process: anyio.abc.Process) -> None:
        if self._idle_s is None:
            return
        left_s = self._idle_s
        while left_s > 0:
            await anyio.sleep(left_s)
            idle_s = 0.0 if self._borrowed else time.monotonic() - self._last_used
            left_s = self._idle_s - idle_s
        self._wanted = anyio.Event()
        log.info("engine=%s event=unloaded idle_s=%.0f", self.name, self._idle_s)
        process.terminate()

    async def _end(self, process: anyio.abc.Process) -> None:
        if process.returncode is None:
            process.terminate()
            with anyio.move_on_after(self._patience.stop_s):
                await process.wait()
        if process.returncode is None:
            process.kill()
        await process.aclose()

    def _tell(self, remote: Remote[Request, Event] | None, failure: str | None) -> None:
        self._remote, self._failure = remote, failure
        self._changed.set()
        self._changed = anyio.Event()
