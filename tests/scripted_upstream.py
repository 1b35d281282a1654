"""An upstream on loopback that answers what a test scripts, piece by piece."""

import json
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias

PATIENCE_S = 20
BROKEN = object()
"""In the place of a piece: the connection ends here, in the middle of the answer."""

Pieces: TypeAlias = Sequence[object]
"""Bytes; an event that is waited for; or `BROKEN`."""


@dataclass
class Reply:
    """One answer."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    pieces: Pieces = ()


@dataclass
class Received:
    """One request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Upstream:
    """Answers with what `answer` makes of a request."""

    answer: Callable[[Received], Reply] = lambda _: Reply()
    url: str = ""
    received: list[Received] = field(default_factory=list[Received])
    hung_up: threading.Event = field(default_factory=threading.Event)


def as_json(value: object, status: int = 200, **headers: str) -> Reply:
    """An answer of JSON; `_` in the names of headers is a hyphen."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    named["content-type"] = "application/json"
    return Reply(status, named, [json.dumps(value, indent=2).encode()])


def completion(text: str, **fields: object) -> dict[str, object]:
    """A chat completion."""
    message = {"role": "assistant", "content": text, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "gpt-4o-mini",
        "choices": [choice],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
        **fields,
    }


class _Server(ThreadingHTTPServer):
    def __init__(self, upstream: Upstream) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = upstream


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def _upstream(self) -> Upstream:
        assert isinstance(self.server, _Server)
        return self.server.upstream

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        received = Received(self.command, self.path, headers, self.rfile.read(length))
        self._upstream.received.append(received)
        self._reply(self._upstream.answer(received))

    def do_GET(self) -> None:
        self.do_POST()

    def _reply(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        with suppress(ConnectionError):  # the other side has left
            self._write(reply.pieces)

    def _write(self, pieces: Pieces) -> None:
        for piece in pieces:
            if piece is BROKEN:
                self.close_connection = True
                return
            if isinstance(piece, threading.Event):
                self._wait(piece)
            elif isinstance(piece, bytes):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def _wait(self, event: threading.Event) -> None:
        """Until the event comes, or the other side hangs up."""
        self.connection.settimeout(0.02)
        for _ in range(PATIENCE_S * 50):
            if event.is_set():
                break
            try:
                if self.connection.recv(1) == b"":
                    self._upstream.hung_up.set()
                    break
            except TimeoutError:
                continue
        self.connection.settimeout(None)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        pass


@contextmanager
def running() -> Generator[Upstream]:
    """One on a port of its own."""
    upstream = Upstream()
    with _Server(upstream) as server:
        upstream.url = f"http://127.0.0.1:{server.server_port}/v1"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield upstream
        finally:
            server.shutdown()
            thread.join()
