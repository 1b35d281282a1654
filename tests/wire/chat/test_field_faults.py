"""Mistakes in single fields, in OpenAI's words, and which of two is told."""

from itertools import pairwise
from typing import Any

import pytest

from wire.chat.faults import ABSENT, fault


@pytest.mark.parametrize("model", [ABSENT, None, ""])
def test_no_model(model: object) -> None:
    assert fault(model=model) == ("you must provide a model parameter", None, None)


def below(name: str, kind: str, bound: float, got: float) -> tuple[str, str, str]:
    return (
        (
            f"Invalid '{name}': {kind} below minimum value. Expected a value >= "
            f"{bound}, but got {got} "
            "instead."
        ),
        name,
        f"{kind}_below_min_value",
    )


def above(name: str, kind: str, bound: float, got: float) -> tuple[str, str, str]:
    return (
        (
            f"Invalid '{name}': {kind} above maximum value. Expected a value <= "
            f"{bound}, but got {got} "
            "instead."
        ),
        name,
        f"{kind}_above_max_value",
    )


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("n", 0, below("n", "integer", 1, 0)),
        ("n", 129, above("n", "integer", 128, 129)),
        ("temperature", 3, above("temperature", "decimal", 2, 3)),
        ("temperature", -1, below("temperature", "decimal", 0, -1)),
        ("top_p", 1.5, above("top_p", "decimal", 1, 1.5)),
        ("presence_penalty", -3, below("presence_penalty", "decimal", -2, -3)),
        ("frequency_penalty", 2.5, above("frequency_penalty", "decimal", 2, 2.5)),
        ("max_completion_tokens", 0, below("max_completion_tokens", "integer", 1, 0)),
        ("max_tokens", 0, below("max_tokens", "integer", 1, 0)),
        ("top_logprobs", 21, above("top_logprobs", "integer", 20, 21)),
        ("seed", 2**63, above("seed", "integer", 2**63 - 1, 2**63)),
        ("logit_bias", {"50": 101}, above("logit_bias.50", "decimal", 100, 101)),
    ],
)
def test_bounds(name: str, value: object, expected: tuple[str, str, str]) -> None:
    assert fault(**{name: value}) == expected


@pytest.mark.parametrize(
    ("name", "value", "expected", "got"),
    [
        ("n", "2", "an integer", "a string"),
        ("n", True, "an integer", "a boolean"),
        ("seed", 1.5, "an integer", "a decimal number"),
        ("temperature", "hot", "a decimal", "a string"),
        ("top_p", True, "a decimal", "a boolean"),
        ("logprobs", 1, "a boolean", "an integer"),
        ("stream", "yes", "a boolean", "a string"),
        ("store", "yes", "a boolean", "a string"),
        ("user", 7, "a string", "an integer"),
        ("stop", 7, "one of a string or array of strings", "an integer"),
        ("stop", {}, "one of a string or array of strings", "an object"),
        ("logit_bias", [], "an object", "an array"),
        ("response_format", "json_object", "an object", "a string"),
        ("stream_options", True, "an object", "a boolean"),
        ("tools", "none", "an array of objects", "a string"),
        ("metadata", [], "an object", "an array"),
        ("modalities", "text", "an array of strings", "a string"),
        ("parallel_tool_calls", "no", "a boolean", "a string"),
        ("prompt_cache_options", "x", "an object", "a string"),
    ],
)
def test_types(name: str, value: object, expected: str, got: str) -> None:
    assert fault(**{name: value}) == (
        f"Invalid type for '{name}': expected {expected}, but got {got} instead.",
        name,
        "invalid_type",
    )


@pytest.mark.parametrize(
    ("name", "value", "supported"),
    [
        ("service_tier", "x", "'auto', 'default', 'flex', 'scale', 'priority', and 'fast'"),
        ("verbosity", "x", "'low', 'medium', and 'high'"),
        ("prompt_cache_retention", "x", "'in_memory', 'in-memory', and '24h'"),
    ],
)
def test_enumerations(name: str, value: str, supported: str) -> None:
    assert fault(**{name: value}) == (
        f"Invalid value: '{value}'. Supported values are: {supported}.",
        name,
        "invalid_value",
    )


def test_five_stop_sequences() -> None:
    assert fault(stop=list("abcde")) == (
        (
            "Invalid 'stop': array too long. Expected an array with maximum "
            "length 4, but got an array "
            "with length 5 instead."
        ),
        "stop",
        "array_above_max_length",
    )


def test_an_empty_stop_sequence() -> None:
    assert fault(stop=["a", ""])[1:] == ("stop[1]", "empty_string")
    assert fault(stop="")[1:] == ("stop", "empty_string")


def test_both_limits_of_tokens() -> None:
    assert fault(max_tokens=5, max_completion_tokens=5) == (
        "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
        "max_tokens",
        "invalid_parameter_combination",
    )


def test_a_bias_on_what_is_no_token() -> None:
    message, param, _ = fault(logit_bias={"hello": 1})
    assert message.startswith("Invalid key in 'logit_bias': hello.")
    assert param == "logit_bias"


@pytest.mark.parametrize(
    ("changes", "name", "owner"),
    [
        ({"top_logprobs": 2}, "top_logprobs", "logprobs"),
        ({"stream_options": {"include_usage": True}}, "stream_options", "stream"),
    ],
)
def test_options_of_what_is_off(changes: dict[str, Any], name: str, owner: str) -> None:
    message = f"The '{name}' parameter is only allowed when '{owner}' is enabled."
    assert fault(**changes) == (message, name, None)


