"""The smallest document that a JSON schema allows, as far as a demonstration needs it."""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

BY_TYPE: Mapping[str, Any] = {"integer": 0, "number": 0, "boolean": False, "null": None}


def smallest(schema: Schema) -> Any:  # noqa: ANN401 - JSON
    """The document; follows `$ref`, `const`, `enum`, `anyOf`, `type`, `required`, `minItems`."""
    return _smallest(schema, schema)


def _smallest(schema: Schema, root: Schema) -> Any:  # noqa: ANN401 - JSON
    if "$ref" in schema:
        return _smallest(_resolve(schema["$ref"], root), root)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if union := schema.get("anyOf") or schema.get("oneOf"):
        return _smallest(union[-1], root)
    return _of_type(schema, root)


def _of_type(schema: Schema, root: Schema) -> Any:  # noqa: ANN401 - JSON
    kinds = schema.get("type", "object")
    match kinds if isinstance(kinds, str) else kinds[-1]:
        case "object":
            members: Schema = schema.get("properties", {})
            return {name: _smallest(members[name], root) for name in schema.get("required", ())}
        case "array":
            return [_smallest(schema["items"], root) for _ in range(schema.get("minItems", 0))]
        case "string":
            return "x" * schema.get("minLength", 0)
        case kind:
            return schema.get("minimum", BY_TYPE[kind])


def _resolve(reference: str, root: Schema) -> Schema:
    found: Any = root
    for step in reference.removeprefix("#").strip("/").split("/"):
        found = found[step] if step else found
    return found
