"""The server under load, with an engine that costs nothing: its front, its queue and its streams.

    .venv/bin/python bench/load.py [--seconds 20] [--clients 16] [--streams 500] [--minutes 2]

Three parts, one after another, on one server in a process of its own:

1. requests: CLIENTS connections ask for one token again and again: requests a second, p50, p95.
2. streams: STREAMS at once, 100 tokens at 20 a second each: how much longer than 5 s the slowest
   tenth takes from its first token to its last and from its request to its last (all are sent in
   one moment), and beside it the same of 10 streams, in the same minute.
3. mixed: MINUTES of both, whole answers and streams, of which one in twenty is left in the middle;
   then memory, open files, temporary files and requests at work, before and after.

Everything runs on one machine, and the clients cost as much as the server: ratios count.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path

from dragoman.api.draining import Draining
from dragoman.domain.chat import (
    ChatEvent,
    ChatFinished,
    ChatRequest,
    ChoiceFinished,
    TextDelta,
    Usage,
)
from dragoman.domain.engine import Outlet
from dragoman.engines.fake import FakeChat
from dragoman.serving.demo import demo_app
from dragoman.serving.run import run_server
from dragoman.serving.settings import Settings

TOKENS, PACE_S = 100, 0.05
LEAVES = 0.05


class Paced(FakeChat):
    """Emits `max_tokens` tokens: one at once, more at their pace."""

    def __init__(self) -> None:
        super().__init__((), concurrency=1_000)

    def run(self, request: ChatRequest, outlet: Outlet[ChatEvent]) -> None:
        """See `BlockingEngine.run`."""
        tokens, began = request.max_tokens or 1, time.perf_counter()
        for number in range(tokens):
            if number:
                time.sleep(max(0.0, began + number * PACE_S - time.perf_counter()))
            outlet.emit(TextDelta(0, " word"))
        outlet.emit(ChoiceFinished(0, "stop"))
        outlet.emit(ChatFinished(Usage(1, tokens)))


def serve(engine: FakeChat) -> int:
    """The demonstration's server, with this engine, on any port, which it prints."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    settings, draining = Settings(queue=2_000, key_file=None), Draining()
    print(listener.getsockname()[1], flush=True)
    app = demo_app(settings, draining, {"fake-chat": engine})
    return run_server(app, listener, draining, settings)


@dataclass
class Server:
    """The process, and where it listens."""

    port: int
    pid: int
    temporary: Path

    def state(self) -> dict[str, float]:
        """What must not grow."""
        there = Path(f"/proc/{self.pid}")
        status = (there / "status").read_text().split()
        return {
            "MB": int(status[status.index("VmRSS:") + 1]) / 1024,
            "files": len(list((there / "fd").iterdir())),
            "temporary": sum(1 for _ in self.temporary.rglob("*")),
            "threads": int(status[status.index("Threads:") + 1]),
        }


@contextlib.contextmanager
def server(program: str) -> Generator[Server, None, None]:
    """The server of a program of this directory, ended in the end."""
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, program, "--serve"]
        environment = {**os.environ, "TMPDIR": place}
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, text=True
        ) as process:
            try:
                assert process.stdout is not None
                yield Server(int(process.stdout.readline()), process.pid, Path(place))
            finally:
                process.terminate()


@dataclass
class Tally:
    """What came of requests: seconds of each that was answered, and how many were not."""

    took: list[float] = field(default_factory=list[float])
    flowed: list[float] = field(default_factory=list[float])
    """The seconds of each from its first byte to its last."""
    failed: int = 0
    left: int = 0

    def percentile(self, percent: int) -> float:
        """The seconds within which so many of a hundred were answered."""
        return statistics.quantiles(self.took, n=100)[percent - 1]

    def drifts(self, ideal_s: float) -> tuple[float, float]:
        """How much too long the slowest tenth takes, from its first token and from its request."""
        flowed = statistics.quantiles(self.flowed, n=100)[89]
        return flowed / ideal_s - 1, self.percentile(90) / ideal_s - 1


async def ask(port: int, tally: Tally, tokens: int, *, stream: bool, leave: bool = False) -> None:
    """One request on a connection of its own, read to its end or left."""
    body = json.dumps(
        {
            "model": "gpt-4o",
            "messages": [{"role": "user", "content": "word"}],
            "max_tokens": tokens,
            "stream": stream,
        }
    ).encode()
    head = (
        "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    began = time.perf_counter()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head.encode() + body)
        first = await reader.readuntil(b"\r\n\r\n")
        if leave:
            writer.transport.abort()
            tally.left += 1
            return
        first_at = time.perf_counter()
        rest = await reader.read()
        writer.close()
    except OSError:
        tally.failed += 1
        return
    whole = rest.rstrip(b"\r\n0").endswith(b"[DONE]") if stream else b'"finish_reason"' in rest
    if b" 200 " in first[:16] and whole:
        tally.took.append(time.perf_counter() - began)
        tally.flowed.append(time.perf_counter() - first_at)
    else:
        tally.failed += 1


async def again_and_again(
    seconds: float, clients: int, one: Callable[[], Awaitable[None]]
) -> float:
    """Have so many do it for so long; returns the seconds that it took."""
    began = time.perf_counter()

    async def client() -> None:
        while time.perf_counter() - began < seconds:
            await one()

    await asyncio.gather(*(client() for _ in range(clients)))
    return time.perf_counter() - began


async def requests(port: int, seconds: float, clients: int) -> None:
    """The first part."""
    tally = Tally()
    took = await again_and_again(seconds, clients, lambda: ask(port, tally, 1, stream=False))
    print(
        f"requests: {len(tally.took) / took:.0f}/s, p50 {tally.percentile(50) * 1000:.1f} ms, "
        f"p95 {tally.percentile(95) * 1000:.1f} ms, {tally.failed} failed ({clients} clients)"
    )


async def streams(port: int, many: int) -> None:
    """The second part."""
    ideal_s = (TOKENS - 1) * PACE_S
    for number in (10, many):
        tally = Tally()
        await asyncio.gather(*(ask(port, tally, TOKENS, stream=True) for _ in range(number)))
        flowing, whole = tally.drifts(ideal_s)
        print(
            f"streams: {number} at once, drift {flowing:.1%} at p90 ({whole:.1%} with the wait "
            f"for the first token), {tally.failed} failed"
        )


async def mixed(port: int, seconds: float, clients: int) -> None:
    """The third part."""
    tally, chance = Tally(), random.Random(20)

    async def one() -> None:
        stream = chance.random() < 0.5
        leave = stream and chance.random() < 2 * LEAVES
        await ask(port, tally, chance.randint(1, 40), stream=stream, leave=leave)

    await again_and_again(seconds, clients, one)
    print(f"mixed: {len(tally.took)} answered, {tally.left} left, {tally.failed} failed")


def main() -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--streams", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--serve", action="store_true")
    options = parser.parse_args()
    if options.serve:
        return serve(Paced())
    with server(__file__) as there:
        asyncio.run(requests(there.port, 2, options.clients))  # warm
        asyncio.run(requests(there.port, options.seconds, options.clients))
        asyncio.run(streams(there.port, options.streams))
        before = there.state()
        asyncio.run(mixed(there.port, options.minutes * 60, options.clients))
        time.sleep(1)
        after = there.state()
        for name, value in before.items():
            print(f"  {name}: {value:.0f} before, {after[name]:.0f} after")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
