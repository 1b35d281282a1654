"""An upstream on loopback that says what a test wrote down."""

import email
import email.policy
import json
import socket
import threading
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from dragoman.engines.remote_openai import RemoteOpenAI
from dragoman.engines.remote_openai.settings import Settings

PATIENCE_S = 20
PATHS = (
    "/v1/chat/completions",
    "/v1/completions",
    "/v1/audio/speech",
    "/v1/audio/transcriptions",
    "/v1/audio/translations",
)


@dataclass
class Upstream:
    """Answers every request with `status`, then `frames`; keeps what it was asked."""

    status: int = 200
    frames: Sequence[bytes] = ()
    replies: list[tuple[int, Sequence[bytes]]] = field(
        default_factory=list[tuple[int, Sequence[bytes]]]
    )
    """Status and frames of the next requests, before those above count."""
    silent: bool = False
    """After the frames it says nothing, until the other side hangs up."""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    """More headers of its responses."""
    url: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    forms: list[list[tuple[str, bytes]]] = field(default_factory=list[list[tuple[str, bytes]]])
    """The forms that it was sent: names and values, a file among them."""
    keys: list[str | None] = field(default_factory=list[str | None])
    paths: list[str] = field(default_factory=list[str])
    reached: threading.Event = field(default_factory=threading.Event)
    """A request is here."""
    hung_up: threading.Event = field(default_factory=threading.Event)

    def says(self, *chunks: object, done: bool = True) -> None:
        """One frame a chunk, and `[DONE]`."""
        frames = [f"data: {json.dumps(chunk)}\n\n".encode() for chunk in chunks]
        self.frames = [*frames, b"data: [DONE]\n\n"] if done else frames


def form(content_type: str, body: bytes) -> list[tuple[str, bytes]]:
    """The parts of a multipart form, by the standard library's parser of mail."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    parts = email.message_from_bytes(head + body, policy=email.policy.HTTP).iter_parts()
    return [(_name(part), cast("bytes", part.get_payload(decode=True))) for part in parts]


def _name(part: Message) -> str:
    return cast("str", part.get_param("name", header="content-disposition"))


def _handler(upstream: Upstream) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path in PATHS
            upstream.paths.append(self.path)
            upstream.keys.append(self.headers["authorization"])
            length = int(self.headers["content-length"])
            body = self.rfile.read(length)
            if self.headers["content-type"] == "application/json":
                upstream.bodies.append(json.loads(body))
            else:
                upstream.forms.append(form(self.headers["content-type"], body))
            if upstream.replies:
                upstream.status, upstream.frames = upstream.replies.pop(0)
            upstream.reached.set()
            if upstream.frames or not upstream.silent:
                self.send_response(upstream.status)
                for name, value in upstream.headers.items():
                    self.send_header(name, value)
                self.end_headers()
            for frame in upstream.frames:
                self.wfile.write(frame)
            if upstream.silent:
                self.connection.settimeout(PATIENCE_S)
                if self.connection.recv(1) == b"":
                    upstream.hung_up.set()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            pass

    return Handler


@contextmanager
def running() -> Generator[Upstream]:
    """One on a port of its own."""
    told = Upstream()
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(told)) as server:
        told.url = f"http://127.0.0.1:{server.server_port}/v1"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield told
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def unreachable() -> Generator[str]:
    """The address of a server whose connections are never made: those that wait are too many."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(server.getsockname())
        yield f"http://127.0.0.1:{server.getsockname()[1]}/v1"


class Clock:
    """The time in seconds, which stands still until a test turns it."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return what it shows."""
        return self.now


@contextmanager
def loaded(**options: object) -> Generator[RemoteOpenAI]:
    """The engine, closed at the end; its back-offs last until a test turns its clock."""
    engine = RemoteOpenAI(Settings.of(options), Clock())
    try:
        yield engine
    finally:
        engine.close()
