"""The last look at an answer, judged by the `jsonschema` package."""

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.domain.errors import EngineFailed
from dragoman.engines.llama_cpp.answer import ensure_valid
from dragoman.engines.llama_cpp.validity import is_valid

SCHEMAS: list[Any] = [
    True,
    {"type": "integer", "minimum": -1, "exclusiveMaximum": 3},
    {"type": ["string", "null"], "maxLength": 2},
    {"enum": [1, "a", None, [True]]},
    {"const": {"a": 1}},
    {"type": "number", "multipleOf": 0.5},
    {"type": "array", "items": {"type": "boolean"}, "minItems": 1, "maxItems": 2},
    {"type": "array", "prefixItems": [{"type": "integer"}], "items": False},
    {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
    {"type": "object", "properties": {"a": {}}, "additionalProperties": {"type": "null"}},
    {"anyOf": [{"type": "string"}, {"type": "array", "maxItems": 0}]},
    {"oneOf": [{"type": "integer"}, {"minimum": 2}]},
    {"allOf": [{"type": "object"}, {"required": ["b"]}]},
    {"type": "object", "properties": {"a": {"$ref": "#"}}, "additionalProperties": False},
    {"$defs": {"x/y": {"type": "boolean"}}, "$ref": "#/$defs/x~1y"},
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 4) | st.sampled_from([0.5, 1.0, "", "a", "abc"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=2)
    ),
    max_leaves=6,
)


@given(st.sampled_from(SCHEMAS), VALUES)
def test_it_agrees_with_the_judge(schema: Any, value: Any) -> None:
    judge: Any = jsonschema.Draft202012Validator(schema)
    assert is_valid(value, schema, schema) == judge.is_valid(value)


def test_an_answer_that_is_not_what_its_schema_says_is_an_error() -> None:
    ensure_valid('{"a": 1}', {"type": "object"})
    with pytest.raises(EngineFailed):
        ensure_valid("[1]", {"type": "object"})
    with pytest.raises(EngineFailed):
        ensure_valid('{"a": ', {"type": "object"})
