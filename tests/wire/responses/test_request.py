"""What `wire.responses.request.parse` makes of a body, and says of one that is wrong."""

from typing import Any

import pytest

from dragoman.domain.chat import JsonDocument, JsonObject, ToolChoice
from dragoman.domain.conversation import (
    AudioPart,
    CustomTool,
    FilePart,
    Grammar,
    TextPart,
)
from dragoman.domain.errors import RequestInvalid
from dragoman.wire.responses.request import ResponseCall, parse, parse_count, with_messages

F: dict[str, Any] = {"type": "function", "name": "f", "parameters": {"type": "object"}}
CALL = {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}
OUTPUT = {"type": "function_call_output", "call_id": "c", "output": "x"}
SCHEMA: Any = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
ABSENT = object()


def body(**changes: Any) -> dict[str, Any]:
    whole = {"model": "m", "input": "ping", **changes}
    return {key: value for key, value in whole.items() if value is not ABSENT}


def call(**changes: Any) -> ResponseCall:
    return parse(body(**changes))


def fault(**changes: Any) -> tuple[str, str | None, str | None]:
    """Message, param and code."""
    with pytest.raises(RequestInvalid) as caught:
        with_messages(call(**changes))
    return caught.value.message, caught.value.param, caught.value.code


def test_null_is_the_same_as_absent():
    names = ("instructions", "tools", "text", "reasoning", "include", "store", "metadata", "prompt")
    assert call(**dict.fromkeys(names)) == call()


def test_parts_of_a_message_are_those_of_a_chat():
    sound = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}
    file = {"type": "input_file", "filename": "a.txt", "file_data": "data:text/plain;base64,aGk="}
    request, _ = with_messages(call(input=[{"role": "user", "content": [sound, file]}]))
    heard, read = request.messages[0].parts
    assert isinstance(heard, AudioPart)
    assert read == FilePart("a.txt", b"hi")


def test_calls_made_one_after_the_other_stay_apart_and_those_made_at_once_together():
    second, answered = {**CALL, "call_id": "d"}, {**OUTPUT, "call_id": "d"}
    request, _ = with_messages(call(input=[CALL, OUTPUT, second, answered]))
    assert [m.role for m in request.messages] == ["assistant", "tool", "assistant", "tool"]
    request, _ = with_messages(call(input=[CALL, second, answered, OUTPUT]))
    assert [m.role for m in request.messages] == ["assistant", "tool", "tool"]
    assert [m.tool_call_id for m in request.messages[1:]] == ["c", "d"]


def test_what_the_assistant_said_stands_before_the_calls_that_followed():
    said = {"role": "assistant", "content": "Let me see."}
    request, _ = with_messages(call(input=[said, CALL, OUTPUT]))
    assert request.messages[0].text == "Let me see."
    assert len(request.messages[0].tool_calls) == 1


def test_an_item_of_an_answer_is_taken_as_the_clients_helpers_write_it():
    said: dict[str, Any] = {
        "type": "message",
        "id": "msg_1",
        "role": "assistant",
        "status": "completed",
        "phase": None,
        "content": [
            {"type": "output_text", "text": "a", "annotations": [], "logprobs": [], "parsed": None},
            {"type": "refusal", "refusal": "b"},
        ],
    }
    called: Any = {
        **CALL,
        "id": "fc_1",
        "status": "completed",
        "parsed_arguments": {},
        "caller": None,
    }
    request, _ = with_messages(call(input=[said, called, OUTPUT]))
    assert request.messages[0].parts == (TextPart("a"), TextPart("b"))


def test_the_format_is_flat():
    assert call(text={"format": {"type": "text"}}).request.format == call().request.format
    wanted = {"type": "json_schema", "name": "n", "schema": SCHEMA, "strict": True}
    assert call(text={"format": wanted}).request.format == JsonDocument(SCHEMA, strict=True)
    asked = call(text={"format": {"type": "json_object"}}, input="As JSON")
    assert asked.request.format == JsonObject()
    assert len(with_messages(asked)[0].messages) == 1


def test_tools_are_flat():
    custom = {
        "type": "custom",
        "name": "c",
        "format": {"type": "grammar", "syntax": "regex", "definition": "a+"},
    }
    asked = call(tools=[F, custom], tool_choice={"type": "custom", "name": "c"})
    assert asked.request.tools[1] == CustomTool("c", "", Grammar("regex", "a+"))
    assert asked.request.tool_choice == ToolChoice("required", ("c",), parallel=False)


