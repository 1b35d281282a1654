"""The front door: what a connection may cost before an endpoint is reached."""

import asyncio
import json
import logging
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route
from typing_extensions import override
from uvicorn.server import ServerState

from dragoman.serving.front_door import FrontDoor, Limits, Visitors, connections_possible, protocol

QUICK = Limits(
    head_bytes=2_000, head_fields=20, head_s=0.2, body_window_s=0.2, idle_s=0.3, look_s=0.05
)
GET = b"GET / HTTP/1.1\r\nHost: x\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"


async def _answer(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


async def _long(_: Request) -> StreamingResponse:
    return StreamingResponse(iter([b"x" * 2**20] * 64))


@contextmanager
def server(limits: Limits) -> Generator[tuple[str, int]]:
    """The address of a server behind such a door."""
    routes = [Route("/", _answer, methods=["GET", "POST"]), Route("/long", _long)]
    config = uvicorn.Config(Starlette(routes=routes), log_config=None, lifespan="off")
    config.load()
    config.http_protocol_class = protocol(limits)  # pyright: ignore[reportAttributeAccessIssue]
    serving = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serving.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()
        finally:
            serving.should_exit = serving.force_exit = True
            thread.join()


def connect(address: tuple[str, int]) -> socket.socket:
    return socket.create_connection(address, timeout=10)


def whole(connection: socket.socket) -> bytes:
    """What comes until the server closes; that it closes at all is part of each test."""
    received = b""
    try:
        while piece := connection.recv(65_536):
            received += piece
    except ConnectionResetError:
        pass
    return received


def refusal(answer: bytes) -> tuple[int, str]:
    """The status and the message of an error in OpenAI's form."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"x-request-id: req_" in head
    error = json.loads(body)["error"]
    assert set(error) == {"message", "type", "param", "code"}
    return int(head.split()[1]), error["message"]


@pytest.mark.parametrize(
    "head",
    [
        GET + b"A: " + b"a" * 3_000 + b"\r\n\r\n",
        GET + b"A: " + b"a" * 300_000,
        GET + b"A: a\r\n" * 21 + b"\r\n",
        b"GET /" + b"a" * 3_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        GET + b"".join(b"A%d: %s\r\n" % (n, b"a" * 90) for n in range(40)),
    ],
    ids=["one field", "no end", "many fields", "a long path", "many, no end"],
)
def test_a_head_has_a_size(head: bytes, caplog: pytest.LogCaptureFixture) -> None:
    with server(QUICK) as address, connect(address) as connection:
        connection.sendall(head)
        status, message = refusal(whole(connection))
    assert (status, "2000 bytes or 20 fields" in message) == (431, True)
    assert ["431" in record.getMessage() for record in caplog.records] == [True]


def test_a_head_that_comes_byte_by_byte_is_given_up() -> None:
    with server(QUICK) as address, connect(address) as connection:
        connection.sendall(GET)
        assert refusal(whole(connection)) == (408, "The request took too long to arrive.")


def test_a_connection_on_which_nothing_comes_is_closed() -> None:
    with server(QUICK) as address, connect(address) as connection:
        assert whole(connection) == b""


def test_a_second_request_that_does_not_come_on_is_given_up() -> None:
    with server(QUICK) as address, connect(address) as connection:
        connection.sendall(GET + b"\r\n" + GET)
        first, _, second = whole(connection).partition(b"HTTP/1.1 408")
    assert first.startswith(b"HTTP/1.1 200")
    assert b"too long" in second


def test_a_body_that_does_not_come_on_is_given_up() -> None:
    with server(QUICK) as address, connect(address) as connection:
        connection.sendall(POST + b"a")
        status, message = refusal(whole(connection))
    assert (status, message) == (408, "The body of the request took too long to arrive.")


CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"


@pytest.mark.parametrize("after", [b"a: b\r\n" * 100_000, b"a: " + b"b" * 1_000_000])
def test_what_follows_a_body_has_a_size(after: bytes) -> None:
    with server(QUICK) as address, connect(address) as connection, suppress(OSError):
        connection.sendall(CHUNKED + after)
        assert b" 431 " in whole(connection)


def test_line_ends_do_not_keep_a_connection_open() -> None:
    with server(QUICK) as address, connect(address) as connection:
        connection.sendall(GET + b"\r\n")
        received = b""
        while not received.endswith(b"\r\n\r\n0"):
            received += connection.recv(65_536)
        connection.sendall(b"\r\n")
        assert whole(connection) == b""


def test_the_rest_of_a_body_that_was_answered_is_not_awaited() -> None:
    with server(replace(QUICK, body_rate=0)) as address, connect(address) as connection:
        connection.sendall(POST.replace(b"POST / ", b"POST /long ", 1))
        assert connection.recv(65_536).startswith(b"HTTP/1.1 405")
        assert whole(connection).count(b"HTTP/1.1") == 0


def test_answers_before_a_bad_request_still_come() -> None:
    with server(QUICK) as address, connect(address) as connection:
        connection.sendall((GET + b"\r\n") * 3 + b"no request at all\r\n\r\n")
        assert whole(connection).count(b"HTTP/1.1 200") >= 1
    with server(QUICK) as address, connect(address) as connection:
        connection.sendall((GET + b"\r\n") * 200 + GET)
        assert whole(connection).count(b"HTTP/1.1 200") == 200


def test_what_is_no_http_is_refused_in_the_form_of_every_error() -> None:
    with server(QUICK) as address, connect(address) as connection:
        connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 5)
        assert refusal(whole(connection)) == (400, "Invalid HTTP request received.")


class Cut(logging.Handler):
    """Knows when a connection was cut."""

    def __init__(self) -> None:
        super().__init__()
        self.event = threading.Event()

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if "was not read" in record.getMessage():
            self.event.set()


def test_an_answer_that_nobody_reads_is_cut_and_the_connection_with_it() -> None:
    cut = Cut()
    logging.getLogger("dragoman.front_door").addHandler(cut)
    with server(replace(QUICK, unread_s=0.3)) as address, connect(address) as connection:
        connection.sendall(b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n")
        assert cut.event.wait(10)
        assert len(whole(connection)) < 32 * 2**20
    logging.getLogger("dragoman.front_door").removeHandler(cut)


class Clock:
    """A loop whose time is set."""

    def __init__(self) -> None:
        self.now = 100.0

    def time(self) -> float:
        return self.now

    def call_later(self, _: float, __: Callable[[], None]) -> "Clock":
        return self

    def cancel(self) -> None:
        """It is a handle, too."""


class Line(asyncio.Transport):
    """A connection whose unread bytes are set."""

    unread = 0
    open = True

    @override
    def get_write_buffer_size(self) -> int:
        return self.unread

    @override
    def is_closing(self) -> bool:
        return not self.open

    @override
    def abort(self) -> None:
        self.open = False

    @override
    def close(self) -> None:
        self.open = False

    @override
    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Nobody reads it."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def door(clock: Clock, line: Line) -> FrontDoor:
    config = uvicorn.Config(Starlette(), log_config=None)
    loop = cast("asyncio.AbstractEventLoop", clock)
    made = FrontDoor(Limits(), Visitors(), config, ServerState(), {}, loop)
    made.connection_made(line)
    return made


@pytest.mark.parametrize(
    ("unread", "is_open"),
    [([100] * 20, False), ([1_000 - n for n in range(40)], True), ([0] * 20, True)],
)
def test_a_client_must_read_some_of_its_answer(
    door: FrontDoor, clock: Clock, line: Line, unread: list[int], is_open: bool
) -> None:
    door._in_head = False
    for line.unread in unread:
        clock.now += 5
        door._look()
    assert line.open == is_open


def test_what_is_read_and_written_again_is_progress(
    door: FrontDoor, clock: Clock, line: Line
) -> None:
    door._in_head = False
    line.unread = 100
    for _ in range(40):
        clock.now += 5
        door._look()
        door.resume_writing()
    assert line.open


@pytest.mark.parametrize(("rate", "is_open"), [(1_100, True), (900, False)])
def test_a_body_must_come_on(
    door: FrontDoor, clock: Clock, line: Line, rate: int, is_open: bool
) -> None:
    door._in_head, door._in_body, door._window_began = False, True, clock.now
    door._served = True
    door.cycle = cast(
        "Any",
        SimpleNamespace(
            waiting_for_100_continue=False, response_started=False, response_complete=False
        ),
    )
    for _ in range(40):
        clock.now += 5
        door._body_bytes += rate * 5
        door._look()
    assert line.open == is_open


def test_connections_are_counted() -> None:
    with server(replace(QUICK, connections=2, head_s=30)) as address, ExitStack() as stack:
        first, second, third = (stack.enter_context(connect(address)) for _ in range(3))
        assert refusal(whole(third)) == (
            503,
            "There are too many connections to this server. Try again later.",
        )
        for connection in (first, second):
            connection.sendall(GET + b"Connection: close\r\n\r\n")
            assert whole(connection).startswith(b"HTTP/1.1 200")
        with connect(address) as fourth:
            fourth.sendall(GET + b"Connection: close\r\n\r\n")
            assert whole(fourth).startswith(b"HTTP/1.1 200")


def test_a_proxy_on_the_same_machine_may_hold_more_than_one_address() -> None:
    limits = replace(QUICK, connections_per_address=1, head_s=30)
    with server(limits) as address, connect(address), connect(address) as second:
        second.sendall(GET + b"Connection: close\r\n\r\n")
        assert whole(second).startswith(b"HTTP/1.1 200")


def test_there_are_never_more_connections_than_files() -> None:
    assert connections_possible(10) == 10
    assert 16 <= connections_possible() <= 4_096


def test_addresses_that_are_gone_are_forgotten() -> None:
    assert Visitors().of == {}
