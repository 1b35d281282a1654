"""The requests of coding agents: what they sent on 2026-11-29, their words and tools made short.

Each is the request after a file was read, so that it holds a call and its result.
"""

from typing import Any

import pytest
from starlette.applications import Starlette

from clients import MODEL, Shelf, http_client
from dragoman.domain.chat import CHAT
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Call
from dragoman.serving.app import create_app
from fake_engines import Held

STREAMED: dict[str, Any] = {"stream": True, "stream_options": {"include_usage": True}}
CALLED = {"name": "read", "arguments": '{"path":"/home/kim/calc.py"}'}
READ: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "path": {"type": "string", "minLength": 1, "description": "The file"},
        "limit": {
            "anyOf": [
                {"type": "integer", "exclusiveMinimum": 0, "maximum": 9007199254740991},
                {"type": "null"},
            ]
        },
    },
    "required": ["path"],
    "additionalProperties": False,
}
TOOL = {"type": "function", "function": {"name": "read", "description": "x", "parameters": READ}}
FLAT: dict[str, Any] = {"type": "function", "name": "read", "parameters": READ, "strict": False}


def chat(said: Any, result: Any, text: str | None) -> list[dict[str, Any]]:
    calls = [{"id": "call_1", "type": "function", "function": CALLED}]
    return [
        {"role": "system", "content": "You are an agent."},
        {"role": "user", "content": said},
        {"role": "assistant", "content": text, "tool_calls": calls},
        {"role": "tool", "tool_call_id": "call_1", "content": result},
    ]


def items(first: str, noted: dict[str, Any], **of_codex: Any) -> list[dict[str, Any]]:
    part = {"type": "input_text", "text": "x"}
    return [
        {"role": first, "content": "You are an agent.", **noted},
        {"role": "user", "content": [part], **noted},
        {"type": "function_call", "call_id": "call_1", **CALLED, **of_codex, **noted},
        {"type": "function_call_output", "call_id": "call_1", "output": "x", **noted},
    ]


CODEX: dict[str, Any] = {
    "stream": True,
    "tools": [
        FLAT,
        {"type": "namespace", "name": "multi_agent_v1", "description": "x", "tools": [FLAT]},
        {"type": "web_search", "external_web_access": True},
    ],
    "tool_choice": "auto",
    "parallel_tool_calls": True,
    "reasoning": {"summary": "auto"},
    "store": False,
    "include": ["reasoning.encrypted_content"],
    "prompt_cache_key": "k",
    "client_metadata": {"session_id": "s"},
}
CODEX_IGNORED = (
    "prompt_cache_key, client_metadata, {}tools[web_search], include[reasoning.encrypted_content]"
)
NOTED = {"internal_chat_message_metadata_passthrough": {"turn_id": "t", "create_time": 1.5}}
PARTS = [
    {"type": "text", "text": "<system-reminder>x</system-reminder>"},
    {"type": "text", "text": "x"},
]

AGENTS: dict[str, tuple[str, dict[str, Any], str | None]] = {
    "OpenCode 1.18.33": (
        "chat/completions",
        {
            "messages": chat("x", "x", ""),
            "max_tokens": 32_000,
            "tool_choice": "auto",
            "tools": [TOOL],
            **STREAMED,
        },
        None,
    ),
    "OpenCode 1.18.33, its openai provider": (
        "responses",
        {
            "input": items("system", {}),
            "store": False,
            "prompt_cache_key": "k",
            "tool_choice": "auto",
            "tools": [FLAT],
            "stream": True,
        },
        "prompt_cache_key",
    ),
    "Cline 3.0.65": (
        "chat/completions",
        {
            "messages": chat("x", '[{"query":"x","result":"x"}]', None),
            "max_tokens": 32_000,
            "tool_choice": "auto",
            "tools": [TOOL],
            **STREAMED,
        },
        None,
    ),
    "Qwen Code 0.24.4": (
        "chat/completions",
        {
            "messages": chat(PARTS, [{"type": "text", "text": "x"}], None),
            "max_tokens": 16_384,
            "tools": [TOOL],
            **STREAMED,
        },
        None,
    ),
    "Continue 1.5.47": (
        "chat/completions",
        {"messages": chat("x", "x", ""), "tools": [TOOL], **STREAMED},
        None,
    ),
    "Codex 0.171.0": (
        "responses",
        {**CODEX, "input": items("developer", NOTED, id="fc_1", status="completed")},
        CODEX_IGNORED.format("input.internal_chat_message_metadata_passthrough, "),
    ),
    "Codex 0.171.0, a provider of one's own": (
        "responses",
        {**CODEX, "input": items("developer", {}, id="fc_1", status="completed")},
        CODEX_IGNORED.format(""),
    ),
}
AIDER = {
    "messages": [{"role": "user", "content": "x"}, {"role": "system", "content": "Use blocks."}],
    "stream": True,
    "temperature": 0,
}


def app_of(engine: FakeChat) -> Starlette:
    return create_app(Held({CHAT: {MODEL: engine}}), Shelf())


@pytest.mark.parametrize("agent", AGENTS)
async def test_what_coding_agents_send_is_taken_and_what_changes_nothing_is_named(
    agent: str,
) -> None:
    path, body, ignored = AGENTS[agent]
    engine = FakeChat([Call("read", ('{"path": ', '"x"}'))])
    async with http_client(app_of(engine)) as client:
        answer = await client.post(f"/v1/{path}", json={"model": MODEL, **body})
    assert answer.status_code == 200, answer.text
    assert answer.headers.get("x-dragoman-ignored") == ignored
    assert '"error":{' not in answer.text
    (request,) = engine.requests
    assert [message.role for message in request.messages] == ["system", "user", "assistant", "tool"]
    assert request.tools[0].name == "read"


async def test_what_aider_sends_is_taken() -> None:
    engine = FakeChat([Call("read", ("{}",))])
    async with http_client(app_of(engine)) as client:
        answer = await client.post("/v1/chat/completions", json={"model": MODEL, **AIDER})
    assert answer.status_code == 200
    assert [message.role for message in engine.requests[0].messages] == ["user", "system"]
