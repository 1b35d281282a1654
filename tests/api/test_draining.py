"""A server that stops: who may come, and what becomes of those who are here."""

from collections.abc import AsyncGenerator

import anyio
import pytest
from starlette.types import Message, Scope

from clients import Shelf, http_client
from dragoman.api.draining import Drained, Draining
from dragoman.api.streams import Streamed, event_stream
from dragoman.domain.errors import ShuttingDown
from dragoman.serving.app import Options, create_app
from fake_engines import Held

SCOPE: Scope = {"type": "http", "method": "POST", "path": "/", "headers": []}


async def sound() -> AsyncGenerator[bytes, None]:
    yield b"x"
    await anyio.sleep_forever()


async def drained(response: Streamed, draining: Draining) -> list[Message]:
    """What is sent of a response that the end of the server overtakes."""
    sent: list[Message] = []

    async def receive() -> Message:
        await anyio.sleep_forever()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)
        if message.get("body") == b"x":
            draining.end()

    with anyio.fail_after(60):
        await Drained(response, draining)(dict(SCOPE), receive, send)
    return sent


@pytest.mark.parametrize("path", ["/readyz", "/health"])
async def test_nobody_else_is_welcome(path: str) -> None:
    draining = Draining()
    draining.begin()
    app = create_app(Held({}), Shelf(), options=Options(draining=draining))
    async with http_client(app) as client:
        answer = await client.get(path)
        alive = await client.get("/livez")
    assert (answer.status_code, answer.json()) == (503, {"status": "draining"})
    assert alive.status_code == 200


async def test_sound_breaks_off_so_that_it_is_not_taken_for_whole() -> None:
    *_, last = await drained(Streamed(sound, "audio/wav"), Draining())
    assert (last["body"], last["more_body"]) == (b"x", True)


async def test_events_end_with_the_reason() -> None:
    *_, last = await drained(event_stream(sound), Draining())
    assert b"shutting down" in last["body"]
    assert not last["more_body"]


async def test_what_begins_to_wait_after_the_end_does_not_wait() -> None:
    draining = Draining()
    draining.end()

    async def receive() -> Message:
        raise AssertionError

    with pytest.raises(ShuttingDown):
        await draining.receive(receive)


async def test_last_words_do_not_wait_for_who_stopped_reading() -> None:
    draining = Draining()

    async def receive() -> Message:
        await anyio.sleep_forever()
        raise AssertionError

    async def send(message: Message) -> None:
        if message.get("body") == b"x":
            draining.end()
        elif message["type"] == "http.response.body":
            await anyio.sleep_forever()

    with anyio.fail_after(30):
        response = event_stream(sound)
        await Drained(response, draining)(dict(SCOPE), receive, send)
