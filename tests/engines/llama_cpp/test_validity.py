"""The last look at an answer, judged by the `jsonschema` package."""

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.domain.errors import EngineFailed
from dragoman.engines.llama_cpp.constraints.validity import DEEPEST, MOST_STEPS, Look, is_valid
from dragoman.engines.llama_cpp.generation.choices import ensure_valid

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


@pytest.mark.parametrize("keyword", ["anyOf", "allOf", "oneOf"])
def test_references_that_double_at_every_step_are_looked_at_once(keyword: str) -> None:
    definitions: dict[str, Any] = {"d60": {"type": "null"}}
    for level in range(60):
        next_one = {"$ref": f"#/$defs/d{level + 1}"}
        definitions[f"d{level}"] = {keyword: [next_one, next_one]}
    schema: dict[str, Any] = {"$ref": "#/$defs/d0", "$defs": definitions}
    look = Look(schema)
    # Of two that are the same, not exactly one is valid.
    assert look.valid(None, schema) == (keyword != "oneOf")
    assert len(look.seen) <= 4 * 60


def test_a_look_ends_where_it_is_too_deep_or_too_long() -> None:
    definitions: dict[str, Any] = {f"d{n}": {"$ref": f"#/$defs/d{n + 1}"} for n in range(900)}
    definitions["d900"] = {"type": "null"}
    schema: dict[str, Any] = {"$ref": "#/$defs/d0", "$defs": definitions}
    look = Look(schema)
    assert look.valid(None, schema)
    assert len(look.seen) == DEEPEST
    options: list[Any] = [{"const": n} for n in range(900)]
    several: dict[str, Any] = {"type": "array", "items": {"anyOf": options}}
    look = Look(several)
    assert look.valid([float(n) for n in range(600)], several)
    assert len(look.seen) <= MOST_STEPS + 2 * DEEPEST
