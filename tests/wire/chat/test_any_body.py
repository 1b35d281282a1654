"""Whatever is sent: a call, or a fault that can be told; never a crash."""

import json
from typing import Any, TypeAlias

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dragoman.domain.errors import RequestInvalid
from dragoman.wire.chat.request import FIELDS, ChatCall, parse

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no fault of the parser."""

Some: TypeAlias = st.SearchStrategy[Any]

WORDS = [
    "text",
    "image_url",
    "refusal",
    "function",
    "custom",
    "json_object",
    "json_schema",
    "allowed_tools",
    "auto",
    "none",
    "required",
    "user",
    "assistant",
    "system",
    "developer",
    "tool",
]
KEYS = [
    "role",
    "content",
    "name",
    "type",
    "text",
    "url",
    "image_url",
    "detail",
    "tool_calls",
    "tool_call_id",
    "function_call",
    "id",
    "function",
    "arguments",
    "parameters",
    "strict",
    "schema",
    "json_schema",
    "properties",
    "required",
    "items",
    "anyOf",
    "$defs",
    "additionalProperties",
    "enum",
    "mode",
    "tools",
    "allowed_tools",
    "include_usage",
    "refusal",
]


def thing(always: dict[str, Some], **sometimes: Some) -> Some:
    """An object with these members."""
    return st.fixed_dictionaries(always, optional=sometimes)


flag: Some = st.booleans()
no: Some = st.just(value=False)
word: Some = st.sampled_from(WORDS)
number: Some = st.floats(allow_nan=False, allow_infinity=False)
scalar: Some = st.one_of(st.none(), flag, st.integers(), number, word, st.text(max_size=5))


def nested(inner: Some) -> Some:
    key = st.one_of(st.sampled_from(KEYS), st.text(max_size=3))
    return st.one_of(st.lists(inner, max_size=3), st.dictionaries(key, inner, max_size=5))


def schema_of(inner: Some) -> Some:
    return thing(
        {"type": st.just("object"), "additionalProperties": no},
        properties=st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
        required=st.lists(st.sampled_from("ab")),
        items=inner,
        anyOf=st.lists(inner, max_size=2),
        definitions=value,
    )


value: Some = st.recursive(scalar, nested, max_leaves=12)
leaf = thing(
    {},
    type=st.sampled_from(["object", "array", "string"]),
    enum=st.lists(scalar),
    required=value,
    additionalProperties=st.one_of(no, value),
)
schema: Some = st.recursive(leaf, schema_of, max_leaves=5)
function = thing({"name": st.just("f")}, parameters=schema, strict=flag)
tool = thing({"type": st.just("function"), "function": function})
document = thing({"name": st.just("a"), "schema": schema}, strict=flag)
answer_format = thing({"type": st.just("json_schema"), "json_schema": document})
turn = thing({"role": word}, content=value, name=value, tool_calls=value, tool_call_id=value)
others: dict[str, Some] = {
    **{name: value for name in FIELDS if name not in {"model", "messages"}},
    "tools": st.lists(tool),
    "response_format": st.one_of(answer_format, value),
}
messages: Some = st.one_of(st.lists(turn, max_size=3), value)
body = thing({"model": st.just("m"), "messages": messages}, **others)
anything: Some = st.one_of(body, st.dictionaries(st.text(max_size=8), value))


def outcome(sent: Any) -> ChatCall | RequestInvalid:
    try:
        return parse(json.loads(json.dumps(sent)))
    except RequestInvalid as fault:
        return fault


@patient
@given(anything)
def test_any_body_is_a_call_or_a_fault(sent: dict[str, Any]) -> None:
    got = outcome(sent)
    assert isinstance(got, ChatCall) or 0 < len(got.message) < 2_000


@patient
@given(schema)
def test_any_schema_is_taken_or_told(sent: dict[str, Any]) -> None:
    strict = {"name": "a", "strict": True, "schema": sent}
    wanted = {"type": "json_schema", "json_schema": strict}
    got = outcome({"model": "m", "messages": [{"role": "user"}], "response_format": wanted})
    if isinstance(got, RequestInvalid):
        assert (got.param, got.code) == ("response_format", "invalid_json_schema")
    else:
        assert sent["type"] == "object"
