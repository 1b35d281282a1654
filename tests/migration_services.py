"""A recorder and a replayer: in this process, and as commands in processes of their own."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
from starlette.types import ASGIApp

from dragoman.migration.folder import Folder
from dragoman.migration.keeping import MIB, Keeper
from dragoman.migration.listening import base_url, listen, server
from dragoman.migration.proxy import Proxy, Upstream
from dragoman.migration.replay import Manner, Replay


@dataclass
class Service:
    """A server that runs; `status` is known when its process has ended."""

    url: str
    log: list[str] = field(default_factory=list[str])
    status: int | None = None


@contextmanager
def recording(
    upstream: str, folder: Path, *, timeout_s: float = 20, largest: int = 32 * MIB
) -> Generator[Service]:
    log: list[str] = []
    keeper = Keeper(Folder(folder), largest, log.append)
    with _serving(Proxy(Upstream(httpx2.URL(upstream), None, timeout_s), keeper)) as url:
        yield Service(url, log)


@contextmanager
def replaying(folder: Path, manner: Manner | None = None) -> Generator[Service]:
    log: list[str] = []
    with _serving(Replay(Folder(folder), manner or Manner(), log.append)) as url:
        yield Service(url, log)


@contextmanager
def _serving(app: ASGIApp) -> Generator[str]:
    with listen(0) as listener:
        uvicorn = server(app)
        thread = threading.Thread(target=uvicorn.run, args=([listener],))
        thread.start()
        try:
            yield base_url(listener)
        finally:
            uvicorn.should_exit = True
            thread.join()


@contextmanager
def command(*words: str, key: str | None = None) -> Generator[Service]:
    """`dragoman record` or `dragoman replay`."""
    environment = {name: text for name, text in os.environ.items() if name != "OPENAI_API_KEY"}
    if key is not None:
        environment["OPENAI_API_KEY"] = key
    with subprocess.Popen(
        [sys.executable, "-m", "dragoman.cli.main", *words, "--port", "0"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        line = ""
        while "OPENAI_BASE_URL=" not in line:
            line = process.stdout.readline()
            assert line, process.stderr and process.stderr.read()
        service = Service(line.split("OPENAI_BASE_URL=")[1].strip())
        try:
            yield service
        finally:
            process.send_signal(signal.SIGTERM)
            service.log = process.communicate(timeout=30)[1].splitlines()
            service.status = process.returncode
