"""The server's side of a worker: an `Engine` whose work is done in another process."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from typing import Generic, TypeVar

import anyio
import grpc
import grpc.aio

from dragoman.domain.engine import Kind
from dragoman.domain.errors import EngineDied
from dragoman.serving.process.frames import FrameCodec
from dragoman.serving.process.worker import METHOD, PULSE, SERVICE, UNLIMITED

Request = TypeVar("Request")
Event = TypeVar("Event")


STOPPED = (
    "The engine stopped while it was working on this request; a fresh one is being started. "
    "Please try again."
)


class Remote(Generic[Request, Event]):
    """An engine over one connection to one worker; see `domain.engine.Engine`."""

    def __init__(self, kind: Kind[Request, Event], socket: str) -> None:
        self._codec = FrameCodec(kind)
        self._broken = anyio.Event()
        self.last_words = EngineDied(STOPPED)
        """The failure of the requests that are under way when the worker ends."""
        self.gauges: Mapping[str, float] = {}
        """The engine's own measurements when it was last asked, by the names of metrics."""
        self._channel = grpc.aio.insecure_channel(f"unix:{socket}", options=UNLIMITED)
        self._pulse: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = self._channel.unary_unary(
            f"/{SERVICE}/{PULSE}"
        )
        self._call: grpc.aio.UnaryStreamMultiCallable[bytes, bytes] = self._channel.unary_stream(
            f"/{SERVICE}/{METHOD}"
        )

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        """See `Engine.stream`."""
        call = self._call(self._codec.pack_request(request))
        try:
            async for frame in call:
                yield self._codec.unpack_event(frame)
        except grpc.aio.AioRpcError as error:
            self._broken.set()
            raise self._death() from error
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            # Not we were cancelled but the call was, by `close`: gRPC tells both in one way.
            raise self._death() from None
        finally:
            call.cancel()

    def _death(self) -> EngineDied:
        """An error for each request: one that is raised twice would have two tracebacks."""
        return EngineDied(self.last_words.message, code=self.last_words.code)

    @property
    def broken(self) -> bool:
        """Whether a request found the worker dead: no other request is to be sent there."""
        return self._broken.is_set()

    async def breaks(self) -> None:
        """Wait until a request finds the worker dead."""
        await self._broken.wait()

    async def pulse(self, timeout_s: float) -> bool:
        """Whether the worker's event loop answers in time."""
        try:
            self.gauges = json.loads(await self._pulse(b"", timeout=timeout_s))
        except grpc.aio.AioRpcError as error:
            # An engine that cannot measure itself does answer, and the worker's log says why.
            return error.code() is grpc.StatusCode.UNKNOWN
        return True

    async def close(self) -> None:
        """Close the connection; requests under way fail."""
        self._broken.set()
        await self._channel.close()
