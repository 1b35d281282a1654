"""A response drawn from a generator: failures before the first piece still get their own status."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import TypeAlias

import anyio
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from dragoman.api import errors, noted
from dragoman.api.disconnect import HungUp, unless_hung_up
from dragoman.api.headers import describe
from dragoman.domain.errors import ServiceError, ShuttingDown
from dragoman.wire import sse

Pieces: TypeAlias = Callable[[], AsyncGenerator[bytes, None]]
LastWords: TypeAlias = Callable[[ServiceError], bytes]

Waiting: TypeAlias = Callable[[], bytes]

STALLED_S = 60.0
"""Players that are paused fill their buffers and stop reading; so do clients that are stuck."""

QUIET_S = 8.0
"""A stream of events is never silent for longer: then comments come, and the status before them.

Proxies give up after 30 to 100 s without a byte (nginx 60), some programs sooner. Until then an
error has its own status, and nearly all errors are known within a second; what takes longer is a
long prompt, an engine that loads, or the requests before this one.
"""

SILENCES = 8
"""One in so many silences is filled with an event, about one a minute.

Some programs hear no comments: Codex gives up after five minutes without an event, Qwen Code after
four.
"""

FAREWELL_S = 2.0
"""The seconds for last words when the server stops: it does not wait for a client that stopped
reading."""


def waiting_comment() -> bytes:
    """The comment that tells a client of events that the answer is still being made."""
    return sse.comment("waiting")


class Streamed(Response):
    """The pieces of `pieces()`, each sent the moment it is made.

    The first piece is drawn before the status line: until then a `ServiceError` becomes an
    ordinary error response. After it, the client gets `last_words` and the end; without those the
    body breaks off. `pieces` leases, streams and frees within one task, and is closed when the
    client hangs up, or takes nothing for `stalled_s` seconds: it would keep the engine's place.

    `quiet_s` seconds without a piece bring the status line and what `waiting` gives, again and
    again: comments. Headers that are known only later then come as comments before the first piece.
    """

    def __init__(
        self,
        pieces: Pieces,
        media_type: str,
        headers: Mapping[str, str] | None = None,
        last_words: LastWords | None = None,
        stalled_s: float = STALLED_S,
        quiet_s: float | None = None,
    ) -> None:
        super().__init__(None, 200, headers, media_type)
        del self.headers["content-length"]  # nobody knows it yet
        self._pieces = pieces
        self._last_words = last_words
        self._stalled_s = stalled_s
        self._quiet_s = quiet_s
        self.waiting: Waiting = waiting_comment

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        line = _Line(self, scope, send, self._stalled_s)
        scope.setdefault("state", {})[noted.STREAMED] = self.media_type == sse.MEDIA_TYPE

        async def send_all() -> None:
            async with aclosing(self._pieces()) as pieces:
                async for piece in pieces:
                    await line.send(line.late() + piece)
            await line.begin()  # nothing at all is an answer, too: no sound in a bare format

        async def keep_awake() -> None:
            await line.keep_awake(self._quiet_s)

        last, patience_s = b"", self._stalled_s
        try:
            await unless_hung_up(Request(scope, receive), send_all, keep_awake)
        except (HungUp, ServiceError) as error:
            if not line.begun:
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


class _Line:
    """The way out to one client: the head once, pieces, and comments while there are none.

    A piece has neither a time-out nor a cancel scope of its own, which cost as much as the piece:
    `keep_awake` sees for all of them how long the client takes.
    """

    def __init__(self, response: Streamed, scope: Scope, send: Send, stalled_s: float) -> None:
        self._response = response
        self._scope = scope
        self._send = send
        self._stalled_s = stalled_s
        self._turn = anyio.Lock(fast_acquire=True)
        self._clock = asyncio.get_running_loop().time
        self._sent_at = self._clock()
        self._sending_since: float | None = None
        """When the piece that the client is taking was given to it."""
        self._early: Mapping[str, str] | None = None
        """The headers that a comment, and no piece, brought."""
        self.begun = False
        """Whether the head is out."""

    async def begin(self) -> None:
        """The head, unless it is out."""
        if not self.begun:
            self.begun = True
            head = {"status": self._response.status_code, "headers": self._response.raw_headers}
            await self._send({"type": "http.response.start", **head})

    async def send(self, piece: bytes) -> None:
        """A piece, after the head."""
        async with self._turn:
            await self.begin()
            self._sending_since = self._clock()
            await self._send({"type": "http.response.body", "body": piece, "more_body": True})
            self._sending_since, self._sent_at = None, self._clock()

    async def keep_awake(self, quiet_s: float | None) -> None:
        """Send comments in the pauses, for ever; None: only see that pieces are taken.

        Raises:
            HungUp: the client takes nothing.
        """
        while True:
            since, now = self._sending_since, self._clock()
            if since is not None and now >= since + self._stalled_s:
                raise HungUp
            if since is None and quiet_s is not None and now >= self._sent_at + quiet_s:
                await self._comment()
                continue
            due = (now if since is None else since) + self._stalled_s
            if since is None and quiet_s is not None:
                due = min(due, self._sent_at + quiet_s)
            await anyio.sleep_until(due)

    async def _comment(self) -> None:
        if not self.begun:
            self._early = self._headers()
        with anyio.move_on_after(self._stalled_s) as patience:
            await self.send(self._response.waiting())
        if patience.cancelled_caught:
            raise HungUp

    def late(self) -> bytes:
        """Comments for the headers that came to be known after the head was out; once."""
        if self._early is None:
            return b""
        early, self._early = self._early, None
        known = self._headers().items()
        return b"".join(
            sse.comment(f"{name}: {value}") for name, value in known if early.get(name) != value
        )

    def _headers(self) -> dict[str, str]:
        headers = MutableHeaders(self._response.headers)
        describe(headers, self._scope.get("state", {}))
        return dict(headers)


def error_event(error: ServiceError) -> bytes:
    """The error as an event."""
    return sse.data(errors.body(error))


def event_stream(
    pieces: Pieces, last_words: LastWords = error_event, waiting: Waiting = waiting_comment
) -> Streamed:
    """Server-sent events; a failure after the first is told as the last of them."""
    response = Streamed(pieces, sse.MEDIA_TYPE, sse.HEADERS, last_words, quiet_s=QUIET_S)
    response.waiting = waiting
    return response
