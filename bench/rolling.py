"""A rolling restart of two servers behind a proxy, while requests and long streams go on.

    .venv/bin/python bench/rolling.py {nginx,haproxy} [--rounds 3] [--drain-s 4]

The proxy has the file of `deploy/`, with other ports. Both servers have the engine of `load.py`,
which costs nothing. Sixteen clients ask for one token again and again, half of them each on a
connection of its own and half on one that is kept; eight read streams of five seconds to their
end. Meanwhile one server is told to stop, ends, and is started again, then the other, ROUNDS times.
Nothing is tried again by the clients: what failed is counted.
"""

import argparse
import asyncio
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import anyio
import httpx2
from load import TOKENS, Paced

from dragoman.api.draining import Draining
from dragoman.serving.demo import demo_app
from dragoman.serving.run import end_in_order, run_server
from dragoman.serving.settings import Settings

DEPLOY = Path(__file__).parents[1] / "deploy"
FILES = {"nginx": "nginx.conf", "haproxy": "haproxy.cfg"}
OWN, KEPT, STREAMS = 8, 8, 8
SEARCH = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin"


def serve(port: int, drain_s: float) -> int:
    """One server, on a port that it gets again."""
    end_in_order()
    listener = socket.create_server(("127.0.0.1", port), backlog=2048)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    settings, draining = Settings(queue=2_000, key_file=None, drain_s=drain_s), Draining()
    return run_server(
        demo_app(settings, draining, {"fake-chat": Paced()}), listener, draining, settings
    )


def free_ports(number: int) -> list[int]:
    """Ports that nobody listens on now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def start(port: int, drain_s: float) -> subprocess.Popen[bytes]:
    """A server that is ready."""
    command = [sys.executable, __file__, "serve", "--port", str(port), "--drain-s", str(drain_s)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    while True:
        assert process.poll() is None, "the server ended"
        try:
            if httpx2.get(f"http://127.0.0.1:{port}/readyz").status_code == 200:
                return process
        except httpx2.TransportError:
            time.sleep(0.05)


def proxy(kind: str, ports: list[int], there: Path) -> subprocess.Popen[bytes]:
    """The proxy, with the file of `deploy/`."""
    text = (DEPLOY / FILES[kind]).read_text()
    for old, new in zip((8000, 8001, 8002), ports, strict=True):
        text = text.replace(f"127.0.0.1:{old}", f"127.0.0.1:{new}")
    text = re.sub(r"pid /tmp/\S+;", f"pid {there}/pid;", text)
    (there / FILES[kind]).write_text(text)
    binary = shutil.which(kind, path=SEARCH)
    assert binary is not None, f"no {kind} on this machine"
    command = {
        "nginx": [binary, "-c", f"{there}/nginx.conf", "-g", "daemon off;"],
        "haproxy": [binary, "-f", f"{there}/haproxy.cfg"],
    }[kind]
    return subprocess.Popen(command)


async def ask(client: httpx2.AsyncClient, url: str, tokens: int) -> str:
    """One request, read to its end: what became of it."""
    body = {
        "model": "gpt-4o",
        "messages": [{"role": "user", "content": "word"}],
        "max_tokens": tokens,
        "stream": tokens > 1,
    }
    try:
        async with client.stream("POST", url, json=body) as answer:
            text = (await answer.aread()).decode()
    except httpx2.TransportError as error:
        return type(error).__name__
    if answer.status_code != 200:
        return str(answer.status_code)
    if tokens > 1:
        return "whole" if "[DONE]" in text and text.count('" word"') == tokens else "cut"
    return "whole" if '"finish_reason"' in text else "cut"


async def measure(url: str, over: asyncio.Event) -> dict[str, Counter[str]]:
    """Ask until it is over."""
    tallies = {name: Counter[str]() for name in ("own connection", "kept connection", "streams")}

    async def again(name: str, tokens: int, *, kept: bool) -> None:
        limits = httpx2.Limits(max_keepalive_connections=None if kept else 0)
        async with httpx2.AsyncClient(limits=limits, timeout=60) as client:
            while not over.is_set():
                tallies[name][await ask(client, url, tokens)] += 1
                await anyio.sleep(0.02)

    await asyncio.gather(
        *(again("own connection", 1, kept=False) for _ in range(OWN)),
        *(again("kept connection", 1, kept=True) for _ in range(KEPT)),
        *(again("streams", TOKENS, kept=False) for _ in range(STREAMS)),
    )
    return tallies


async def roll(url: str, ports: list[int], rounds: int, drain_s: float) -> None:
    """Restart one server after the other, while requests go on."""
    servers = [await asyncio.to_thread(start, port, drain_s) for port in ports]
    over = asyncio.Event()
    asking = asyncio.create_task(measure(url, over))
    await anyio.sleep(3)
    began = time.monotonic()
    for _ in range(rounds):
        for number, port in enumerate(ports):
            servers[number].send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(servers[number].wait) == 0
            servers[number] = await asyncio.to_thread(start, port, drain_s)
            await anyio.sleep(3)  # The proxy is to see it before the other one goes.
    over.set()
    for name, tally in (await asking).items():
        print(f"  {name}: {dict(tally)}")
    print(f"  {2 * rounds} restarts in {time.monotonic() - began:.0f} s")
    for server in servers:
        server.terminate()


def main() -> int:
    """Restart, and say what was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=[*FILES, "serve"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--drain-s", type=float, default=4)
    parser.add_argument("--port", type=int, default=0)
    chosen = parser.parse_args()
    if chosen.what == "serve":
        return serve(chosen.port, chosen.drain_s)
    ports = free_ports(3)
    with (
        tempfile.TemporaryDirectory() as place,
        proxy(chosen.what, ports, Path(place)) as process,
    ):
        url = f"http://127.0.0.1:{ports[0]}/v1/chat/completions"
        try:
            asyncio.run(roll(url, ports[1:], chosen.rounds, chosen.drain_s))
        finally:
            process.terminate()
    return 0


if __name__ == "__main__":
    sys.exit(main())
