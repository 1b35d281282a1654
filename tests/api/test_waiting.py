"""While an answer is awaited, a stream says that it is alive, and no client stumbles over it."""

import json
import threading
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from typing import Any

import anyio
import pytest
from openai import APIError, AsyncOpenAI, BadRequestError
from starlette.types import Message, Scope

from clients import MODEL, Shelf, http_client, openai_client, user
from dragoman.api import streams
from dragoman.api.streams import Streamed, event_stream
from dragoman.domain.chat import CHAT
from dragoman.domain.errors import EngineFailed, RequestInvalid
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Fail, Say, Step, Wait
from dragoman.serving.app import create_app
from fake_engines import Held

ASK = {"model": MODEL, "messages": [{"role": "user", "content": "ping"}], "stream": True}
PATH = "/v1/chat/completions"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause is too short for a comment."""
    monkeypatch.setattr(streams, "QUIET_S", 0.01)


def client_of(*steps: Step) -> AbstractAsyncContextManager[AsyncOpenAI]:
    engine = FakeChat(list(steps))
    return openai_client(create_app(Held({CHAT: {MODEL: engine}}), Shelf()))


async def lines_of(gate: threading.Event, after: int, *steps: Step) -> list[str]:
    """The lines of an answer; the gate opens at the third comment after so many lines of data."""
    app = create_app(Held({CHAT: {MODEL: FakeChat(list(steps))}}), Shelf())
    seen: list[str] = []
    data = comments = 0
    async with http_client(app) as client, client.stream("POST", PATH, json=ASK) as answer:
        assert answer.status_code == 200
        async for line in answer.aiter_lines():
            seen.append(line)
            data += line.startswith("data: ")
            comments += data == after and line == ": waiting"
            if comments == 3:
                gate.set()
    return [line for line in seen if line]


async def test_the_status_and_comments_come_before_the_first_token() -> None:
    gate = threading.Event()
    lines = await lines_of(gate, 0, Wait(gate), Say("Hello"))
    first = next(number for number, line in enumerate(lines) if line.startswith("data:"))
    assert lines[:3] == [": waiting"] * 3
    assert any(line.startswith(": server-timing: ") for line in lines[:first])
    texts = [json.loads(line[6:]) for line in lines if line.startswith("data: {")]
    assert "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in texts) == "Hello"
    assert lines[-1] == "data: [DONE]"


async def test_comments_come_in_pauses_between_tokens_too() -> None:
    gate = threading.Event()
    lines = await lines_of(gate, 2, Say("Hel"), Wait(gate), Say("lo"))
    said = [number for number, line in enumerate(lines) if '"content":"Hel"' in line]
    assert lines[said[0] + 1 : said[0] + 4] == [": waiting"] * 3


async def test_now_and_then_a_chunk_of_nothing_comes_for_programs_that_hear_no_comments() -> None:
    gate = threading.Event()
    empty: list[dict[str, Any]] = []
    async with (
        client_of(Wait(gate), Say("Hel"), Say("lo")) as client,
        client.chat.completions.stream(model=MODEL, messages=user("ping")) as stream,
    ):
        async for event in stream:
            if event.type == "chunk" and not event.chunk.choices[0].delta.to_dict():
                empty.append(event.chunk.to_dict())
                if len(empty) == 2:
                    gate.set()
        said = await stream.get_final_completion()
    assert empty[0]["choices"][0]["finish_reason"] is None
    assert empty[0]["id"] == said.id
    assert (said.choices[0].message.role, said.choices[0].message.content) == ("assistant", "Hello")


async def test_the_official_client_passes_over_comments() -> None:
    gate = threading.Event()
    async with client_of(Wait(gate), Say("Hel"), Say("lo")) as client:
        stream = await client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": "ping"}], stream=True
        )
        gate.set()  # the status is out before anything is said
        said = [chunk.choices[0].delta.content or "" async for chunk in stream]
    assert "".join(said) == "Hello"


async def test_what_fails_after_the_status_is_an_event() -> None:
    gate = threading.Event()
    async with client_of(Wait(gate), Fail(EngineFailed("It broke."))) as client:
        stream = await client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": "ping"}], stream=True
        )
        gate.set()
        with pytest.raises(APIError, match=r"It broke\."):
            _ = [chunk async for chunk in stream]


async def test_what_fails_before_it_has_its_own_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "QUIET_S", 60.0)
    async with client_of(Fail(RequestInvalid("no"))) as client:
        with pytest.raises(BadRequestError):
            await client.chat.completions.create(
                model=MODEL, messages=[{"role": "user", "content": "ping"}], stream=True
            )


async def messages_of(
    response: Streamed, *, takes: bool = True, commented: anyio.Event | None = None
) -> list[Message]:
    """What a server is given to send; a client that does not take it blocks at the first body."""
    sent: list[Message] = []
    scope: Scope = {"type": "http", "headers": [], "state": {}}

    async def receive() -> Message:
        await anyio.sleep_forever()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)
        if commented and message.get("body") == b": waiting\n\n":
            commented.set()
        if message.get("body") and not takes:
            await anyio.sleep_forever()

    with anyio.fail_after(30):
        await response(scope, receive, send)
    return sent


async def test_every_stream_of_events_waits_so_and_a_file_of_sound_does_not() -> None:
    commented = anyio.Event()

    async def until_comment() -> AsyncGenerator[bytes, None]:
        await commented.wait()
        yield b"sound"

    async def slow() -> AsyncGenerator[bytes, None]:
        with anyio.move_on_after(0.1):
            await anyio.sleep_forever()
        yield b"sound"

    spoken = await messages_of(event_stream(until_comment), commented=commented)
    assert spoken[1]["body"] == b": waiting\n\n"
    assert spoken[-2]["body"].endswith(b"sound")
    file = await messages_of(Streamed(slow, "audio/wav"))
    assert [message.get("body") for message in file] == [None, b"sound", b""]


async def test_a_client_that_takes_no_comment_is_given_up() -> None:
    closed = anyio.Event()

    async def never() -> AsyncGenerator[bytes, None]:
        try:
            await anyio.sleep_forever()
            yield b""
        finally:
            closed.set()

    response = Streamed(never, "text/event-stream", stalled_s=0.02, quiet_s=0.01)
    sent = await messages_of(response, takes=False)
    assert closed.is_set()
    assert [message["type"] for message in sent[:2]] == [
        "http.response.start",
        "http.response.body",
    ]


async def test_how_far_the_prompt_is_read_comes_before_the_answer_where_it_is_asked_for() -> None:
    async with client_of(Say("Hello")) as client:
        stream = await client.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": "one two three"}],
            stream=True,
            extra_body={"return_progress": True},
        )
        chunks = [chunk.model_dump() async for chunk in stream]
    progress = [chunk["prompt_progress"] for chunk in chunks if "prompt_progress" in chunk]
    assert progress == [
        {"total": 3, "cache": 0, "processed": read, "time_ms": 0} for read in (0, 3)
    ]
    assert chunks[0]["choices"][0]["delta"]["role"] == "assistant"
    assert "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks) == "Hello"


@pytest.mark.parametrize("wanted", [{}, {"return_progress": False}])
async def test_nobody_is_told_of_the_prompt_who_did_not_ask(wanted: dict[str, bool]) -> None:
    async with client_of(Say("Hello")) as client:
        stream = await client.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": "one"}],
            stream=True,
            extra_body=wanted,
        )
        chunks = [chunk.model_dump() async for chunk in stream]
    assert chunks
    assert not any("prompt_progress" in chunk for chunk in chunks)


async def test_progress_has_no_effect_on_an_answer_that_is_not_streamed() -> None:
    async with client_of(Say("Hello")) as client:
        answer = await client.chat.completions.with_raw_response.create(
            model=MODEL,
            messages=[{"role": "user", "content": "one"}],
            extra_body={"return_progress": True},
        )
    assert answer.headers["x-dragoman-ignored"] == "return_progress"


async def test_progress_has_no_effect_on_a_continuation() -> None:
    async with client_of(Say("Hello")) as client:
        answer = await client.completions.with_raw_response.create(
            model=MODEL, prompt="one", extra_body={"return_progress": True}
        )
    assert answer.headers["x-dragoman-ignored"] == "return_progress"
