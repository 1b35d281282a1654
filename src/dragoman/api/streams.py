"""A response drawn from a generator: failures before the first piece still get their own status."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import TypeAlias

import anyio
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from dragoman.api import errors
from dragoman.api.hangup import HungUp, unless_hung_up
from dragoman.domain.errors import ServiceError, ShuttingDown
from dragoman.wire import sse

Pieces: TypeAlias = Callable[[], AsyncGenerator[bytes, None]]
LastWords: TypeAlias = Callable[[ServiceError], bytes]

STALLED_S = 60.0
"""Players that are paused fill their buffers and stop reading; so do clients that are stuck."""

FAREWELL_S = 2.0
"""For last words when the server stops: it does not wait for a client that stopped reading."""


class Streamed(Response):
    """The pieces of `pieces()`, each sent the moment it is made.

    The first piece is drawn before the status line: until then a `ServiceError` becomes an
    ordinary error response. After it, the client gets `last_words` and the end; without those the
    body breaks off. `pieces` leases, streams and frees within one task, and is closed when the
    client hangs up, or takes nothing for `stalled_s` seconds: it would keep the engine's place.
    """

    def __init__(
        self,
        pieces: Pieces,
        media_type: str,
        headers: Mapping[str, str] | None = None,
        last_words: LastWords | None = None,
        stalled_s: float = STALLED_S,
    ) -> None:
        super().__init__(None, 200, headers, media_type)
        del self.headers["content-length"]  # nobody knows it yet
        self._pieces = pieces
        self._last_words = last_words
        self._stalled_s = stalled_s

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def begin() -> None:
            nonlocal started
            if not started:
                started = True
                head = {"status": self.status_code, "headers": self.raw_headers}
                await send({"type": "http.response.start", **head})

        async def send_piece(piece: bytes) -> None:
            await begin()
            with anyio.move_on_after(self._stalled_s) as patience:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            if patience.cancelled_caught:
                raise HungUp

        async def send_all() -> None:
            async with aclosing(self._pieces()) as pieces:
                async for piece in pieces:
                    await send_piece(piece)
            await begin()  # nothing at all is an answer, too: no sound in a format without a header

        last, patience_s = b"", self._stalled_s
        try:
            await unless_hung_up(Request(scope, receive), send_all)
        except (HungUp, ServiceError) as error:
            if not started:
                raise
            errors.note(scope, error)
            if isinstance(error, HungUp) or self._last_words is None:
                return
            last = self._last_words(error)
            patience_s = self._patience_s(error)
        # Outside the race: a server reports the end of its answer as a disconnect, too.
        with anyio.move_on_after(patience_s):
            await send({"type": "http.response.body", "body": last, "more_body": False})

    def _patience_s(self, error: ServiceError) -> float:
        """For the client to take what is left."""
        if isinstance(error, ShuttingDown):
            return min(self._stalled_s, FAREWELL_S)
        return self._stalled_s


def error_event(error: ServiceError) -> bytes:
    """The error as an event."""
    return sse.data(errors.body(error))


def event_stream(pieces: Pieces, last_words: LastWords = error_event) -> Streamed:
    """Server-sent events; a failure after the first is told as the last of them."""
    return Streamed(pieces, sse.MEDIA_TYPE, sse.HEADERS, last_words)
