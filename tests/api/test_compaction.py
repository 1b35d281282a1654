"""A conversation in short, as Codex asks for it before its context is full."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openai import BadRequestError
from starlette.applications import Starlette

from clients import MODEL, Shelf, http_client, nothing_extra, openai_client
from dragoman.domain.chat import CHAT, FreeText
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Circle, Say, Think
from dragoman.serving.app import Options, create_app
from dragoman.serving.storage.conversations import SqlConversations
from dragoman.serving.storage.database import Database
from dragoman.serving.storage.responses import SqlResponses
from fake_engines import Held

CALL = {"type": "function_call", "call_id": "c", "name": "read", "arguments": "{}"}
RESULT = {"type": "function_call_output", "call_id": "c", "output": "a - b"}
TRIGGER = {"type": "compaction_trigger"}
LONG: Any = [{"role": "user", "content": "Mend add."}, CALL, RESULT]
READ: Any = {"type": "function", "name": "read", "parameters": {"type": "object"}}
SUMMARY = [Say("add"), Say(" subtracts.")]


def app_of(engine: FakeChat, path: Path) -> Starlette:
    kept = Database.in_file(path / "kept.sqlite3")
    options = Options(responses=SqlResponses(kept), conversations=SqlConversations(kept))
    return create_app(Held({CHAT: {MODEL: engine}}), Shelf(), options=options)


async def test_a_conversation_becomes_one_item_that_the_next_request_goes_on_from(
    tmp_path: Path,
) -> None:
    engine = FakeChat(SUMMARY)
    async with openai_client(app_of(engine, tmp_path)) as client:
        items: Any = [*LONG, TRIGGER]
        short = await client.responses.create(
            model=MODEL, input=items, tools=[READ], instructions="You mend code."
        )
        assert nothing_extra(short)
        (item,) = short.output
        assert item.type == "compaction"
        after: Any = [item.to_dict(), {"role": "user", "content": "Go on."}]
        await client.responses.create(model=MODEL, input=after, tools=[READ])
    asked, gone_on = engine.requests
    assert [each.role for each in asked.messages] == ["system", "user", "assistant", "tool", "user"]
    assert asked.tool_choice.mode == "none"
    assert asked.max_tokens
    assert [each.role for each in gone_on.messages] == ["user", "user"]
    assert "add subtracts." in gone_on.messages[0].text


async def test_its_stream_has_the_item_alone_and_can_be_told_again(tmp_path: Path) -> None:
    async with http_client(app_of(FakeChat([Think("hm"), *SUMMARY]), tmp_path)) as client:
        body = {"model": MODEL, "input": [*LONG, TRIGGER], "stream": True, "store": True}
        answer = await client.post("/v1/responses", json=body)
        told = events(answer.text)
        kept = told[-1]["response"]["id"]
        again = await client.get(f"/v1/responses/{kept}", params={"stream": "true"})
        items = await client.get(f"/v1/responses/{kept}/input_items")
    kinds = [each["type"] for each in told]
    assert kinds[-3:] == [
        "response.output_item.added",
        "response.output_item.done",
        "response.completed",
    ]
    assert [each["type"] for each in told[-1]["response"]["output"]] == ["reasoning", "compaction"]
    assert [each["type"] for each in events(again.text)] == kinds
    assert TRIGGER["type"] not in items.text


async def test_a_summary_that_is_cut_is_one_all_the_same(tmp_path: Path) -> None:
    async with openai_client(app_of(FakeChat([*SUMMARY, Circle()]), tmp_path)) as client:
        items: Any = [*LONG, TRIGGER]
        short = await client.responses.create(model=MODEL, input=items)
    assert short.status == "completed"


async def test_a_format_of_the_conversation_is_not_that_of_the_summary(tmp_path: Path) -> None:
    engine = FakeChat(SUMMARY)
    async with openai_client(app_of(engine, tmp_path)) as client:
        items: Any = [{"role": "user", "content": "JSON"}, TRIGGER]
        await client.responses.create(
            model=MODEL, input=items, text={"format": {"type": "json_object"}}
        )
    assert engine.requests[0].format == FreeText()


async def test_a_trigger_is_not_kept_in_a_conversation(tmp_path: Path) -> None:
    async with openai_client(app_of(FakeChat(SUMMARY), tmp_path)) as client:
        items: Any = [TRIGGER]
        with pytest.raises(BadRequestError, match="not kept in a conversation"):
            await client.conversations.create(items=items)


FAULTS: dict[str, Callable[[], Any]] = {
    "input": lambda: [TRIGGER, *LONG],
    "input[0].encrypted_content": lambda: [{"type": "compaction", "encrypted_content": "gAAA"}],
}


@pytest.mark.parametrize("param", FAULTS)
async def test_what_cannot_be_made_short_or_read_is_refused(tmp_path: Path, param: str) -> None:
    async with openai_client(app_of(FakeChat(SUMMARY), tmp_path)) as client:
        with pytest.raises(BadRequestError) as caught:
            await client.responses.create(model=MODEL, input=FAULTS[param]())
    assert caught.value.param == param


def events(text: str) -> list[dict[str, Any]]:
    lines = [line.removeprefix("data: ") for line in text.splitlines()]
    return [json.loads(line) for line in lines if line.startswith("{")]
