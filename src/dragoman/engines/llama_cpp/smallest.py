"""The smallest JSON text under a schema, so that a limit which cannot hold it is noticed.

Patterns, formats and sums of constraints are not looked at: no valid text is much smaller.
"""

import json
from collections.abc import Mapping

from dragoman.engines.llama_cpp.schema import Json, target

_PLAIN = {
    "string": '""',
    "integer": "0",
    "number": "0",
    "boolean": "true",
    "null": "null",
    "object": "{}",
    "array": "[]",
}


def smallest(schema: Json) -> str | None:
    """The text, spaced as answers are; None: there is none."""
    return _smallest(schema, schema, ())


def _smallest(schema: Json, root: Json, inside: tuple[str, ...]) -> str | None:
    if not isinstance(schema, Mapping):
        return None if schema is False else "0"
    reference = schema.get("$ref")
    if isinstance(reference, str):
        following = False if reference in inside else target(root, reference)
        return _smallest(following, root, (*inside, reference))
    options = [schema["const"]] if "const" in schema else schema.get("enum")
    if isinstance(options, list):
        return min(map(_written, options), key=len)
    for keyword in ("anyOf", "oneOf"):
        options = schema.get(keyword)
        if isinstance(options, list):
            return _shortest([_smallest(option, root, inside) for option in options])
    return _of_types(schema, root, inside)


def _of_types(schema: Mapping[str, Json], root: Json, inside: tuple[str, ...]) -> str | None:
    kinds = schema.get("type")
    if kinds is None:
        return "0"
    listed = kinds if isinstance(kinds, list) else [kinds]
    return _shortest([_of_type(str(kind), schema, root, inside) for kind in listed])


def _of_type(
    kind: str, schema: Mapping[str, Json], root: Json, inside: tuple[str, ...]
) -> str | None:
    least = schema.get("minItems" if kind == "array" else "minLength", 0)
    count = least if isinstance(least, int) else 0
    if kind == "object":
        return _object(schema, root, inside)
    if kind == "array" and count:
        item = _smallest(schema.get("items", True), root, inside)
        known = "prefixItems" not in schema and not isinstance(schema.get("items"), list)
        one = item if known else "0"
        return None if one is None else "[" + ", ".join([one] * count) + "]"
    if kind == "string":
        return '"' + "a" * count + '"'
    return _PLAIN[kind]


def _object(schema: Mapping[str, Json], root: Json, inside: tuple[str, ...]) -> str | None:
    required, known = schema.get("required", []), schema.get("properties", {})
    members: list[str] = []
    for name in required if isinstance(required, list) else []:
        wanted = known.get(str(name), True) if isinstance(known, Mapping) else True
        value = _smallest(wanted, root, inside)
        if value is None:
            return None
        members.append(f"{_written(name)}: {value}")
    return "{" + ", ".join(members) + "}"


def _shortest(texts: list[str | None]) -> str | None:
    return min((text for text in texts if text is not None), key=len, default=None)


def _written(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
