"""The end of a server in a process of its own, as a supervisor or Ctrl-C brings it about."""

import json
import signal
import socket
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from openai import APIError, OpenAI

from live_server import Server, serving
from upstreams import running

HOLDING = """
starter = ["holding"]

[[model]]
id = "holding"
kind = "chat"
engine = "remote-openai"
"""
ASK = {"model": "holding", "messages": [{"role": "user", "content": "ping"}]}
LONG_S = 600
BEGUN = {
    "object": "chat.completion.chunk",
    "choices": [{"index": 0, "delta": {"content": "Wait"}, "finish_reason": None}],
}


@contextmanager
def holding(tmp_path: Path, grace_s: float, drain_s: float = 0.0) -> Generator[Server, None, None]:
    """A server whose model begins an answer and does not go on; it ends in order."""
    with running() as upstream:
        upstream.says(BEGUN, done=False)
        upstream.silent = True
        options = f'options = {{ base_url = "{upstream.url}", model = "holding" }}'
        (tmp_path / "house.toml").write_text(HOLDING + options)
        with serving(
            log=tmp_path / "log",
            DRAGOMAN_CATALOGUE=str(tmp_path / "house.toml"),
            DRAGOMAN_MODELS=str(tmp_path / "models"),
            DRAGOMAN_GRACE_S=str(grace_s),
            DRAGOMAN_DRAIN_S=str(drain_s),
        ) as server:
            yield server


def ended(server: Server) -> str:
    """The log of a server that has stopped, and as one that was told to."""
    assert server.process.wait(30) == 0
    log = server.log.read_text()
    assert "Traceback" not in log
    assert "Cancel" not in log
    return log


@pytest.mark.parametrize(
    ("number", "grace_s"),
    [
        (signal.SIGTERM, 0),
        (signal.SIGTERM, 0.5),
        (signal.SIGINT, 0.5),
        (signal.SIGHUP, 0.5),
    ],
)
def test_a_stream_that_outlives_the_grace_ends_with_the_reason(
    tmp_path: Path, number: signal.Signals, grace_s: float
) -> None:
    with holding(tmp_path, grace_s) as server:
        client = OpenAI(base_url=server.base_url, api_key="sk-any", max_retries=0)
        with client.chat.completions.create(
            model="holding", messages=[{"role": "user", "content": "ping"}], stream=True
        ) as events:
            next(events)
            server.process.send_signal(number)
            with pytest.raises(APIError, match="The server is shutting down"):
                list(events)
        assert "failure=ShuttingDown" in ended(server)


@pytest.mark.parametrize("with_body", [True, False])
def test_a_whole_answer_that_outlives_the_grace_is_an_error_in_its_shape(
    tmp_path: Path, *, with_body: bool
) -> None:
    with holding(tmp_path, 0.5) as server:
        connection = begun(server)
        if with_body:
            connection.sendall(json.dumps(ASK).encode())
        server.process.send_signal(signal.SIGTERM)
        head, _, body = rest(connection).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 503")
        assert b"retry-after: 1" in head
        assert json.loads(body)["error"]["type"] == "server_error"
        assert "status=503 failure=ShuttingDown" in ended(server)


def test_a_terminal_that_is_closed_ends_no_server_that_nohup_started(tmp_path: Path) -> None:
    with serving("--demo", log=tmp_path / "log", before=("nohup",)) as server:
        server.process.send_signal(signal.SIGHUP)
        client = OpenAI(base_url=server.base_url, api_key="sk-any", max_retries=0)
        assert client.models.list().data
        assert "stopping" not in server.log.read_text()


def test_a_second_signal_ends_the_grace(tmp_path: Path) -> None:
    with holding(tmp_path, LONG_S) as server:
        connection = begun(server)
        connection.sendall(json.dumps(ASK).encode())
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        while listens(server):
            pass
        server.process.send_signal(signal.SIGTERM)
        assert b"503" in rest(connection).splitlines()[0]
        ended(server)
        assert time.monotonic() - began < LONG_S / 10


@pytest.mark.parametrize("drain_s", [1.0, LONG_S])
def test_readiness_goes_first_and_requests_are_taken_until_the_port_is_closed(
    tmp_path: Path, drain_s: float
) -> None:
    with holding(tmp_path, 0, drain_s) as server:
        root = server.base_url.removesuffix("/v1")
        assert httpx2.get(f"{root}/readyz").status_code == 200
        server.process.send_signal(signal.SIGTERM)
        while (ready := httpx2.get(f"{root}/readyz")).status_code == 200:
            pass
        assert ready.json() == {"status": "draining"}
        assert httpx2.get(f"{root}/v1/models").status_code == 200, "a request is still taken"
        if drain_s == LONG_S:
            server.process.send_signal(signal.SIGTERM)  # a second signal ends that, too
        ended(server)


def place(server: Server) -> tuple[str, int]:
    host, _, port = server.base_url.split("/")[2].partition(":")
    return host, int(port)


def listens(server: Server) -> bool:
    try:
        socket.create_connection(place(server)).close()
    except OSError:
        return False
    return True


def begun(server: Server) -> socket.socket:
    """A connection whose request the server has taken up: it asks for the body."""
    connection = socket.create_connection(place(server), timeout=30)
    length = len(json.dumps(ASK).encode())
    connection.sendall(
        b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
        b"Content-Length: %d\r\n\r\n" % length
    )
    assert connection.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
    return connection


def rest(connection: socket.socket) -> bytes:
    """All that comes until the server closes the connection."""
    with connection, connection.makefile("rb") as reader:
        return reader.read()
