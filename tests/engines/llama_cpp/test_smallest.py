"""The smallest document of a schema."""

import json
from typing import Any

import jsonschema
import pytest

from dragoman.engines.llama_cpp.smallest import smallest

TREE = {
    "type": "object",
    "properties": {
        "value": {"type": "integer"},
        "next": {"anyOf": [{"$ref": "#"}, {"const": None}]},
    },
    "required": ["value", "next"],
}


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"type": "object"}, "{}"),
        ({"type": ["string", "null"], "minLength": 9}, "null"),
        ({"enum": ["long word", "no", 17.25]}, '"no"'),
        ({"const": {"a": [1]}}, '{"a": [1]}'),
        (TREE, '{"value": 0, "next": null}'),
        ({"type": "array", "items": {"type": "boolean"}, "minItems": 2}, "[true, true]"),
        ({"type": "string", "minLength": 3}, '"aaa"'),
        ({"oneOf": [{"type": "array"}, {"type": "boolean"}]}, "[]"),
        ({"$defs": {"a": {"type": "null"}}, "$ref": "#/$defs/a"}, "null"),
    ],
)
def test_the_smallest_document_is_valid(schema: dict[str, Any], text: str) -> None:
    assert smallest(schema) == text
    jsonschema.validate(json.loads(text), schema)


def test_a_schema_without_a_finite_document_has_none() -> None:
    assert (
        smallest({"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}) is None
    )
    assert smallest(False) is None
