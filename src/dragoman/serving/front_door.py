"""The front door: what a connection may cost before any endpoint is reached.

Uvicorn bounds neither the head of a request, in bytes, fields or time, nor the time that a body
takes, nor how many connections there are, nor how long a client may leave an answer unread. Its
protocol is kept, and every connection is looked at now and then.
"""

import asyncio
import functools
import ipaddress
import logging
import secrets
import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeAlias

from typing_extensions import override
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from dragoman.wire.errors import INVALID_REQUEST, SERVER_ERROR, envelope

log = logging.getLogger("dragoman.front_door")

SPARE_FILES = 256
"""File descriptors that are kept for engines, uploads and the log."""
MOST_CONNECTIONS = 4_096
"""The most connections, where the system's limit on open files allows more."""
FEWEST_CONNECTIONS = 16
UNIX = "unix:"
"""The address of all who connect to a socket's file."""

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one connection, of one address and of all of them."""

    connections: int = MOST_CONNECTIONS
    """The most open connections in all."""
    connections_per_address: int = MOST_CONNECTIONS
    """The most open connections from one address; loopback and proxies have no limit of their
    own."""
    head_bytes: int = 65_536
    """The most bytes of a request line with its header fields."""
    head_fields: int = 128
    """The most header fields of a request."""
    head_s: float = 20.0
    """The most seconds from the first byte of a head, or from the connection, to the end of the
    head."""
    body_rate: int = 1_024
    """Bytes a second that a body must bring on average while the server waits for it."""
    body_window_s: float = 30.0
    """Seconds over which the rate of a body is measured."""
    idle_s: float = 75.0
    """The most seconds between two requests, whatever bytes come that begin none."""
    unread_s: float = 75.0
    """Seconds in which a client must read some of the answer that waits for it; streams end after
    60 s."""
    look_s: float = 5.0
    """Seconds between two looks at a connection."""
    proxies: tuple[Network, ...] = ()
    """Where others' requests come from."""

    def are_many(self, address: str, connections: int) -> bool:
        """Whether `address` has more open connections than one may have."""
        if connections <= self.connections_per_address or address in ("", UNIX):
            return False
        place = ipaddress.ip_address(address.partition("%")[0])
        return not (place.is_loopback or any(place in network for network in self.proxies))


@dataclass(slots=True)
class Visitors:
    """The open connections, counted by address."""

    all: int = 0
    of: Counter[str] = field(default_factory=Counter[str])


def connections_possible(most: int | None = None) -> int:
    """How many connections may be open: `most`, or as many as the limit on open files allows."""
    try:
        import resource  # noqa: PLC0415 - not everywhere
    except ImportError:
        return most or MOST_CONNECTIONS
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return most or MOST_CONNECTIONS
    return min(most or MOST_CONNECTIONS, max(files - SPARE_FILES, FEWEST_CONNECTIONS))


def protocol(limits: Limits) -> Callable[..., "FrontDoor"]:
    """Make the protocol class that uvicorn uses; all connections of it count together."""
    return functools.partial(FrontDoor, limits, Visitors())


