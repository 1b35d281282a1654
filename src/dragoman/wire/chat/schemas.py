"""Strict schemas: what OpenAI asks of a JSON schema before it promises to keep to it.

Source: https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
"""

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias, cast

Schema: TypeAlias = Mapping[str, Any]
Context: TypeAlias = tuple[str, ...]

NOT_PERMITTED = (
    "allOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "dependentRequired",
    "dependentSchemas",
    "patternProperties",
    "unevaluatedProperties",
    "unevaluatedItems",
    "propertyNames",
    "contains",
    "uniqueItems",
)
NOTHING: Schema = {}
NAMED = ("properties", "$defs", "definitions")
"""The keywords that hold schemas by name."""
KINDS = ("type", "enum", "const", "anyOf", "$ref")
"""The keywords of which a schema must have one, to say what it allows."""
MAX_PROPERTIES = 5_000
MAX_DEPTH = 10
"""The most objects and arrays inside each other."""


def object_fault(schema: Schema) -> str | None:
    """The fault of a function's parameters, strict or not; None: there is none."""
    kind = schema.get("type")
    if kind == "object":
        return None
    return f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{kind}\"'."


def strict_fault(schema: Schema) -> str | None:
    """The first fault that keeps `schema` from being strict; None: there is none."""
    if fault := object_fault(schema):
        return fault
    properties = 0
    for context, part, depth in _parts(schema):
        if fault := _fault(part):
            return f"In context={context!r}, {fault}"
        if depth > MAX_DEPTH:
            return f"In context={context!r}, {MAX_DEPTH} levels of nesting exceeded."
        properties += len(part.get("properties", ()))
    if properties > MAX_PROPERTIES:
        return f"Expected at most {MAX_PROPERTIES} object properties total, found {properties}."
    return None


def _parts(root: Schema) -> Iterator[tuple[Context, Schema, int]]:
    """Every schema inside `root`, outermost first, with its place and depth of nesting.

    A part is opened only when the next one is asked for: after its shape was checked.
    """
    waiting: deque[tuple[Context, Any, int]] = deque([((), root, 0)])
    while waiting:
        context, value, depth = waiting.popleft()
        # `true` and `false` are schemas, too: without any keyword.
        part = cast("Schema", value) if isinstance(value, Mapping) else NOTHING
        yield context, part, depth
        for keyword in NAMED:
            deeper = depth + (keyword == "properties")
            named = cast("Schema", part.get(keyword, {}))
            waiting += [((*context, keyword, name), s, deeper) for name, s in named.items()]
        if "items" in part:
            waiting.append(((*context, "items"), part["items"], depth + 1))
        choices = enumerate(cast("list[Any]", part.get("anyOf", [])))
        waiting += [((*context, "anyOf", str(i)), s, depth) for i, s in choices]


def _fault(schema: Schema) -> str | None:
    for keyword in NOT_PERMITTED:
        if keyword in schema:
            return f"'{keyword}' is not permitted."
    if fault := _shape_fault(schema):
        return fault
    if not any(keyword in schema for keyword in KINDS):
        return "schema must have a 'type' key."
    if schema.get("type") == "array" and "items" not in schema:
        return "array schema missing items."
    if schema.get("type") == "object":
        return _object_fault(schema)
    return None


def _shape_fault(schema: Schema) -> str | None:
    for keyword in NAMED:
        if not isinstance(schema.get(keyword, {}), Mapping):
            return f"'{keyword}' must be an object."
    if not isinstance(schema.get("anyOf", []), list):
        return "'anyOf' must be an array."
    return None


def _object_fault(schema: Schema) -> str | None:
    if schema.get("additionalProperties") is not False:
        return "'additionalProperties' is required to be supplied and to be false."
    required = schema.get("required")
    listed = cast("list[object]", required) if isinstance(required, list) else []
    names = {name for name in listed if isinstance(name, str)}
    for name in schema.get("properties", {}):
        if name not in names:
            return (
                "'required' is required to be supplied and to be an array including every key "
                f"in properties. Missing '{name}'."
            )
    return None
