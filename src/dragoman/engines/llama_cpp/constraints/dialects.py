"""Schemas in the words of JSON Schema 2020-12: those of older drafts, of OpenAPI and of generators.

What asserts nothing is left out here, so that nobody is told that it is not enforced.

Source: https://json-schema.org/draft/2020-12/json-schema-validation
Source: https://spec.openapis.org/oas/v3.0.3#schema-object
"""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from dragoman.engines.llama_cpp.constraints.references import Json, target

_INT32 = 2**31
_RANGES: Mapping[str, tuple[int, int]] = {
    "int8": (-(2**7), 2**7 - 1),
    "int16": (-(2**15), 2**15 - 1),
    "int32": (-_INT32, _INT32 - 1),
    "uint8": (0, 2**8 - 1),
    "uint16": (0, 2**16 - 1),
    "uint32": (0, 2**32 - 1),
}
_MERE_FORMATS = frozenset({"int64", "float", "double", "password"})
"""Every value that an answer may hold has them: integers are kept within 10¹⁵."""
_UUID = r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-%s[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$"
MOST_KEYS = 256
"""Names that a map may be limited to."""


def translated(schema: Mapping[str, Json], root: Json) -> Mapping[str, Json] | bool:
    """`schema`, a part of `root`, with as many of its keywords as possible in today's words."""
    if "not" in schema and _takes_all(schema["not"]):
        return False
    words = {keyword: value for keyword, value in schema.items() if not _is_idle(keyword, value)}
    for lower in ("minimum", "maximum"):
        _exclude(words, lower, f"exclusive{lower.capitalize()}")
    _range(words)
    _version(words)
    _keys(words, root)
    if words.pop("nullable", None) is True and words:
        return {"anyOf": [words, {"type": "null"}]}
    return words


def found(root: Json, reference: str) -> Json:
    """The part that `reference` points at; names in it may be percent-encoded."""
    exact = target(root, reference)
    return target(root, unquote(reference)) if exact is None else exact


def _is_idle(keyword: str, value: Json) -> bool:
    match keyword:
        case "uniqueItems" | "exclusiveMinimum" | "exclusiveMaximum" | "nullable":
            return value is False
        case "propertyNames":
            return _takes_all(value) or value == {"type": "string"}
        case "unevaluatedProperties" | "unevaluatedItems":
            return _takes_all(value)
        case "format":
            return value in _MERE_FORMATS if isinstance(value, str) else False
        case _:
            return False


def _takes_all(schema: Json) -> bool:
    return schema is True or schema == {}


def _exclude(words: dict[str, Json], bound: str, exclusive: str) -> None:
    """Draft 4 said with a boolean that the bound itself is excluded."""
    if words.get(exclusive) is True and bound in words:
        words[exclusive] = words.pop(bound)


def _range(words: dict[str, Json]) -> None:
    name = words.get("format")
    if words.get("type") != "integer" or not isinstance(name, str) or name not in _RANGES:
        return
    del words["format"]
    for keyword, limit, nearer in zip(
        ("minimum", "maximum"), _RANGES[name], (max, min), strict=True
    ):
        given = words.get(keyword)
        # What is there and is no number is left to be refused.
        if keyword not in words:
            words[keyword] = limit
        elif isinstance(given, int | float):
            words[keyword] = nearer(given, limit)


def _version(words: dict[str, Json]) -> None:
    """The name of a format may have the version of a UUID in it."""
    name = words.get("format")
    if isinstance(name, str) and re.fullmatch("uuid[1-8]", name) and "pattern" not in words:
        del words["format"]
        words["pattern"] = _UUID % name[-1]


def _keys(words: dict[str, Json], root: Json) -> None:
    """A map whose keys are an enum is an object with just these optional members."""
    keys, value = words.get("propertyNames"), words.get("additionalProperties", True)
    if isinstance(keys, Mapping) and isinstance(reference := keys.get("$ref"), str):
        keys = found(root, reference)
    names = keys.get("enum") if isinstance(keys, Mapping) else None
    others = words.keys() & {"properties", "patternProperties", "unevaluatedProperties"}
    if others or not isinstance(names, list) or not 0 < len(names) <= MOST_KEYS:
        return
    if all(isinstance(name, str) for name in names):
        del words["propertyNames"]
        words["properties"] = {str(name): value for name in names}
        words["additionalProperties"] = False
