"""The requests of n8n's OpenAI node, which sends `/v1/responses`, as its own code makes them."""

from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from clients import MODEL, Shelf, http_client
from dragoman.domain.chat import CHAT
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Say
from dragoman.serving.app import Options, create_app
from dragoman.serving.storage.database import Database
from dragoman.serving.storage.responses import SqlResponses
from fake_engines import Held


def message(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "content": [{"type": "input_text", "text": text}]}


NODE: dict[str, Any] = {
    "model": MODEL,
    "input": [message("user", "Name a colour.")],
    "parallel_tool_calls": True,
    "store": True,
    "background": False,
}
"""With nothing chosen in the node."""
TOOL: dict[str, Any] = {
    "type": "function",
    "name": "Calculator",
    "description": "Useful for getting the result of a math expression.",
    "parameters": {
        "type": "object",
        "properties": {"input": {"type": "string"}},
        "additionalProperties": False,
        "$schema": "http://json-schema.org/draft-07/schema#",
    },
    "strict": False,
}
COLOUR: dict[str, Any] = {
    "type": "object",
    "properties": {"colour": {"type": "string"}},
    "required": ["colour"],
}
DOCUMENT: dict[str, Any] = {"type": "json_schema", "name": "colour", "schema": COLOUR}
OPTIONS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "a system message": {"input": [message("system", "Be brief."), *NODE["input"]]},
    "limits": {"max_output_tokens": 100, "temperature": 0.2, "top_p": 0.9, "top_logprobs": 2},
    "names": {"prompt_cache_key": "k", "safety_identifier": "u", "service_tier": "auto"},
    "more": {"truncation": "disabled", "metadata": {"flow": "7"}, "max_tool_calls": 15},
    "a schema": {"text": {"verbosity": "medium", "format": DOCUMENT}},
    "an object": {"text": {"verbosity": "low", "format": {"type": "json_object"}}},
    "a tool": {"tools": [TOOL]},
    "a web search": {"tools": [TOOL, {"type": "web_search", "search_context_size": "medium"}]},
}


@pytest.fixture
def app(tmp_path: Path) -> Starlette:
    engine = FakeChat((Say('{"colour": "blue"}'),))
    kept = SqlResponses(Database.in_file(tmp_path / "kept.sqlite3"))
    return create_app(Held({CHAT: {MODEL: engine}}), Shelf(), options=Options(responses=kept))


@pytest.mark.parametrize("option", OPTIONS)
async def test_the_openai_node_of_n8n_gets_its_answer(app: Starlette, option: str) -> None:
    body = {**NODE, **OPTIONS[option]}
    if option == "an object":
        # As the node does it: such a format wants the word in the messages.
        body["input"] = [message("system", "You are made to output JSON."), *body["input"]]
    async with http_client(app) as client:
        answer = await client.post("/v1/responses", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["output"][-1]["content"][0]["text"] == '{"colour": "blue"}'


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"prompt": {"id": "pmpt_1"}}, "prompt"),
        ({"input": [message("assistant", "Hi")]}, "input[0].content[0]"),
        ({"tools": [{"type": "code_interpreter", "container": {"type": "auto"}}]}, "tools[0]"),
    ],
)
async def test_what_the_node_sends_and_is_not_served_is_named(
    app: Starlette, change: dict[str, Any], param: str
) -> None:
    async with http_client(app) as client:
        answer = await client.post("/v1/responses", json={**NODE, **change})
    assert answer.status_code == 400
    assert answer.json()["error"]["param"].startswith(param)
