"""The app under the real server: what only a socket shows."""

import json
import socket
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager

import pytest
import uvicorn
from starlette.applications import Starlette

from clients import MODEL, Shelf
from dragoman.domain.chat import CHAT
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Say, Wait
from dragoman.serving.app import Options, create_app
from dragoman.serving.listener import listen
from dragoman.serving.settings import Settings
from fake_engines import Held

ASK = {"model": MODEL, "messages": [{"role": "user", "content": "ping"}]}


def told(ready: threading.Event) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        ready.set()
        yield

    return lifespan


@contextmanager
def served(engine: FakeChat) -> Generator[tuple[str, int]]:
    """The address of a server on a port of its own."""
    ready = threading.Event()
    options = Options(lifespan=told(ready))
    app = create_app(Held({CHAT: {MODEL: engine}}), Shelf(), options=options)
    server = uvicorn.Server(uvicorn.Config(app, http="httptools", log_config=None))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            assert ready.wait(10)
            yield listener.getsockname()
        finally:
            server.should_exit = True
            thread.join()


def posted(body: object) -> bytes:
    data = json.dumps(body).encode()
    head = "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length:"
    return f"{head} {len(data)}\r\n\r\n".encode() + data


def answered(connection: socket.socket) -> tuple[int, dict[str, object]]:
    """Status and body of the next response, by its announced length."""
    reader = connection.makefile("rb")
    status = int(reader.readline().split()[1])
    length = 0
    while (line := reader.readline()) != b"\r\n":
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return status, json.loads(reader.read(length))


def test_no_answer_waits_for_an_acknowledgement() -> None:
    with (
        listen(Settings(host="127.0.0.1", port=0)) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as connection,
    ):
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("stream", [True, False])
def test_hanging_up_stops_the_engine(stream: bool) -> None:
    engine = FakeChat([Say("a"), Wait(threading.Event())])
    with served(engine) as address:
        with socket.create_connection(address) as connection:
            connection.sendall(posted({**ASK, "stream": stream}))
            assert engine.started.wait(5)
            if stream:
                assert connection.recv(4096).startswith(b"HTTP/1.1 200")
        assert engine.stopped.wait(5)


def test_a_connection_outlives_a_refused_request() -> None:
    with (
        served(FakeChat([Say("a")])) as address,
        socket.create_connection(address) as connection,
    ):
        for body, expected in (({**ASK, "n": 0}, 400), ({**ASK, "model": "x"}, 404), (ASK, 200)):
            connection.sendall(posted(body))
            assert answered(connection)[0] == expected


def test_a_client_may_ask_before_it_sends_the_body() -> None:
    with (
        served(FakeChat([Say("a")])) as address,
        socket.create_connection(address) as connection,
    ):
        head, body = posted(ASK).split(b"\r\n\r\n")
        connection.sendall(head + b"\r\nExpect: 100-continue\r\n\r\n")
        assert connection.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert answered(connection)[0] == 200


def test_a_stream_has_its_end_and_the_connection_goes_on() -> None:
    with (
        served(FakeChat([Say("a")])) as address,
        socket.create_connection(address) as connection,
    ):
        connection.sendall(posted({**ASK, "stream": True}))
        received = b""
        while not received.endswith(b"0\r\n\r\n"):
            received += connection.recv(4096)
        assert b"data: [DONE]" in received
        connection.sendall(posted(ASK))
        assert answered(connection)[0] == 200
