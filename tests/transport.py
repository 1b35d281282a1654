"""An in-process ASGI transport that hands each piece over the moment it is sent.

`httpx2.ASGITransport` collects the whole body first, so it can prove neither streaming nor what
happens when the client hangs up.
"""

from collections.abc import AsyncIterator
from contextlib import suppress
from types import TracebackType
from typing import Self

import anyio
import anyio.abc
import httpx2
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from starlette.types import ASGIApp, Message, Scope
from typing_extensions import override

from dragoman.embedded.transport import scope_of


class _Body(httpx2.AsyncByteStream):
    def __init__(self, pieces: MemoryObjectReceiveStream[bytes], hung_up: anyio.Event) -> None:
        self._pieces = pieces
        self._hung_up = hung_up

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._pieces:
            yield piece

    @override
    async def aclose(self) -> None:
        self._hung_up.set()
        self._pieces.close()


class _Exchange:
    """One request and its response, as a server keeps them."""

    def __init__(self, body: bytes, out: MemoryObjectSendStream[bytes]) -> None:
        self._body: bytes | None = body
        self._out = out
        self.head: Message | None = None
        self.started = anyio.Event()
        self.hung_up = anyio.Event()

    async def receive(self) -> Message:
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        await self.hung_up.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.head = message
            self.started.set()
        elif message.get("body"):
            with suppress(anyio.BrokenResourceError):  # nobody reads any more
                await self._out.send(message["body"])

    async def serve(self, app: ASGIApp, scope: Scope) -> None:
        try:
            await app(scope, self.receive, self.send)
        finally:
            self.started.set()
            self._out.close()


class StreamingTransport(httpx2.AsyncBaseTransport):
    """Closing a response, or giving up before it began, is a hang-up."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._tasks: anyio.abc.TaskGroup

    @override
    async def __aenter__(self) -> Self:
        self._tasks = anyio.create_task_group()
        await self._tasks.__aenter__()
        return self

    @override
    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self._tasks.cancel_scope.cancel()
        await self._tasks.__aexit__(exc_type, exc_value, traceback)

    @override
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        out, pieces = anyio.create_memory_object_stream[bytes](0)
        exchange = _Exchange(await request.aread(), out)
        scope = scope_of(request) | {"client": ("127.0.0.1", 1), "server": ("test", 80)}
        self._tasks.start_soon(exchange.serve, self._app, scope)
        try:
            await exchange.started.wait()
        except BaseException:
            exchange.hung_up.set()
            pieces.close()
            raise
        if exchange.head is None:
            pieces.close()
            raise httpx2.RemoteProtocolError("the app ended without a response")
        return httpx2.Response(
            exchange.head["status"],
            headers=exchange.head["headers"],
            stream=_Body(pieces, exchange.hung_up),
        )