def test_a_tool_that_may_load_later_is_there_at_once_and_that_is_told():
    custom = {"type": "custom", "name": "c", "format": {"type": "text"}, "defer_loading": True}
    asked = call(tools=[{"type": "namespace", "name": "n", "tools": [custom]}])
    assert asked.request.tools == (CustomTool("n__c", ""),)
    assert asked.ignored == ("tools[].defer_loading",)


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("auto", ToolChoice("auto")),
        ("required", ToolChoice("required")),
        ("none", ToolChoice("none")),
        ({"type": "function", "name": "f"}, ToolChoice("required", ("f",), parallel=False)),
        (
            {
                "type": "allowed_tools",
                "mode": "auto",
                "tools": [{"type": "function", "name": "f"}, {"type": "web_search"}],
            },
            ToolChoice("auto", ("f",)),
        ),
    ],
)
def test_each_choice_of_tools(choice: Any, expected: ToolChoice):
    assert call(tools=[F], tool_choice=choice).request.tool_choice == expected


def test_fields_about_tools_are_fine_without_tools():
    asked = call(tool_choice="auto", parallel_tool_calls=False, tools=[])
    assert asked.request.tool_choice == ToolChoice("auto", parallel=False)


FAULTS: list[tuple[Any, str | None, str | None]] = [
    ({"model": ABSENT}, "model", "missing_required_parameter"),
    ({"input": ABSENT}, "input", "missing_required_parameter"),
    ({"input": []}, "input", "missing_required_parameter"),
    ({"input": 1}, "input", "invalid_type"),
    ({"nope": 1}, "nope", "unknown_parameter"),
    ({"messages": []}, "messages", "unknown_parameter"),
    ({"max_output_tokens": 15}, "max_output_tokens", "integer_below_min_value"),
    ({"temperature": 3}, "temperature", "decimal_above_max_value"),
    ({"top_logprobs": 21}, "top_logprobs", "integer_above_max_value"),
    ({"include": ["x"]}, "include[0]", "invalid_value"),
    ({"reasoning": {"effort": "x"}}, "reasoning.effort", "invalid_value"),
    ({"reasoning": {"x": 1}}, "reasoning.x", "unknown_parameter"),
    ({"text": {"verbosity": "x"}}, "text.verbosity", "invalid_value"),
    ({"text": {"format": {"type": "x"}}}, "text.format.type", "invalid_value"),
    (
        {"text": {"format": {"type": "json_schema", "name": "n"}}},
        "text.format.schema",
        "missing_required_parameter",
    ),
    ({"truncation": "x"}, "truncation", "invalid_value"),
    ({"stream_options": {}}, "stream_options", None),
    (
        {"stream": True, "stream_options": {"include_usage": True}},
        "stream_options.include_usage",
        "unknown_parameter",
    ),
    ({"previous_response_id": "a b"}, "previous_response_id", "invalid_value"),
    ({"background": True, "stream": True}, "background", "unsupported_parameter"),
    ({"background": True, "store": False}, "background", "unsupported_parameter"),
    ({"conversation": 1}, "conversation", "invalid_type"),
    ({"conversation": {}}, "conversation.id", "missing_required_parameter"),
    (
        {"conversation": "conv_1", "previous_response_id": "resp_1"},
        None,
        "mutually_exclusive_parameters",
    ),
    ({"prompt": {"id": "p"}}, "prompt", "unsupported_parameter"),
    ({"moderation": {}}, "moderation", "unsupported_parameter"),
    ({"input": [{}]}, "input[0].type", "missing_required_parameter"),
    ({"input": [{"type": "computer_call"}]}, "input[0]", "invalid_value"),
    ({"input": [{"role": "x"}]}, "input[0].role", "invalid_value"),
    ({"input": [{"role": "user", "content": "x", "name": "y"}]}, "input[0].name", None),
    ({"input": [{"role": "user"}]}, "input[0].content", "missing_required_parameter"),
    (
        {"input": [{"role": "assistant", "content": [{"type": "input_text", "text": ""}]}]},
        "input[0].content[0]",
        "invalid_value",
    ),
    (
        {"input": [{"role": "user", "content": [{"type": "input_image", "file_id": "f"}]}]},
        "input[0].content[0].file_id",
        "unsupported_parameter",
    ),
    (
        {"input": [{"role": "user", "content": [{"type": "input_image"}]}]},
        "input[0].content[0].image_url",
        "missing_required_parameter",
    ),
    (
        {"input": [{"role": "user", "content": [{"type": "input_file", "file_url": "f"}]}]},
        "input[0].content[0].file_url",
        "unsupported_parameter",
    ),
    ({"input": [{"role": "user", "content": 1}]}, "input[0].content", "invalid_type"),
    (
        {"input": [{"role": "user", "content": [{"type": "input_file"}]}]},
        "input[0].content[0].file_data",
        "missing_required_parameter",
    ),
    ({"tools": [{"type": "x"}]}, "tools[0].type", "invalid_value"),
    ({"tools": [{"type": "function"}]}, "tools[0].name", "missing_required_parameter"),
    (
        {"tools": [{"type": "function", "function": {"name": "f"}}]},
        "tools[0].function",
        "unknown_parameter",
    ),
    ({"tools": [F, F]}, "tools", "invalid_value"),
    (
        {"tools": [{**F, "strict": True}]},
        "tools[0].parameters",
        "invalid_function_parameters",
    ),
    ({"tools": [{"type": "code_interpreter"}, F]}, "tools[0].type", "unsupported_tool"),
    ({"tools": [{"type": "web_search"}]}, "tools[0].type", "unsupported_tool"),
    (
        {"tools": [F], "tool_choice": {"type": "file_search"}},
        "tool_choice.type",
        "unsupported_tool",
    ),
    ({"tools": [F], "tool_choice": {"type": "x"}}, "tool_choice.type", "invalid_value"),
    ({"tools": [F], "tool_choice": {"type": "function", "name": "g"}}, "tool_choice", None),
    ({"tool_choice": "required"}, "tool_choice", None),
    ({"text": {"format": {"type": "json_object"}}}, "input", None),
]


