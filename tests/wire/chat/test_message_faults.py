"""Mistakes in `messages`, in OpenAI's words."""

from typing import Any

import pytest

from wire.chat.faults import ABSENT, MISSING, TURN, fault


def message_fault(message: Any) -> tuple[str, str | None, str | None]:
    return fault(messages=[message])


def part_fault(part: Any, role: str = "user") -> tuple[str, str | None, str | None]:
    return fault(messages=[{"role": role, "content": [part]}])


@pytest.mark.parametrize(
    ("messages", "message", "param", "code"),
    [
        (ABSENT, "Missing required parameter: 'messages'.", "messages", MISSING),
        (
            list[object](),
            (
                "Invalid 'messages': empty array. Expected an array with minimum "
                "length 1, but got an "
                "empty array instead."
            ),
            "messages",
            "empty_array",
        ),
        (
            "ping",
            "Invalid type for 'messages': expected an array of objects, but got a string instead.",
            "messages",
            "invalid_type",
        ),
        (
            None,
            "Invalid type for 'messages': expected an array of objects, but got null instead.",
            "messages",
            "invalid_type",
        ),
        (
            ["ping"],
            "Invalid type for 'messages[0]': expected an object, but got a string instead.",
            "messages[0]",
            "invalid_type",
        ),
        (
            [TURN, {"content": "x"}],
            "Missing required parameter: 'messages[1].role'.",
            "messages[1].role",
            MISSING,
        ),
        (
            [{"role": "bogus"}],
            (
                "Invalid value: 'bogus'. Supported values are: 'system', 'assistant', 'user', "
                "'function', 'tool', and 'developer'."
            ),
            "messages[0].role",
            "invalid_value",
        ),
        (
            [{"role": "user", "content": 7}],
            (
                "Invalid type for 'messages[0].content': expected one of a "
                "string or array of objects, "
                "but got an integer instead."
            ),
            "messages[0].content",
            "invalid_type",
        ),
        (
            [{"role": "user", "content": list[object]()}],
            (
                "Invalid 'messages[0].content': empty array. Expected an array "
                "with minimum length 1, "
                "but got an empty array instead."
            ),
            "messages[0].content",
            "empty_array",
        ),
        (
            [{**TURN, "zzz": 1}],
            "Unknown parameter: 'messages[0].zzz'.",
            "messages[0].zzz",
            "unknown_parameter",
        ),
        (
            [{"role": "function", "content": "x"}],
            "Missing required parameter: 'messages[0].name'.",
            "messages[0].name",
            MISSING,
        ),
    ],
)
def test_messages(messages: object, message: str, param: str, code: str) -> None:
    assert fault(messages=messages) == (message, param, code)


@pytest.mark.parametrize(
    ("role", "part", "message", "param"),
    [
        (
            "user",
            {"type": "bogus"},
            "Supported values are: 'text', 'image_url', 'input_audio', and 'file'.",
            "type",
        ),
        ("system", {"type": "image_url"}, "Supported values are: 'text'.", "type"),
        ("assistant", {"type": "x"}, "Supported values are: 'text' and 'refusal'.", "type"),
        ("user", {"type": "text"}, "Missing required parameter: ", "text"),
        ("user", {"type": "text", "text": 1}, "expected a string, but got an integer", "text"),
        ("user", {"type": "text", "text": "", "x": 1}, "Unknown parameter: ", "x"),
        ("user", {"type": "image_url"}, "Missing required parameter: ", "image_url"),
        (
            "user",
            {"type": "image_url", "image_url": "https://a"},
            "expected an object, but got a string",
            "image_url",
        ),
        ("user", {"type": "image_url", "image_url": {}}, "Missing required ", "image_url.url"),
        (
            "user",
            {"type": "image_url", "image_url": {"url": "https://a", "detail": "x"}},
            "Supported values are: 'low', 'high', 'auto', and 'original'.",
            "image_url.detail",
        ),
        ("user", {"type": "input_audio"}, "Missing required parameter: ", "input_audio"),
        (
            "user",
            {"type": "input_audio", "input_audio": {"data": "UklG", "format": "ogg"}},
            "Invalid value: 'ogg'. Supported values are: 'wav' and 'mp3'.",
            "input_audio.format",
        ),
        (
            "user",
            {"type": "input_audio", "input_audio": {"data": "no base64!", "format": "wav"}},
            "Expected base64-encoded data",
            "input_audio.data",
        ),
        (
            "user",
            {"type": "input_audio", "input_audio": {"data": "", "format": "wav"}},
            "empty string",
            "input_audio.data",
        ),
        (
            "system",
            {"type": "input_audio", "input_audio": {"data": "UklG", "format": "wav"}},
            "Supported values are: 'text'.",
            "type",
        ),
        ("user", {"type": "file"}, "Missing required parameter: ", "file"),
        ("user", {"type": "file", "file": {}}, "Missing required parameter: ", "file.file_data"),
        (
            "user",
            {"type": "file", "file": {"file_id": "file-1"}},
            "'file_id' is not supported",
            "file.file_id",
        ),
        (
            "user",
            {"type": "file", "file": {"file_data": "data:text/plain;base64,%"}},
            "Expected base64-encoded data",
            "file.file_data",
        ),
    ],
)
def test_content_parts(role: str, part: object, message: str, param: str) -> None:
    said, where, code = part_fault(part, role)
    assert message in said
    assert where == f"messages[0].content[0].{param}"
    assert code is not None


def calling(*ids: str) -> dict[str, Any]:
    function = {"name": "f", "arguments": "{}"}
    calls = [{"id": i, "type": "function", "function": function} for i in ids]
    return {"role": "assistant", "content": None, "tool_calls": calls}


def answering(call: str) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": call, "content": "x"}


UNANSWERED = (
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
    "'tool_call_id'. The following tool_call_ids did not have response messages: "
)


@pytest.mark.parametrize(
    ("messages", "message", "param"),
    [
        (
            [answering("c1")],
            (
                "Invalid parameter: messages with role 'tool' must be a response to a preceeding "
                "message with 'tool_calls'."
            ),
            "messages.[0].role",
        ),
        (
            [calling("c1"), answering("c1"), TURN, answering("c1")],
            (
                "Invalid parameter: messages with role 'tool' must be a response to a preceeding "
                "message with 'tool_calls'."
            ),
            "messages.[3].role",
        ),
        (
            [calling("c1"), answering("c2")],
            (
                "Invalid parameter: 'tool_call_id' of 'c2' not found in 'tool_calls' of previous "
                "message."
            ),
            "messages.[1].tool_call_id",
        ),
        ([TURN, calling("c1"), TURN], f"{UNANSWERED}c1", "messages.[2].role"),
        ([calling("c1", "c2", "c3"), answering("c2")], f"{UNANSWERED}c1, c3", "messages.[0].role"),
    ],
)
def test_calls_and_their_answers(messages: object, message: str, param: str) -> None:
    assert fault(messages=messages) == (message, param, None)


@pytest.mark.parametrize(
    ("call", "param"),
    [
        ({}, "id"),
        ({"id": "c"}, "type"),
        ({"id": "c", "type": "function"}, "function"),
        ({"id": "c", "type": "function", "function": {}}, "function.name"),
        ({"id": "c", "type": "function", "function": {"name": "f"}}, "function.arguments"),
    ],
)
def test_calls_of_the_assistant_are_whole(call: object, param: str) -> None:
    path = f"messages[0].tool_calls[0].{param}"
    assert message_fault({"role": "assistant", "tool_calls": [call]}) == (
        f"Missing required parameter: '{path}'.",
        path,
        MISSING,
    )
