"""A server among hostile clients, with an engine that costs nothing: what do others notice?

    .venv/bin/python bench/hostile.py [--slow 800] [--deaf 100] [--seconds 15]

Two parts, each beside CLIENTS who ask for one token again and again, first alone, then so:

1. slow: SLOW connections that send half a head, a body byte by byte, or nothing at all.
2. deaf: DEAF clients who ask for long streams and do not read them: memory, too.

Then it waits until the server has cut them. Everything runs on one machine: ratios count.
"""

import argparse
import asyncio
import contextlib
import json
import resource
import socket
import time
from collections.abc import AsyncGenerator

import anyio
from load import Server, Tally, again_and_again, ask, serve, server

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

CLIENTS, LONG = 4, 6_000
WORD = "word" * 512
"""A token of 2 kB: few of them fill the buffers of a connection, so what they cost is not speed."""
PATIENCE_S = 150.0
HALF = b"POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\n"
SLOW = (b"", HALF, HALF + b"content-type: application/json\r\ncontent-length: 1000\r\n\r\n{")


class Flood(FakeChat):
    """Emits `max_tokens` tokens as fast as they are taken."""

    def __init__(self) -> None:
        super().__init__((), concurrency=1_000)

    def run(self, request: ChatRequest, outlet: Outlet[ChatEvent]) -> None:
        """See `BlockingEngine.run`."""
        tokens = request.max_tokens or 1
        for _ in range(tokens):
            if outlet.stopped:
                return
            outlet.emit(TextDelta(0, WORD))
        outlet.emit(ChoiceFinished(0, "stop"))
        outlet.emit(ChatFinished(Usage(1, tokens)))


def long_request() -> bytes:
    """The request for a stream of twelve megabytes."""
    messages = [{"role": "user", "content": "word"}]
    body = json.dumps(
        {"model": "gpt-4o", "messages": messages, "max_tokens": LONG, "stream": True}
    ).encode()
    head = f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return HALF + head.encode() + body


@contextlib.asynccontextmanager
async def held(port: int, beginnings: list[bytes]) -> AsyncGenerator[list[socket.socket]]:
    """A connection for each of the beginnings, which are sent; nothing is read."""
    loop, connections = asyncio.get_running_loop(), list[socket.socket]()
    try:
        for beginning in beginnings:
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.settimeout(0)
            connections.append(connection)
            await loop.sock_connect(connection, ("127.0.0.1", port))
            await loop.sock_sendall(connection, beginning)
        yield connections
    finally:
        for connection in connections:
            connection.close()


async def others(port: int, seconds: float) -> str:
    """What those notice who ask for one token."""
    tally = Tally()
    await again_and_again(seconds, CLIENTS, lambda: ask(port, tally, 1, stream=False))
    p50, p95 = (tally.percentile(each) * 1000 for each in (50, 95))
    longest = max(tally.took) * 1000
    return f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, longest {longest:.0f} ms, {tally.failed} failed"


async def beside(there: Server, name: str, beginnings: list[bytes], seconds: float) -> None:
    """One part: the others alone, and beside these connections; then until all were cut."""
    print(f"{name}: alone {await others(there.port, seconds)}")
    before = there.state()
    began = time.perf_counter()
    async with held(there.port, beginnings):
        print(f"{name}: beside {len(beginnings)} {await others(there.port, seconds)}")
        most = there.state()["MB"]
        while there.state()["files"] > before["files"] + CLIENTS:
            most = max(most, there.state()["MB"])
            if time.perf_counter() - began > PATIENCE_S:
                left = there.state()["files"] - before["files"]
                print(f"{name}: {left:.0f} were not cut in {PATIENCE_S:.0f} s")
                break
            await anyio.sleep(1)
        else:
            print(f"{name}: all were cut after {time.perf_counter() - began:.0f} s")
    after = there.state()["MB"]
    print(f"{name}: {before['MB']:.0f} MB before, {most:.0f} at most, {after:.0f} after")


def main() -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--slow", type=int, default=800)
    parser.add_argument("--deaf", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--serve", action="store_true")
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if options.serve:
        return serve(Flood())
    with server(__file__) as there:
        asyncio.run(others(there.port, 3))  # warm
        slow = [SLOW[number % len(SLOW)] for number in range(options.slow)]
        asyncio.run(beside(there, "slow", slow, options.seconds))
        deaf = [long_request()] * options.deaf
        asyncio.run(beside(there, "deaf", deaf, options.seconds))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
