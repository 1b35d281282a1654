"""Requests that other local servers were reported for: each is taken here.

The reports are public ones of 2025 and 2026, named as `repository#number`.
"""

import base64
import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from starlette.applications import Starlette

from clients import MODEL, Shelf, http_client
from dragoman.domain.chat import CHAT
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Call, Say, Step
from dragoman.serving.app import Options, create_app
from dragoman.serving.storage.database import Database
from dragoman.serving.storage.responses import SqlResponses
from fake_engines import Held

Body = dict[str, Any]

USER: Body = {"role": "user", "content": "x"}
PARAMETERS: Body = {"type": "object", "properties": {"path": {"type": "string"}}}
FUNCTION: Body = {"name": "read", "description": "x", "parameters": PARAMETERS}
TOOL: Body = {"type": "function", "function": FUNCTION}
FLAT: Body = {"type": "function", **FUNCTION}


def app_of(engine: FakeChat, path: Path) -> Starlette:
    kept = SqlResponses(Database.in_file(path / "kept.sqlite3"))
    return create_app(Held({CHAT: {MODEL: engine}}), Shelf(), options=Options(responses=kept))


def picture() -> str:
    shown = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(shown, "PNG")
    return "data:image/png;base64," + base64.b64encode(shown.getvalue()).decode()


def calls(arguments: str = "{}", **more: Any) -> Body:
    function = {"name": "read", "arguments": arguments}
    made = [{"id": "call_1", "type": "function", "function": function}]
    return {"role": "assistant", "tool_calls": made, **more}


def gives(content: Any = "x") -> Body:
    return {"role": "tool", "tool_call_id": "call_1", "content": content}


def chat(*messages: Body, **more: Any) -> Body:
    return {"messages": messages or [USER], "tools": [TOOL], **more}


def function(parameters: Body, **more: Any) -> Body:
    named = {"name": "f", "parameters": parameters, **more}
    return chat(tools=[{"type": "function", "function": named}])


def looped(output: Any) -> list[Body]:
    call = {"type": "function_call", "call_id": "c", "name": "read", "arguments": "{}"}
    return [USER, call, {"type": "function_call_output", "call_id": "c", "output": output}]


def said(*parts: Body, **more: Any) -> list[Body]:
    return [USER, {"type": "message", "role": "assistant", "content": parts, **more}, USER]


CACHED = {"cache_control": {"type": "ephemeral"}}
IMAGE: Body = {"type": "input_image", "image_url": picture(), "detail": "high"}
GRAMMAR: Body = {"type": "grammar", "syntax": "lark", "definition": 'start: "a"+'}
NAMESPACE: Body = {"type": "namespace", "name": "mcp__x", "description": "x", "tools": [FLAT]}
OUTPUT: Body = {"type": "output_text", "text": "x", "annotations": [], "logprobs": []}
THOUGHT: Body = {"type": "reasoning", "id": "rs_1", "summary": []}
ITSELF = {"title": "Ip", "description": ""}

