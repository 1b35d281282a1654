"""OpenAI's rules for strict schemas."""

from typing import Any

import pytest

from dragoman.wire.chat.schemas import MAX_DEPTH, MAX_PROPERTIES, strict_fault


def object_of(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


TEXT = {"type": "string"}
GOOD = object_of(
    name=TEXT,
    tags={"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 1},
    n={"type": ["integer", "null"]},
    kids={"type": "array", "items": {"$ref": "#"}},
    one={"anyOf": [TEXT, object_of(x=TEXT)]},
    other={"$ref": "#/$defs/other"},
)


def test_a_schema_that_keeps_to_the_rules() -> None:
    assert strict_fault({**GOOD, "$defs": {"other": object_of(y={"const": 1})}}) is None


@pytest.mark.parametrize(
    ("schema", "fault"),
    [
        (
            {"type": "array", "items": TEXT},
            "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"array\"'.",
        ),
        (
            {"anyOf": [object_of()]},
            "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"None\"'.",
        ),
        (
            object_of(a={"type": "object", "properties": {}, "required": []}),
            (
                "In context=('properties', 'a'), 'additionalProperties' is required to be supplied "
                "and to be false."
            ),
        ),
        (
            object_of(a={"type": "array", "items": {**object_of(b=TEXT), "required": ["c"]}}),
            (
                "In context=('properties', 'a', 'items'), 'required' is required to be supplied "
                "and to be an array including every key in properties. Missing 'b'."
            ),
        ),
        (
            {**object_of(), "$defs": {"d": {**object_of(b=TEXT), "required": "b"}}},
            (
                "In context=('$defs', 'd'), 'required' is required to be supplied and to be an "
                "array including every key in properties. Missing 'b'."
            ),
        ),
        (
            object_of(a={"anyOf": [TEXT, {"oneOf": [TEXT]}]}),
            "In context=('properties', 'a', 'anyOf', '1'), 'oneOf' is not permitted.",
        ),
        (object_of(a={}), "In context=('properties', 'a'), schema must have a 'type' key."),
        (object_of(a=True), "In context=('properties', 'a'), schema must have a 'type' key."),
        (
            object_of(a={"type": "array"}),
            "In context=('properties', 'a'), array schema missing items.",
        ),
        (
            object_of(**{f"k{i}": TEXT for i in range(MAX_PROPERTIES + 1)}),
            (
                f"Expected at most {MAX_PROPERTIES} object properties total, "
                f"found {MAX_PROPERTIES + 1}."
            ),
        ),
    ],
)
def test_the_first_rule_that_is_broken_is_told_with_its_place(
    schema: dict[str, Any], fault: str
) -> None:
    assert strict_fault(schema) == fault


def nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = TEXT
    for _ in range(levels):
        schema = object_of(a=schema)
    return schema


def test_nesting_has_a_limit() -> None:
    assert strict_fault(nested(MAX_DEPTH)) is None
    assert "levels of nesting exceeded" in (strict_fault(nested(MAX_DEPTH + 1)) or "")


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": [1]},
        {"properties": "x"},
        {"anyOf": 7},
        {"$defs": [1]},
        {"properties": {"a": {"type": "string"}}, "required": 1},
        {"properties": {"a": {"type": "string"}}, "required": [7, "b"]},
    ],
)
def test_what_is_no_schema_is_a_fault_and_no_crash(schema: dict[str, Any]) -> None:
    assert strict_fault({**object_of(), **schema}) is not None
