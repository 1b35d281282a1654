"""What one token costs on its way from an engine's process: gRPC beside ZeroMQ, one run.

    .venv/bin/python bench/relay.py [--streams 8] [--tokens 2000] [--rounds 5]

The engine emits as fast as it can; frames are the same bytes on both ways. Prints microseconds a
token (wall time ÷ all tokens of all streams): minimum, median, maximum of the rounds.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import zmq
import zmq.asyncio

from dragoman.domain.chat import (
    CHAT,
    ChatEvent,
    ChatFinished,
    ChatRequest,
    TextDelta,
    Usage,
)
from dragoman.domain.engine import EngineSpec, Outlet
from dragoman.serving.process.frames import FrameCodec
from dragoman.serving.process.remote import Remote
from dragoman.serving.process.worker import Report, WorkerPlan, serve
from dragoman.serving.threads import Hosted


class Chatterbox:
    """Emits `max_tokens` tokens at once."""

    concurrency = 64

    def run(self, request: ChatRequest, outlet: Outlet[ChatEvent]) -> None:
        """See `BlockingEngine.run`."""
        for _ in range(request.max_tokens or 0):
            outlet.emit(TextDelta(0, " word"))
        outlet.emit(ChatFinished(Usage(1, 1)))

    def close(self) -> None:
        """See `BlockingEngine.close`."""


async def serve_zmq(path: str) -> None:
    """The same engine behind a ROUTER socket."""
    codec, hosted = FrameCodec(CHAT), Hosted(Chatterbox())
    socket: Any = zmq.asyncio.Context().socket(zmq.ROUTER)
    socket.set_hwm(0)  # a ROUTER that may not queue any more drops
    socket.bind(f"ipc://{path}")
    print(json.dumps({"ready": True}), flush=True)

    async def answer(peer: bytes, number: bytes, data: bytes) -> None:
        async for event in hosted.stream(codec.unpack_request(data)):
            await socket.send_multipart([peer, number, codec.pack_event(event)])
        await socket.send_multipart([peer, number, b""])

    async with anyio.create_task_group() as tasks:
        while True:
            peer, number, data = await socket.recv_multipart()
            tasks.start_soon(answer, peer, number, data)


async def drain_grpc(path: str, streams: int, request: ChatRequest) -> None:
    """All tokens of all streams, through `Remote`."""
    remote = Remote(CHAT, path)

    async def one() -> None:
        async for _ in remote.stream(request):
            pass

    async with anyio.create_task_group() as tasks:
        for _ in range(streams):
            tasks.start_soon(one)
    await remote.close()


async def drain_zmq(path: str, streams: int, request: ChatRequest) -> None:
    """All tokens of all streams, through one DEALER socket."""
    codec = FrameCodec(CHAT)
    socket: Any = zmq.asyncio.Context.instance().socket(zmq.DEALER)
    socket.set_hwm(0)
    socket.connect(f"ipc://{path}")
    queues = [anyio.create_memory_object_stream[bytes](64) for _ in range(streams)]

    async def frames(number: int) -> AsyncGenerator[ChatEvent, None]:
        await socket.send_multipart([str(number).encode(), codec.pack_request(request)])
        async for frame in queues[number][1]:
            if not frame:
                return
            yield codec.unpack_event(frame)

    async def one(number: int) -> None:
        async for _ in frames(number):
            pass

    async with anyio.create_task_group() as tasks:
        for number in range(streams):
            tasks.start_soon(one, number)
        ended = 0
        while ended < streams:
            number, frame = await socket.recv_multipart()
            await queues[int(number)][0].send(frame)
            ended += not frame
    socket.close()


Drain = Callable[[str, int, ChatRequest], Awaitable[None]]


async def timed(drain: Drain, path: str, streams: int, tokens: int) -> float:
    """Microseconds a token, after a short warm-up."""
    await drain(path, 1, ChatRequest(messages=(), max_tokens=10))
    began = time.perf_counter()
    await drain(path, streams, ChatRequest(messages=(), max_tokens=tokens))
    return (time.perf_counter() - began) / streams / tokens * 1e6


def measure(way: str, drain: Drain, streams: int, tokens: int) -> float:
    """Microseconds a token, once."""
    with tempfile.TemporaryDirectory() as directory:
        path = str(Path(directory) / "s")
        command = [sys.executable, __file__, "--serve", way, "--path", path]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            try:
                assert process.stdout is not None
                process.stdout.readline()
                return anyio.run(timed, drain, path, streams, tokens)
            finally:
                process.kill()


def main() -> None:
    """Measure, in turn, and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--streams", type=int, default=8)
    parser.add_argument("--tokens", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--serve")
    parser.add_argument("--path", default="")
    options = parser.parse_args()
    if options.serve == "grpc":
        plan = WorkerPlan(options.path, EngineSpec("fake-chat", ""))  # for its kind
        anyio.run(serve, plan, Chatterbox(), Report())
    elif options.serve == "zmq":
        anyio.run(serve_zmq, options.path)
    else:
        ways: dict[str, Drain] = {"grpc": drain_grpc, "zmq": drain_zmq}
        took: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(options.rounds):
            for way, drain in ways.items():
                took[way].append(measure(way, drain, options.streams, options.tokens))
        for way, values in took.items():
            low, middle, high = min(values), statistics.median(values), max(values)
            print(f"{way:5} µs/token  min {low:6.0f}  median {middle:6.0f}  max {high:6.0f}")


if __name__ == "__main__":
    main()
