"""A server on loopback that writes what a test scripts, byte for byte."""

import contextlib
import socket
import socketserver
import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

LARGEST_HEAD = 65_536
Reply: TypeAlias = Callable[["Request"], Iterable[bytes]]


@dataclass(frozen=True)
class Request:
    """The head and the body of one request."""

    line: str
    head: str
    body: bytes
    is_over: threading.Event
    """Set when the server ends; what never ends by itself looks at it."""


@dataclass
class Raw:
    """A server that writes what `reply` yields, and closes the connection."""

    reply: Reply = lambda _: [b""]
    url: str = ""
    seen: list[Request] = field(default_factory=list[Request])


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        server = self.server
        assert isinstance(server, _Server)
        sock: socket.socket = self.request
        head, _, body = _received(sock).partition(b"\r\n\r\n")
        lines = head.decode("latin-1")
        request = Request(lines.partition("\r\n")[0], lines, body, server.over)
        server.raw.seen.append(request)
        with contextlib.suppress(OSError):  # the kit has left
            for piece in server.raw.reply(request):
                sock.sendall(piece)


def _received(sock: socket.socket) -> bytes:
    """Read one request."""
    data = b""
    while b"\r\n\r\n" not in data and len(data) < LARGEST_HEAD:
        data += sock.recv(65_536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = [
        int(line.partition(b":")[2])
        for line in head.lower().split(b"\r\n")
        if line.startswith(b"content-length:")
    ]
    while len(body) < sum(length):
        piece = sock.recv(65_536)
        body += piece
        data += piece
    return data


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, raw: Raw) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.raw = raw
        self.over = threading.Event()


@contextmanager
def running() -> Generator[Raw]:
    """One on a port of its own."""
    raw = Raw()
    with _Server(raw) as server:
        raw.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield raw
        finally:
            server.over.set()
            server.shutdown()
            thread.join()