class FrontDoor(HttpToolsProtocol):
    """The HTTP protocol of one connection, held to the limits that all connections share."""

    def __init__(
        self,
        limits: Limits,
        visitors: Visitors,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._limits = limits
        self._visitors = visitors
        self._address = ""
        self._refused = False
        self._served = False
        self._in_head = True
        self._heads = 0
        self._head_began = self.loop.time()
        self._head_bytes = 0
        self._in_body = False
        self._body_bytes = 0
        self._body_pieces = 0
        self._around_body = 0
        self._fields_after = 0
        self._idle_since = self._head_began
        self._window_began = 0.0
        self._unread = 0
        self._unread_since = 0.0
        self._looking: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        peer: socket.socket | None = transport.get_extra_info("socket")
        if peer is not None and peer.family == socket.AF_UNIX:
            # Only what connects to the file: where the address is not known for another reason it
            # is nobody that could be trusted.
            self.client = (UNIX, 0)
        self._address = self.client[0] if self.client else ""
        self._visitors.all += 1
        self._visitors.of[self._address] += 1
        self._looking = self.loop.call_later(self._limits.look_s, self._look)
        if self._visitors.all > self._limits.connections:
            self._refuse(503, "There are too many connections to this server. Try again later.")
        elif self._limits.are_many(self._address, self._visitors.of[self._address]):
            self._refuse(429, "There are too many connections from your address.")

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._visitors.all -= 1
        self._visitors.of[self._address] -= 1
        if not self._visitors.of[self._address]:
            del self._visitors.of[self._address]
        if self._looking is not None:
            self._looking.cancel()

    @override
    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        heads, pieces, was_in_body = self._heads, self._body_pieces, self._in_body
        super().data_received(data)
        if self._refused:
            return
        # A head that has no end yet lies in the parser, where nobody sees how long it is. Where it
        # came behind the end of another request, what has been read of it is known.
        if self._in_head:
            alone = self._heads == heads or (self._heads == heads + 1 and not was_in_body)
            self._head_bytes += len(data) if alone else self._size()
            if self._head_bytes > self._limits.head_bytes:
                self._refuse_head()
        # So do the fields that may follow a body in chunks.
        if was_in_body and self._in_body:
            self._around_body = 0 if pieces < self._body_pieces else self._around_body + len(data)
            if self._around_body > self._limits.head_bytes:
                self._refuse_head()

    @override
    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._head_began, self._head_bytes = True, self.loop.time(), 0
        self._heads += 1

    @override
    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:
            super().on_header(name, value)
            return
        self._fields_after += 1  # and nobody reads them
        if self._fields_after > self._limits.head_fields:
            self._refuse_head()

    @override
    def on_headers_complete(self) -> None:
        self._in_head = False
        fields = len(self.headers)
        if fields > self._limits.head_fields or self._size() > self._limits.head_bytes:
            self._refuse_head()
        if self._refused:
            return
        super().on_headers_complete()
        self._served = True
        self._in_body, self._body_bytes, self._window_began = True, 0, self.loop.time()
        self._around_body = self._fields_after = 0

    @override
    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        self._body_pieces += 1
        if not self._refused:
            super().on_body(body)

    @override
    def on_message_complete(self) -> None:
        self._in_body = False
        if not self._refused:
            super().on_message_complete()

    @override
    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._idle_since = self.loop.time()

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        self._unread_since = self.loop.time()  # what was read may have been written again since

    @override
    def send_400_response(self, msg: str) -> None:
        """Answer, in OpenAI's envelope, bytes that are no HTTP request."""
        self._refuse(400, msg)

    def _look(self) -> None:
        """Close the connection if it has not come on as it must; else look again later."""
        self._looking = self.loop.call_later(self._limits.look_s, self._look)
        now = self.loop.time()
        if self._is_unread(now):
            log.warning("%s: aborted, its answer was not read", self._address)
            self.transport.abort()
        elif self.transport.is_closing():
            return
        elif self._in_head and now - self._head_began > self._limits.head_s:
            if self._heads:
                self._refuse(408, "The request took too long to arrive.")
            else:
                self.transport.close()
        elif self._in_body and self._is_slow(now):
            self._refuse(408, "The body of the request took too long to arrive.")
        elif self._served and self.cycle.response_complete and not self._in_head:
            # Nobody needs the rest of a body that was answered already.
            most = self._limits.body_window_s if self._in_body else self._limits.idle_s
            if now - self._idle_since > most:
                self.transport.close()

    def _is_unread(self, now: float) -> bool:
        """Whether what waits for the client to read it has not become less for too long."""
        waiting = self.transport.get_write_buffer_size()
        if not waiting or waiting < self._unread or not self._unread_since:
            self._unread_since = now
        self._unread = waiting
        return bool(waiting) and now - self._unread_since > self._limits.unread_s

    def _is_slow(self, now: float) -> bool:
        """Whether a body comes too slowly; not while it is the server that does not read."""
        awaited = not (self.flow.read_paused or self.cycle.waiting_for_100_continue)
        if not awaited or now - self._window_began < self._limits.body_window_s:
            return False
        slow = self._body_bytes < self._limits.body_rate * (now - self._window_began)
        self._body_bytes, self._window_began = 0, now
        return slow

    def _size(self) -> int:
        """Bytes that have been read of the head."""
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def _refuse_head(self) -> None:
        most = f"{self._limits.head_bytes} bytes or {self._limits.head_fields} fields"
        self._refuse(431, f"The head of your request has more than {most}.")

    def _refuse(self, status: int, message: str) -> None:
        """Answer with an error of OpenAI's form, unless an answer has begun, and close."""
        if self._refused:
            return
        self._refused = True
        request_id = f"req_{secrets.token_hex(16)}"
        log.warning("request_id=%s %s: %d %s", request_id, self._address, status, message)
        running = self._served and not self.cycle.response_complete
        if running and not self._in_body:
            self.cycle.keep_alive = False  # the request before this one still gets its answer
            return
        if not (self._served and self._in_body and self.cycle.response_started):
            self.transport.write(_response(status, message, request_id))
        self.transport.close()


def _response(status: int, message: str, request_id: str) -> bytes:
    error = envelope(message, SERVER_ERROR if status >= 500 else INVALID_REQUEST)
    body = error.model_dump_json().encode()
    fields = {
        "content-type": "application/json",
        "content-length": str(len(body)),
        "x-request-id": request_id,
        "connection": "close",
        **({"retry-after": "1"} if status in (429, 503) else {}),
    }
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body