@pytest.mark.parametrize(("changes", "param", "code"), FAULTS)
def test_a_fault_is_told_with_its_place(changes: Any, param: str | None, code: str | None):
    _, at, short = fault(**changes)
    assert at == param
    assert code is None or short == code


def test_a_part_of_the_wrong_kind_is_told_in_openais_words():
    part = {"type": "input_text", "text": "x"}
    message, _, _ = fault(input=[{"role": "assistant", "content": [part]}])
    assert message == (
        "Invalid value: 'input_text'. Supported values are: 'output_text' and 'refusal'."
    )


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ([CALL], "No tool output found for function call c."),
        ([OUTPUT], "No tool call found for function call output with call_id c."),
        ([OUTPUT, CALL], "No tool call found for function call output with call_id c."),
        ([CALL, OUTPUT, OUTPUT], "No tool call found for function call output with call_id c."),
        (
            [{"type": "custom_tool_call", "call_id": "c", "name": "f", "input": ""}],
            "No tool output found for custom tool call c.",
        ),
    ],
)
def test_calls_and_results_belong_together(items: Any, message: str):
    assert fault(input=items) == (message, "input", None)


def test_a_recording_has_no_members_that_nobody_knows():
    part = {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}}
    parse(body(input=[{"role": "user", "content": [part]}]))
    odd = {"role": "user", "content": [{**part, "volume": 11}]}
    assert fault(input=[odd])[1] == "input[0].content[0].volume"


@pytest.mark.parametrize("kind", ["function_call", "custom_tool_call"])
def test_the_namespace_of_a_result_is_a_name_as_that_of_a_call(kind: str):
    written = {"function_call": "arguments", "custom_tool_call": "input"}[kind]
    made = {"type": kind, "call_id": "c", "name": "f", written: "{}"}
    result = {**OUTPUT, "type": f"{kind}_output"}
    assert fault(input=[{**made, "namespace": {}}, result])[1] == "input[0].namespace"
    assert fault(input=[made, {**result, "namespace": {}}])[1] == "input[1].namespace"
    parse(body(input=[made, {**result, "namespace": "n"}]))


def test_tools_may_come_with_the_conversation():
    space = {"type": "namespace", "name": "n", "description": "", "tools": [F]}
    brought = {"type": "additional_tools", "role": "developer", "tools": [space]}
    asked = call(input=[brought, {"role": "user", "content": "x"}])
    assert [tool.name for tool in asked.request.tools] == ["n__f"]
    assert [origin.path for origin in asked.offered.origins] == ["input[0].tools[0].tools[0]"]
    assert (
        fault(input=[{**brought, "tools": [{"type": "function"}]}])[1] == "input[0].tools[0].name"
    )


def test_fields_of_local_servers_are_served_named_or_refused_as_in_chat():
    asked = call(top_k=5, min_p=0.1, keep_alive=5, reasoning={"effort": "none"})
    assert (asked.request.sampling.top_k, asked.request.sampling.min_p) == (5, 0.1)
    assert asked.ignored == ("keep_alive",)
    assert asked.request.effort == "none"
    assert parse(body(nope=1), "tell").ignored == ("nope",)


def test_a_field_that_nobody_knows_may_stand_where_tokens_are_counted():
    assert parse_count(body(nope=1), "tell").request == call().request
    with pytest.raises(RequestInvalid, match="Unknown parameter: 'nope'"):
        parse_count(body(nope=1))
