"""One worker process, from its start to its end."""

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import anyio
import anyio.abc
from anyio.streams.buffered import BufferedByteReceiveStream

from dragoman.domain.engine import EngineSpec
from dragoman.engines import ENGINES, OFFLINE, EngineEntry
from dragoman.serving.log_lines import JsonLines
from dragoman.serving.process import fence
from dragoman.serving.process.patience import Patience
from dragoman.serving.process.starvation import prolong
from dragoman.serving.process.worker import WorkerPlan

QUIET_THREADS: Mapping[str, str] = {"OMP_WAIT_POLICY": "passive"}
"""An environment in which waiting threads sleep, as several engines share the cores (13 tokens a
second instead of 5)."""

STOP_S = 5.0
"""Seconds that a worker has to end when asked, before it is killed."""


class NotLoaded(Exception):
    """The engine did not load; the text says why."""


class Child:
    """A process that has loaded its engine and listens on `socket`."""

    def __init__(self, process: anyio.abc.Process, socket: str, places: int) -> None:
        self._process = process
        self.socket = socket
        self.places = places
        """How many requests the engine takes at once."""
        self.pid = process.pid

    @property
    def exit_code(self) -> int | None:
        """The exit code of the process; None while it runs; negative: ended by that signal."""
        return self._process.returncode

    async def ends(self) -> None:
        """Wait for the end of the process, whatever the reason."""
        await self._process.wait()

    def terminate(self) -> None:
        """Ask the process to end."""
        _send(self._process, signal.SIGTERM)

    def kill(self) -> None:
        """Kill the process: it hangs, or nobody can reach it."""
        _send(self._process, signal.SIGKILL)


@asynccontextmanager
async def child(
    name: str, spec: EngineSpec, patience: Patience, code: str | None = None
) -> AsyncGenerator[Child, None]:
    """Start a worker and wait until it has loaded; it is ended when the context is left.

    `code`: the digest of the code that it must have.

    Raises:
        NotLoaded: it could not be started, or did not load in time.
    """
    try:
        directory = tempfile.TemporaryDirectory(prefix="dragoman-", ignore_cleanup_errors=True)
    except OSError as error:
        raise NotLoaded(f"no temporary directory: {error}") from error
    with directory as path:
        socket = str(Path(path) / "engine")
        root = logging.getLogger()
        level = root.getEffectiveLevel()
        as_json = any(isinstance(each.formatter, JsonLines) for each in root.handlers)
        process = await _start(name, ENGINES[spec.engine])
        try:
            plan = WorkerPlan(socket, spec, level, as_json, patience.stop_s, patience.hang_s, code)
            yield Child(process, socket, await _loaded(process, plan, patience.load_s))
        finally:
            with anyio.CancelScope(shield=True):
                await _end(process)


async def _start(name: str, entry: EngineEntry) -> anyio.abc.Process:
    try:
        return await anyio.open_process(
            # The name is for `ps`; -P: nothing is imported from the directory we happen to be in.
            [sys.executable, "-P", "-m", "dragoman.serving.process.worker", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None,
            env={
                **QUIET_THREADS,
                **entry.environment,
                **fence.passed(os.environ, network=entry.network),
                **OFFLINE,
            },
            start_new_session=True,
        )
    except OSError as error:
        raise NotLoaded(f"its process could not be started: {error}") from error


async def _loaded(process: anyio.abc.Process, plan: WorkerPlan, patience_s: float) -> int:
    """Wait until the engine has loaded; gives its places."""
    places, failure = 0, NotLoaded(f"it did not load in {patience_s:.0f} s")
    async with anyio.create_task_group() as tasks:
        tasks.cancel_scope.deadline = anyio.current_time() + patience_s
        tasks.start_soon(prolong, tasks.cancel_scope, process.pid, patience_s)
        try:
            places = await _handshake(process, plan)
        except NotLoaded as error:
            failure = error
        tasks.cancel_scope.cancel()
    if not places:
        raise failure
    return places


async def _handshake(process: anyio.abc.Process, plan: WorkerPlan) -> int:
    """Have the engine loaded; gives its places."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        await process.stdin.send(plan.to_json())
        line = await BufferedByteReceiveStream(process.stdout).receive_until(b"\n", 65536)
        answer = json.loads(line)
    except (anyio.IncompleteRead, anyio.BrokenResourceError, anyio.EndOfStream):
        raise NotLoaded("the process ended while it loaded") from None
    except (anyio.DelimiterNotFound, ValueError) as error:
        raise NotLoaded("its process said something else than expected") from error
    if not answer.get("ready"):
        raise NotLoaded(str(answer.get("message")))
    return max(1, int(answer["places"]))


async def _end(process: anyio.abc.Process) -> None:
    _send(process, signal.SIGTERM)
    with anyio.move_on_after(STOP_S):
        await process.wait()
    _send(process, signal.SIGKILL)
    await process.aclose()


def _send(process: anyio.abc.Process, number: signal.Signals) -> None:
    """Send a signal, unless the process has ended.

    The library's own way looks first whether it has, and then nobody learns with which exit code:
    the log would say 255.
    """
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, number)