@pytest.mark.parametrize(
    ("value", "message", "param", "code"),
    [
        (
            {f"k{i}": "v" for i in range(17)},
            (
                "Invalid 'metadata': too many properties. Expected an object with at most 16 "
                "properties, but got an object with 17 properties instead."
            ),
            "metadata",
            "object_above_max_properties",
        ),
        (
            {"k": "x" * 600},
            (
                "Invalid 'metadata.k': string too long. Expected a string with "
                "maximum length 512, but "
                "got a string with length 600 instead."
            ),
            "metadata.k",
            "string_above_max_length",
        ),
        (
            {"k": 7},
            "Invalid type for 'metadata.k': expected a string, but got an integer instead.",
            "metadata.k",
            "invalid_type",
        ),
        (
            {"k" * 70: "v"},
            (
                f"Invalid property name in 'metadata': '{'k' * 70}' is too long. "
                "Expected a property "
                "name with maximum length 64, but got a property name with length 70 instead."
            ),
            "metadata",
            "property_name_above_max_length",
        ),
    ],
)
def test_metadata(value: object, message: str, param: str, code: str) -> None:
    assert fault(store=True, metadata=value) == (message, param, code)


PREDICTED = {"type": "content", "content": "x"}


@pytest.mark.parametrize(
    ("fields", "param", "code"),
    [
        ({"prediction": {"type": "content"}}, "prediction.content", "missing_required_parameter"),
        ({"prediction": {**PREDICTED, "type": "x"}}, "prediction.type", "invalid_value"),
        ({"prediction": {**PREDICTED, "x": 1}}, "prediction.x", "unknown_parameter"),
        ({"prediction": "x"}, "prediction", "invalid_type"),
        ({"prediction": PREDICTED, "n": 2}, "n", "invalid_parameter_combination"),
        ({"prediction": PREDICTED, "logprobs": True}, "logprobs", "invalid_parameter_combination"),
        (
            {"prediction": PREDICTED, "presence_penalty": 1},
            "presence_penalty",
            "invalid_parameter_combination",
        ),
        (
            {
                "prediction": PREDICTED,
                "tools": [{"type": "function", "function": {"name": "f"}}],
            },
            "tools",
            "invalid_parameter_combination",
        ),
    ],
)
def test_predictions(fields: dict[str, Any], param: str, code: str) -> None:
    assert fault(**fields)[1:] == (param, code)


@pytest.mark.parametrize(
    ("name", "value", "param", "code"),
    [
        ("moderation", {"model": "x"}, "moderation", "unsupported_parameter"),
        ("web_search_options", {}, "web_search_options", "unknown_parameter"),
        ("reasoning_effort", "bogus", "reasoning_effort", "invalid_value"),
    ],
)
def test_what_would_change_the_answer_and_cannot_is_refused_by_name(
    name: str, value: object, param: str, code: str | None
) -> None:
    message, where, what = fault(**{name: value})
    assert name in message or "Supported values are" in message
    assert (where, what) == (param, code)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"model": ABSENT, "messages": ABSENT}, "model"),
        ({"messages": ABSENT, "zzz": 1}, "messages"),
        ({"zzz": 1, "messages": "x"}, "zzz"),
        ({"messages": "x", "n": "x"}, "messages"),
        ({"tools": "x", "n": "x"}, "tools"),
        ({"n": "x", "temperature": "x"}, "'n'"),
        ({"temperature": "x", "response_format": "x"}, "temperature"),
        ({"response_format": "x", "service_tier": 1}, "response_format"),
        ({"service_tier": 1, "max_tokens": "x"}, "service_tier"),
        ({"logit_bias": 1, "stop": 1}, "logit_bias"),
        ({"stop": 1, "stream": 1}, "stop"),
        ({"stream": 1, "store": 1}, "stream"),
        ({"store": 1, "metadata": 1}, "store"),
        ({"metadata": 1, "verbosity": 1}, "metadata"),
    ],
)
def test_the_first_of_two_mistakes_is_told(changes: dict[str, Any], named: str) -> None:
    assert named in fault(**changes)[0]


NUMBERS = (
    "max_completion_tokens",
    "n",
    "temperature",
    "top_p",
    "presence_penalty",
    "frequency_penalty",
    "top_logprobs",
    "seed",
    "max_tokens",
)
ORDER = (
    "messages",
    "functions",
    "function_call",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    *NUMBERS[:6],
    "logprobs",
    "top_logprobs",
    "user",
    "seed",
    "response_format",
    "service_tier",
    "max_tokens",
    "reasoning_effort",
    "logit_bias",
    "stop",
    "stream",
    "stream_options",
    "store",
    "metadata",
    "prediction",
    "verbosity",
)
"""In which OpenAI looks at fields."""


@pytest.mark.parametrize(("first", "second"), list(pairwise(ORDER)))
def test_fields_are_looked_at_in_openais_order(first: str, second: str) -> None:
    wrong = {name: "x" if name in NUMBERS else 1 for name in (second, first)}
    assert fault(**wrong)[1] == first


def test_an_unknown_key_is_not_repeated_at_length() -> None:
    message, param, _ = fault(**{"z" * 1_000_000: 1})
    assert len(message) < 200
    assert len(param or "") <= 100


def test_options_of_a_stream_are_known() -> None:
    assert fault(stream=True, stream_options={"bogus": 1}) == (
        "Unknown parameter: 'stream_options.bogus'.",
        "stream_options.bogus",
        "unknown_parameter",
    )
