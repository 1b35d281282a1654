"""`/v1/tokenize` and `/v1/detokenize`, over fake engines, whose tokens are characters."""

from typing import Any

import pytest

from clients import MODEL, chat_app, http_client
from dragoman.domain.conversation import Message, TextPart
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import say


async def posted(path: str, body: Any, engine: FakeChat | None = None) -> tuple[int, Any, Any]:
    async with http_client(chat_app(engine or FakeChat(say("x")))) as client:
        answer = await client.post(path, json=body)
    return answer.status_code, answer.json(), answer.headers


@pytest.mark.parametrize("before", ["", "/v1"])
async def test_a_text_has_tokens_and_they_have_a_text(before: str) -> None:
    status, told, _ = await posted(f"{before}/tokenize", {"model": MODEL, "prompt": "안녕"})
    assert status == 200
    assert told == {
        "count": 2,
        "max_model_len": 8192,
        "tokens": [50504, 45397],
        "token_strs": None,
    }
    _, text, _ = await posted(f"{before}/detokenize", {"model": MODEL, "tokens": told["tokens"]})
    assert text == {"prompt": "안녕"}


async def test_the_model_may_be_left_out_and_the_texts_of_tokens_asked_for() -> None:
    _, told, _ = await posted("/v1/tokenize", {"prompt": "ab", "return_token_strs": True})
    assert told["token_strs"] == ["a", "b"]


async def test_a_conversation_is_counted_by_its_words() -> None:
    engine = FakeChat(say("x"))
    picture = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    body = {
        "messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}, picture]}],
        "add_generation_prompt": True,
        "add_special_tokens": False,
        "tools": [{"type": "function", "function": {"name": "f"}}],
    }
    status, told, headers = await posted("/v1/tokenize", body, engine)
    assert (status, told["count"]) == (200, 2)
    assert headers["x-dragoman-ignored"] == "add_generation_prompt, add_special_tokens"
    (request,) = engine.requests
    assert request.messages == (Message("user", (TextPart("Hi"),)),)
    assert [tool.name for tool in request.tools] == ["f"]


FAULTS: list[tuple[str, dict[str, Any], str, str | None]] = [
    ("tokenize", {}, "Missing required parameter: 'prompt'.", "prompt"),
    ("tokenize", {"prompt": 1}, "Invalid type for 'prompt'", "prompt"),
    ("tokenize", {"prompt": "a", "messages": [{"role": "user"}]}, "'prompt' and", "prompt"),
    ("tokenize", {"messages": [{}]}, "Missing required parameter: 'messages[0]", None),
    ("tokenize", {"prompt": "a", "x": 1}, "Unknown parameter: 'x'.", "x"),
    ("detokenize", {}, "Missing required parameter: 'tokens'.", "tokens"),
    ("detokenize", {"tokens": ["a"]}, "Invalid type for 'tokens[0]'", "tokens[0]"),
    ("detokenize", {"tokens": [-1]}, "Invalid 'tokens[0]'", "tokens[0]"),
    ("detokenize", {"tokens": [65, 2**31 - 1]}, "Invalid 'tokens[1]': 2147483647.", "tokens"),
    ("detokenize", {"tokens": [0xD800]}, "Invalid 'tokens[0]': 55296.", "tokens"),
    (
        "tokenize",
        {"prompt": "a", "tools": [{"type": "function", "function": {"name": "f"}}]},
        "'tools' are only allowed with 'messages'",
        "tools",
    ),
]


@pytest.mark.parametrize(("path", "body", "message", "param"), FAULTS)
async def test_faults(path: str, body: Any, message: str, param: str | None) -> None:
    status, told, _ = await posted(f"/v1/{path}", body)
    assert status == 400
    assert told["error"]["message"].startswith(message)
    assert param is None or told["error"]["param"] == param


async def test_the_names_of_the_first_and_the_last_token_are_told() -> None:
    async with http_client(chat_app(FakeChat(say("x")))) as client:
        answers = [
            await client.get(path)
            for path in ("/tokenizer_info", f"/v1/tokenizer_info?model={MODEL}")
        ]
        nobody = await client.get("/v1/tokenizer_info?model=nobody")
    assert {answer.status_code for answer in answers} == {200}
    assert answers[0].json() == answers[1].json()
    assert answers[0].json() == {
        "bos_token": None,
        "eos_token": "\0",
        "pad_token": None,
        "model_max_length": 8192,
    }
    assert nobody.status_code == 404
