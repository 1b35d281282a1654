"""One request and its response, between the caller's thread and the application's loop."""

from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import TypeAlias

import anyio
from anyio.from_thread import BlockingPortal
from starlette.types import ASGIApp, Message

Receiving: TypeAlias = Callable[[], Awaitable[bytes | None]]
"""Gives the next piece of a request's body; None: there are no more. Called on the app's loop."""


class BrokenOff(Exception):
    """The application ended its answer early, or gave none."""


class Exchange:
    """What a server keeps of one request.

    A piece of the answer is taken over before the next one is made, so that an engine waits for a
    slow reader here as it does on a connection.
    """

    def __init__(self, portal: BlockingPortal, body: Receiving) -> None:
        self._portal = portal
        self._body = body
        self._body_ended = False
        self._out, self._pieces = anyio.create_memory_object_stream[bytes](0)
        self._begun = anyio.Event()
        self._hung_up = anyio.Event()
        self._head: Message | None = None
        self._whole = False

    async def serve(self, app: ASGIApp, scope: dict[str, object]) -> None:
        """Run the application for this request."""
        try:
            await app(scope, self._receive, self._send)
        finally:
            self._begun.set()
            self._out.close()
            self._pieces.close()  # the last piece was taken over already; nobody may ask for more

    async def _receive(self) -> Message:
        if not self._body_ended:
            piece = await self._body()
            self._body_ended = piece is None
            return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}
        await self._hung_up.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._head = message
            self._begun.set()
            return
        if message.get("body"):
            with suppress(anyio.BrokenResourceError):  # nobody reads any more
                await self._out.send(message["body"])
        self._whole = not message.get("more_body", False)

    def head(self) -> "Future[Message]":
        """The status and the headers, when they are there.

        Raises:
            BrokenOff: by way of the future; there are none.
        """
        return self._portal.start_task_soon(self._wait_for_head)

    async def _wait_for_head(self) -> Message:
        await self._begun.wait()
        if self._head is None:
            raise BrokenOff("the application ended without an answer")
        return self._head

    def piece(self) -> "Future[bytes | None]":
        """The next piece of the answer; None: that was all.

        Raises:
            BrokenOff: by way of the future; the rest will not come.
        """
        return self._portal.start_task_soon(self._next_piece)

    async def _next_piece(self) -> bytes | None:
        try:
            return await self._pieces.receive()
        except (anyio.EndOfStream, anyio.ClosedResourceError):
            if self._whole:
                return None
            raise BrokenOff("the answer broke off") from None

    def hang_up(self) -> None:
        """Leave, as a client that closes its connection; after the end this does nothing."""
        with suppress(RuntimeError):  # the host has stopped, and this exchange with it
            self._portal.call(self._leave)

    def leave_soon(self) -> None:
        """`hang_up`, without waiting for it."""
        with suppress(RuntimeError):
            self._portal.start_task_soon(self._leave)

    async def _leave(self) -> None:
        self._hung_up.set()
        self._pieces.close()
