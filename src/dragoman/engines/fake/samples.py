"""The smallest document that a JSON schema allows, as far as a demonstration needs it.

A few hundred bytes of schema may ask for a terabyte, or for a document without an end. So the work
is counted, and what takes too much of it is refused.
"""

from collections.abc import Mapping
from typing import TypeAlias, cast

from dragoman.domain.errors import RequestInvalid

Schema: TypeAlias = Mapping[str, object]

BY_TYPE: Mapping[str, object] = {"integer": 0, "number": 0, "boolean": False, "null": None}
DEPTHS = (4, 8, 16, 32, 64)
"""Schemas inside one another, those behind references too: the next where the last is too few.

What may go on for ever ends soon in this way, whichever of its options goes on.
"""
MOST = 20_000
"""Values and characters of a document, with those that were tried in vain."""


def smallest(schema: Schema) -> object:
    """The document; follows `$ref`, `const`, `enum`, `anyOf`, `type`, `required`, `minItems`.

    Raises:
        RequestInvalid: it is endless, or larger than a demonstration needs.
    """
    for deepest in DEPTHS:
        try:
            return _Writer(schema, deepest).value(schema, 0)
        except _TooLarge:
            continue
    raise RequestInvalid(
        "Invalid schema: this fake model writes the smallest document that a schema allows, and "
        f"found none of {MOST} characters or less."
    )


class _TooLarge(Exception):
    """This way leads nowhere; another option may."""


class _Writer:
    def __init__(self, root: Schema, deepest: int) -> None:
        self._root = root
        self._deepest = deepest
        self._left = MOST

    def value(self, schema: object, depth: int) -> object:
        self._spend(1)
        if depth > self._deepest:
            raise _TooLarge
        if not isinstance(schema, Mapping):
            return None
        plain = cast("Schema", schema)
        if "$ref" in plain:
            return self.value(self._target(str(plain["$ref"])), depth + 1)
        if "const" in plain:
            return plain["const"]
        if options := _listed(plain.get("enum")):
            return options[0]
        if union := _listed(plain.get("anyOf")) or _listed(plain.get("oneOf")):
            return self._option(union, depth + 1)
        return self._of_type(plain, depth + 1)

    def _option(self, union: list[object], depth: int) -> object:
        """The last that ends: by habit it is the null of what may be missing."""
        for option in reversed(union):
            try:
                return self.value(option, depth)
            except _TooLarge:
                if self._left <= 0:
                    raise
        raise _TooLarge

    def _of_type(self, schema: Schema, depth: int) -> object:
        kinds = schema.get("type", "object")
        match kinds if isinstance(kinds, str) else (_listed(kinds) or [None])[-1]:
            case "object":
                known = _mapping(schema.get("properties"))
                required = map(str, _listed(schema.get("required")))
                return {name: self.value(known.get(name), depth) for name in required}
            case "array":
                item = schema.get("items")
                return [self.value(item, depth) for _ in range(_count(schema.get("minItems")))]
            case "string":
                length = _count(schema.get("minLength"))
                self._spend(length)
                return "x" * length
            case kind:
                return schema.get("minimum", BY_TYPE.get(str(kind)))

    def _spend(self, work: int) -> None:
        self._left -= work
        if self._left <= 0:
            raise _TooLarge

    def _target(self, reference: str) -> object:
        found: object = self._root
        for step in reference.removeprefix("#").strip("/").split("/"):
            name = step.replace("~1", "/").replace("~0", "~")
            found = _mapping(found).get(name) if name else found
        return found


def _listed(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _mapping(value: object) -> Schema:
    return cast("Schema", value) if isinstance(value, Mapping) else {}


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0
