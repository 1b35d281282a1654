"""Mistakes in tools and formats, in OpenAI's words."""

import pytest

from wire.chat.faults import MISSING, F, fault


def custom(grammar: dict[str, str]) -> dict[str, object]:
    wanted = {"type": "grammar", "grammar": grammar}
    return {"type": "custom", "custom": {"name": "x", "format": wanted}}


@pytest.mark.parametrize(
    ("changes", "message", "param", "code"),
    [
        ({"type": "function"}, "Missing required parameter: '{}'.", "tools[0].function", MISSING),
        (
            {"type": "function", "function": {}},
            "Missing required parameter: '{}'.",
            "tools[0].function.name",
            MISSING,
        ),
        (
            {"type": "function", "function": {"name": "get weather"}},
            (
                "Invalid '{}': string does not match pattern. Expected a string that matches the "
                "pattern '^[a-zA-Z0-9_-]+$'."
            ),
            "tools[0].function.name",
            "invalid_value",
        ),
        (
            {"type": "function", "function": {"name": "f\n"}},
            (
                "Invalid '{}': string does not match pattern. Expected a string that matches the "
                "pattern '^[a-zA-Z0-9_-]+$'."
            ),
            "tools[0].function.name",
            "invalid_value",
        ),
        (
            {"type": "function", "function": {"name": ""}},
            (
                "Invalid '{}': empty string. Expected a string with minimum length 1, but got an "
                "empty string instead."
            ),
            "tools[0].function.name",
            "empty_string",
        ),
        (
            {"type": "function", "function": {"name": "f" * 65}},
            (
                "Invalid '{}': string too long. Expected a string with maximum "
                "length 64, but got a "
                "string with length 65 instead."
            ),
            "tools[0].function.name",
            "string_above_max_length",
        ),
        (
            {"type": "function", "function": {"name": "f", "parameters": {"type": "array"}}},
            (
                "Invalid schema for function 'f': schema must be a JSON Schema "
                "of 'type: \"object\"', "
                "got 'type: \"array\"'."
            ),
            "tools[0].function.parameters",
            "invalid_function_parameters",
        ),
        (
            {
                "type": "function",
                "function": {"name": "f", "strict": True, "parameters": {"type": "object"}},
            },
            (
                "Invalid schema for function 'f': In context=(), "
                "'additionalProperties' is required to "
                "be supplied and to be false."
            ),
            "tools[0].function.parameters",
            "invalid_function_parameters",
        ),
        ({"type": "custom"}, "Missing required parameter: '{}'.", "tools[0].custom", MISSING),
        (
            {"type": "custom", "custom": {"name": "x", "format": {"type": "grammar"}}},
            "Missing required parameter: '{}'.",
            "tools[0].custom.format.grammar",
            MISSING,
        ),
        (
            custom({"definition": "a", "syntax": "bnf"}),
            "Invalid value: 'bnf'. Supported values are: 'lark' and 'regex'.",
            "tools[0].custom.format.grammar.syntax",
            "invalid_value",
        ),
        (
            custom({"syntax": "lark"}),
            "Missing required parameter: '{}'.",
            "tools[0].custom.format.grammar.definition",
            MISSING,
        ),
        (
            custom({"syntax": "lark", "definition": "a", "start": "a"}),
            "Unknown parameter: '{}'.",
            "tools[0].custom.format.grammar.start",
            "unknown_parameter",
        ),
    ],
)
def test_tools(changes: object, message: str, param: str, code: str) -> None:
    assert fault(tools=[changes]) == (message.format(param), param, code)


def test_129_tools() -> None:
    assert fault(tools=[F] * 129)[1:] == ("tools", "array_above_max_length")


def test_two_tools_of_one_name() -> None:
    assert fault(tools=[F, F])[1] == "tools"


@pytest.mark.parametrize(
    ("name", "value", "owner"),
    [
        ("tool_choice", "auto", "tools"),
        ("parallel_tool_calls", False, "tools"),
        ("function_call", "auto", "functions"),
    ],
)
def test_a_choice_without_tools(name: str, value: object, owner: str) -> None:
    message = f"Invalid value for '{name}': '{name}' is only allowed when '{owner}' are specified."
    assert fault(**{name: value}) == (message, name, None)


@pytest.mark.parametrize(
    ("choice", "message", "param"),
    [
        ("bogus", "Supported values are: 'none', 'auto', and 'required'.", "tool_choice"),
        ({"type": "bogus"}, "'allowed_tools', 'function', and 'custom'", "tool_choice.type"),
        ({"type": "function"}, "Missing required parameter", "tool_choice.function"),
        (
            {"type": "custom", "custom": {"name": "f"}},
            "Tool choice 'custom.f' not found in 'tools' parameter.",
            "tool_choice",
        ),
        (
            {"type": "function", "function": {"name": "g"}},
            "Tool choice 'function.g' not found in 'tools' parameter.",
            "tool_choice",
        ),
        (
            {"type": "allowed_tools", "allowed_tools": {"mode": "none", "tools": []}},
            "Supported values are: 'auto' and 'required'.",
            "tool_choice.allowed_tools.mode",
        ),
        (
            {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [F]}},
            "Unknown parameter: 'tool_choice.allowed_tools.tools[0].function.parameters'.",
            "tool_choice.allowed_tools.tools[0].function.parameters",
        ),
        (7, "expected one of a string or object, but got an integer", "tool_choice"),
    ],
)
def test_tool_choice(choice: object, message: str, param: str) -> None:
    said, where, _ = fault(tools=[F], tool_choice=choice)
    assert message in said
    assert where == param


def test_functions_and_tools_together() -> None:
    assert fault(tools=[F], functions=[F["function"]])[1] == "functions"


@pytest.mark.parametrize("call", [7, "required", {"name": "g"}, {}])
def test_function_call(call: object) -> None:
    _, param, _ = fault(functions=[F["function"]], function_call=call)
    assert (param or "").startswith("function_call")


@pytest.mark.parametrize(
    ("value", "message", "param", "code"),
    [
        (
            {"type": "bogus"},
            (
                "Invalid value: 'bogus'. Supported values are: 'json_object', 'json_schema', and "
                "'text'."
            ),
            "response_format.type",
            "invalid_value",
        ),
        (
            {"type": "json_schema"},
            "Missing required parameter: 'response_format.json_schema'.",
            "response_format.json_schema",
            MISSING,
        ),
        (
            {"type": "json_schema", "json_schema": {"schema": {}}},
            "Missing required parameter: 'response_format.json_schema.name'.",
            "response_format.json_schema.name",
            MISSING,
        ),
        (
            {"type": "json_object"},
            (
                "'messages' must contain the word 'json' in some form, to use 'response_format' of "
                "type 'json_object'."
            ),
            "messages",
            None,
        ),
        (
            {
                "type": "json_schema",
                "json_schema": {
                    "name": "a",
                    "strict": True,
                    "schema": {
                        "type": "object",
                        "properties": {"x": {"type": "string"}},
                        "required": [],
                        "additionalProperties": False,
                    },
                },
            },
            (
                "Invalid schema for response_format 'a': In context=(), "
                "'required' is required to be "
                "supplied and to be an array including every key in properties. Missing 'x'."
            ),
            "response_format",
            "invalid_json_schema",
        ),
    ],
)
def test_response_format(value: object, message: str, param: str, code: str | None) -> None:
    assert fault(response_format=value) == (message, param, code)
