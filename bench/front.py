"""The same application behind three servers: uvicorn with our protocol, hypercorn and granian.

    python -m venv front
    front/bin/pip install -r requirements.txt hypercorn==0.18.0 granian==2.8.9
    PYTHONPATH=src front/bin/python bench/front.py [--seconds 10] [--rounds 3]

Each has one process, an engine that costs nothing and the same load, one after another, round by
round: requests a second on 16 connections of their own, their p95, the time from a client's leaving
to the engine's being stopped, and what becomes of a head of 1 MB, of one that never ends and of
such a body (within 40 s). Hypercorn and granian are as they come, with their own limits.
"""

import argparse
import asyncio
import contextlib
import importlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

from load import Paced, Tally, again_and_again, ask
from starlette.applications import Starlette

from dragoman.api.draining import Draining
from dragoman.domain.chat import ChatEvent, ChatRequest
from dragoman.domain.engine import Outlet, Stopped
from dragoman.serving.demo import demo_app
from dragoman.serving.run import run_server
from dragoman.serving.settings import Settings

SERVERS = ("uvicorn", "hypercorn", "granian")
PATIENCE_S = 40.0
LONG = 10_000
"""Tokens of the answer that a client leaves."""


class Watched(Paced):
    """Writes a file when it is stopped."""

    def run(self, request: ChatRequest, outlet: Outlet[ChatEvent]) -> None:
        """See `BlockingEngine.run`."""
        try:
            super().run(request, outlet)
        except Stopped:
            Path(os.environ["STOPPED_AT"]).write_text(str(time.time()))
            raise


def application() -> Starlette:
    """The demonstration's application, with that engine."""
    settings = Settings(queue=2_000, key_file=None)
    return demo_app(settings, Draining(), {"fake-chat": Watched()})


def serve(kind: str, port: int) -> None:
    """Serve with one of the three, until the process is ended."""
    if kind == "granian":
        granian: Any = importlib.import_module("granian.server")  # nothing that we depend on
        granian.Server(
            "front:application",
            address="127.0.0.1",
            port=port,
            interface="asgi",
            factory=True,
            working_dir=Path(__file__).parent,
        ).serve()
    elif kind == "hypercorn":
        hypercorn: Any = importlib.import_module("hypercorn.asyncio")
        config: Any = importlib.import_module("hypercorn.config").Config()
        config.bind, config.backlog = [f"127.0.0.1:{port}"], 2048
        asyncio.run(hypercorn.serve(application(), config))
    else:
        settings, draining = Settings(queue=2_000, key_file=None), Draining()
        listener = socket.create_server(("127.0.0.1", port), backlog=2048)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        app = demo_app(settings, draining, {"fake-chat": Watched()})
        run_server(app, listener, draining, settings)


@contextlib.contextmanager
def server(kind: str) -> Generator[tuple[int, Path], None, None]:
    """A server on a free port, and the file that says when its engine was stopped."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as place:
        stopped = Path(place) / "stopped"
        command = [sys.executable, __file__, "--serve", kind, "--port", str(port)]
        environment = {**os.environ, "STOPPED_AT": str(stopped)}
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
        ) as process:
            try:
                until = time.monotonic() + 30
                while time.monotonic() < until:
                    with contextlib.suppress(OSError):
                        socket.create_connection(("127.0.0.1", port)).close()
                        break
                    time.sleep(0.1)
                yield port, stopped
            finally:
                process.terminate()


async def speed(port: int, seconds: float) -> tuple[float, float]:
    """Requests a second, and the p95 in ms."""
    tally = Tally()
    took = await again_and_again(seconds, 16, lambda: ask(port, tally, 1, stream=False))
    if tally.failed:
        print(f"  {tally.failed} failed")
    return len(tally.took) / took, tally.percentile(95) * 1000


def leaving_ms(port: int, stopped: Path) -> float:
    """From a client's leaving in the middle of a stream to the engine's end; nan: not in time.

    The engine looks whether it is stopped once in 50 ms.
    """
    stopped.unlink(missing_ok=True)
    left_at = time.time()
    asyncio.run(ask(port, Tally(), LONG, stream=True, leave=True))
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if stopped.exists() and (text := stopped.read_text()):
            return (float(text) - left_at) * 1000
        time.sleep(0.005)
    return float("nan")


def fate(port: int, head: bytes) -> str:
    """The first line of the answer to a request that does not end, and after how long."""
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as connection:
        try:
            connection.sendall(head)
            answer = connection.recv(100)
        except TimeoutError:
            return f"kept for {PATIENCE_S:.0f} s"
        except OSError as error:
            answer = type(error).__name__.encode()
    line = answer.split(b"\r\n")[0].decode() or "closed"
    return f"{line} after {time.monotonic() - began:.1f} s"


def main() -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", choices=SERVERS)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve, options.port)
        return 0
    start = b"POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\n"
    for number in range(options.rounds):
        for kind in SERVERS:
            with server(kind) as (port, stopped):
                asyncio.run(speed(port, 2))  # warm
                rate, p95 = asyncio.run(speed(port, options.seconds))
                left = [leaving_ms(port, stopped) for _ in range(10)]
                print(
                    f"{kind}: {rate:.0f}/s, p95 {p95:.1f} ms, left: p50 "
                    f"{statistics.median(left):.0f} ms, at most {max(left):.0f} ms"
                )
                if not number:
                    print("  head of 1 MB:", fate(port, start + b"x: " + b"y" * 1_000_000))
                    print("  head without an end:", fate(port, start))
                    length = b"content-length: 1000\r\n\r\n{"
                    print("  body without an end:", fate(port, start + length))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