CHATS: dict[str, Body] = {
    "vllm#19419: a call without arguments": chat(USER, calls(""), gives()),
    "vllm#33268: white space for arguments": chat(USER, calls(" \n"), gives()),
    "vllm#43861: null for arguments": chat(USER, calls("null"), gives()),
    "vllm#48922: arguments that were cut": chat(USER, calls('{"contents": "abc'), gives()),
    "open-webui#12441: a call with null beside it": chat(USER, calls(content=None), gives()),
    "spring-ai#3657: a call with nothing beside it": chat(USER, calls(), gives()),
    "vllm#21089: an empty answer": chat(USER, {"role": "assistant", "content": ""}, USER),
    "lmstudio#669: a developer": chat({"role": "developer", "content": "x"}, USER),
    "llama.cpp#20733, moltis#317: instructions later": chat(
        {"role": "system", "content": "a"},
        {"role": "system", "content": "b"},
        USER,
        {"role": "system", "content": "c"},
    ),
    "llama.cpp#11402: two of a kind in a row": chat(
        USER,
        USER,
        {"role": "assistant", "content": "a"},
        {"role": "assistant", "content": "b"},
        USER,
    ),
    "lmstudio#2218: words beside calls": chat(USER, calls(content="I look"), gives(), USER),
    "a result in parts": chat(USER, calls(), gives([{"type": "text", "text": "x", **CACHED}])),
    "claude-code-router: marks for a cache": {
        **chat({"role": "system", "content": [{"type": "text", "text": "x", **CACHED}]}, USER),
        "tools": [{**TOOL, **CACHED}],
    },
    "claude-code-router#1046, GLM-4.5#112: an object for thinking": chat(
        reasoning={"effort": "high", "enabled": True}
    ),
    "claude-code-router#972: thinking, as others have it": chat(
        thinking={"type": "enabled", "budget_tokens": 1024}
    ),
    "odysseus#5823: no thinking beside tools": chat(reasoning_effort="none"),
    "LibreChat: thoughts sent back": chat(
        USER, {"role": "assistant", "content": "x", "reasoning_details": [{"type": "x"}]}, USER
    ),
    "open-webui: a function that says so twice": function({"type": "object"}, type="function"),
    "llama.cpp#14227: an argument of no type": function(
        {"type": "object", "properties": {"ip": ITSELF}, "required": ["ip"]}
    ),
    "netclaw#51: types with null": function(
        {"type": "object", "properties": {"a": {"type": ["string", "null"]}}}
    ),
    "hf-mcp-server#172: null by default": function(
        {"type": "object", "properties": {"private": {"description": "x", "default": None}}}
    ),
    "qwen-code#10520: the draft is named": function(
        {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"}
    ),
}
RESPONSES: dict[str, Body] = {
    "codex#10635: a search beside functions": {"tools": [FLAT, {"type": "web_search"}]},
    "copilot-api#220, llama.cpp#20156: pictures": {
        "tools": [FLAT, {"type": "image_generation", "output_format": "png"}]
    },
    "llama.cpp#20156: a namespace of MCP": {"tools": [FLAT, NAMESPACE]},
    "llama.cpp#23465: a custom tool": {
        "tools": [FLAT, {"type": "custom", "name": "apply_patch", "format": GRAMMAR}]
    },
    "llama.cpp#23465: a result in parts": {
        "input": looped([{"type": "input_text", "text": "x"}]),
        "tools": [FLAT],
    },
    "llama.cpp#22575, #23380: a picture for a result": {"input": looped([IMAGE]), "tools": [FLAT]},
    "a result without parts": {"input": looped([]), "tools": [FLAT]},
    "Eta#59: items without a type": {"input": [USER, {"role": "assistant", "content": "x"}, USER]},
    "sglang#17853: parts of texts": {
        "input": [{"role": "user", "content": [{"type": "input_text", "text": "x"}]}]
    },
    "llama.cpp#21174: an answer sent back": {
        "input": said(OUTPUT, id="msg_1", status="completed", phase="commentary")
    },
    "llama.cpp#21174: a refusal sent back": {"input": said({"type": "refusal", "refusal": "no"})},
    "llama.cpp#23542: a thought sent back": {
        "input": [USER, {**THOUGHT, "content": None, "encrypted_content": ""}, USER]
    },
    "openclaw#6267: what it sends": {
        "input": [{"role": "developer", "content": "x"}, USER],
        "stream": True,
        "store": False,
        "max_output_tokens": 8192,
        "tools": [{**FLAT, "strict": None}],
    },
}


@pytest.mark.parametrize("report", CHATS)
async def test_a_chat_that_others_were_reported_for_is_answered(
    report: str, tmp_path: Path
) -> None:
    async with http_client(app_of(FakeChat([Say("Hi")]), tmp_path)) as client:
        body = {"model": MODEL, **CHATS[report]}
        answer = await client.post("/v1/chat/completions", json=body)
    assert answer.status_code == 200, answer.text
    message = answer.json()["choices"][0]["message"]
    assert message["content"] == "Hi"
    # lmstudio#1318: an empty list is taken for calls.
    assert "tool_calls" not in message


@pytest.mark.parametrize("report", RESPONSES)
async def test_a_request_for_a_response_that_others_were_reported_for_is_answered(
    report: str, tmp_path: Path
) -> None:
    async with http_client(app_of(FakeChat([Say("Hi")]), tmp_path)) as client:
        body = {"model": MODEL, "input": "x", **RESPONSES[report]}
        answer = await client.post("/v1/responses", json=body)
    assert answer.status_code == 200, answer.text
    assert '"Hi"' in answer.text


async def streamed(path: str, script: list[Step], tmp_path: Path, **more: Any) -> list[Body]:
    async with http_client(app_of(FakeChat(script), tmp_path)) as client:
        body = {"model": MODEL, "stream": True, **more}
        answer = await client.post(f"/v1/{path}", json=body)
    lines = [line.removeprefix("data: ") for line in answer.text.splitlines()]
    return [json.loads(line) for line in lines if line.startswith("{")]


TWO: list[Step] = [Call("read", ('{"path":', '"a"}')), Call("read", ("{", "}"))]


async def test_calls_of_a_stream_have_an_index_each_and_their_ids_once(tmp_path: Path) -> None:
    # codex#7517, ollama#16212, lmstudio#445, #723, #1066, vllm#19662, #27572
    chunks = await streamed("chat/completions", TWO, tmp_path, **chat())
    choices = [chunk["choices"][0] for chunk in chunks]
    pieces = [piece for each in choices for piece in each["delta"].get("tool_calls", [])]
    assert [piece["index"] for piece in pieces if "id" in piece] == [0, 1]
    assert [piece["index"] for piece in pieces] == sorted(piece["index"] for piece in pieces)
    assert choices[0]["delta"]["role"] == "assistant"
    assert sum("role" in each["delta"] for each in choices) == 1
    assert [each["finish_reason"] for each in choices[-2:]] == [None, "tool_calls"]


@pytest.mark.parametrize("script", [[Say("Hi")], TWO], ids=["text", "calls"])
async def test_events_say_where_they_belong_and_the_last_holds_the_same_items(
    tmp_path: Path, script: list[Step]
) -> None:
    # llama.cpp#20607, #24957, lemonade#3607, litellm#20943, ogx#5309, vllm#56285
    told = await streamed("responses", script, tmp_path, input="x", tools=[FLAT])
    assert [each["sequence_number"] for each in told] == list(range(len(told)))
    assert {"id", "created_at", "model", "output", "tools"} <= told[0]["response"].keys()
    inside = told[2:-1]
    assert all("output_index" in each for each in inside)
    assert all(each.get("item_id") or each["item"]["id"] for each in inside)
    done = [each["item"] for each in inside if each["type"] == "response.output_item.done"]
    assert told[-1]["response"]["output"] == done
