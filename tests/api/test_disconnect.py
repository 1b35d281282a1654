"""When the client hangs up, the engine stops; nothing stays borrowed."""

import threading
from collections.abc import AsyncGenerator

import anyio
import anyio.to_thread
import httpx2
import pytest
from starlette.requests import Request
from starlette.types import Message, Scope

from clients import MODEL, Shelf, http_client
from dragoman.api.disconnect import HungUp, unless_hung_up
from dragoman.api.streams import Streamed
from dragoman.domain.chat import CHAT
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Say, Wait
from dragoman.serving.app import create_app
from fake_engines import Held

ASK = {"model": MODEL, "messages": [{"role": "user", "content": "ping"}]}
PATH = "/v1/chat/completions"
BY_RESPONSES = ("/v1/responses", {"model": MODEL, "input": "ping"})
both = pytest.mark.parametrize(("path", "body"), [(PATH, ASK), BY_RESPONSES])


async def happened(event: threading.Event) -> None:
    with anyio.fail_after(60):
        assert await anyio.to_thread.run_sync(event.wait, 5)


@both
async def test_in_mid_stream(path: str, body: dict[str, object]) -> None:
    engine = FakeChat([Say("a"), Wait(threading.Event()), Say("b")])
    engines = Held({CHAT: {MODEL: engine}})
    async with (
        http_client(create_app(engines, Shelf())) as client,
        client.stream("POST", path, json={**body, "stream": True}) as answer,
    ):
        await anext(answer.aiter_lines())
        assert engines.borrowed == 1
        await answer.aclose()
        await happened(engine.stopped)
    assert engines.borrowed == 0


@both
@pytest.mark.parametrize("stream", [True, False])
async def test_before_the_first_event(path: str, body: dict[str, object], stream: bool) -> None:
    engine = FakeChat([Wait(threading.Event()), Say("a")])
    engines = Held({CHAT: {MODEL: engine}})
    async with http_client(create_app(engines, Shelf())) as client:

        async def ask() -> None:
            await client.post(path, json={**body, "stream": stream})

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask)
            await happened(engine.started)
            tasks.cancel_scope.cancel()
        await happened(engine.stopped)
    assert engines.borrowed == 0


async def test_while_waiting_for_a_place() -> None:
    gate = threading.Event()
    engine = FakeChat([Wait(gate), Say("a")], concurrency=1)
    engines = Held({CHAT: {MODEL: engine}})
    answers: list[httpx2.Response] = []
    async with http_client(create_app(engines, Shelf())) as client:

        async def ask() -> None:
            answers.append(await client.post(PATH, json=ASK))

        with anyio.fail_after(60):
            async with anyio.create_task_group() as first:
                first.start_soon(ask)
                await happened(engine.started)
                async with anyio.create_task_group() as second:
                    second.start_soon(ask)
                    while engines.borrowed < 2:
                        await anyio.lowlevel.checkpoint()
                    second.cancel_scope.cancel()
                while engines.borrowed > 1:
                    await anyio.lowlevel.checkpoint()
                gate.set()
    assert [answer.status_code for answer in answers] == [200]
    assert len(engine.requests) == 1


async def test_each_piece_arrives_when_it_is_made() -> None:
    gate = threading.Event()
    engine = FakeChat([Say("early"), Wait(gate), Say("late")])
    async with (
        http_client(create_app(Held({CHAT: {MODEL: engine}}), Shelf())) as client,
        client.stream("POST", PATH, json={**ASK, "stream": True}) as answer,
    ):
        lines = answer.aiter_lines()
        with anyio.fail_after(60):
            while "early" not in await anext(lines):
                pass
            gate.set()
            rest = "".join([line async for line in lines])
    assert "late" in rest
    assert rest.endswith("[DONE]")


def quiet() -> Request:
    """A request whose client stays."""

    async def receive() -> dict[str, str]:
        await anyio.sleep_forever()
        raise AssertionError

    return Request({"type": "http"}, receive)


async def test_work_that_ends_gives_its_result() -> None:
    async def work() -> int:
        return 7

    assert await unless_hung_up(quiet(), work) == 7


async def test_work_that_fails_fails_as_it_did() -> None:
    async def work() -> int:
        raise ValueError("mine") from KeyError("cause")

    with pytest.raises(ValueError, match="mine") as caught:
        await unless_hung_up(quiet(), work)
    assert isinstance(caught.value.__cause__, KeyError)


async def test_work_is_cancelled_when_the_client_leaves() -> None:
    ended = anyio.Event()

    async def work() -> None:
        try:
            await anyio.sleep_forever()
        finally:
            ended.set()

    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    with pytest.raises(HungUp):
        await unless_hung_up(Request({"type": "http"}, receive), work)
    assert ended.is_set()


async def test_a_client_that_stops_reading_counts_as_gone() -> None:
    closed = anyio.Event()

    async def pieces() -> AsyncGenerator[bytes, None]:
        try:
            while True:
                yield b"x"
        finally:
            closed.set()

    async def receive() -> Message:
        await anyio.sleep_forever()
        raise AssertionError

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            await anyio.sleep_forever()

    scope: Scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    with anyio.fail_after(60):
        await Streamed(pieces, "text/plain", stalled_s=0.05)(scope, receive, send)
    assert closed.is_set()
