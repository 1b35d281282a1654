"""Whether a value is valid under a schema that `schema.prepared` took: the last look at an answer.

Decoding has made it so; this is here to notice if it ever has not. `format` and `pattern` are left
to the grammar. Each value is looked at once under each part of the schema, as references may double
at every step; what would take too long, or is too deep, counts as valid.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from dragoman.engines.llama_cpp.constraints.references import Json, target

_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
    "null": (type(None),),
}


MOST_STEPS = 200_000
"""Pairs of a value and a part of the schema: some 0.5 s."""
DEEPEST = 150
"""Parts inside one another; each takes some frames of Python's."""


def is_valid(value: Json, schema: Json, root: Json) -> bool:
    """Whether `value` is valid under `schema`, a part of `root`."""
    return Look(root).valid(value, schema)


@dataclass(slots=True)
class Look:
    """One look at a whole value."""

    root: Json
    depth: int = 0
    seen: dict[tuple[int, int], bool] = field(default_factory=dict[tuple[int, int], bool])
    """The results by the ids of the value and the schema, which live as long as the look."""

    def valid(self, value: Json, schema: Json) -> bool:
        """Whether it is."""
        if not isinstance(schema, Mapping):
            return schema is not False
        key = id(value), id(schema)
        if key not in self.seen:
            if self.depth >= DEEPEST or len(self.seen) >= MOST_STEPS:
                return True
            self.depth += 1
            self.seen[key] = (
                _plain(value, schema)
                and _combined(value, schema, self)
                and (not isinstance(value, dict) or _object(value, schema, self))
                and (not isinstance(value, list) or _array(value, schema, self))
            )
            self.depth -= 1
        return self.seen[key]


def _plain(value: Json, schema: Mapping[str, Json]) -> bool:
    kinds = schema.get("type")
    options = schema.get("enum")
    if kinds is not None:
        listed = kinds if isinstance(kinds, list) else [kinds]
        if not any(_is(value, str(kind)) for kind in listed):
            return False
    if isinstance(options, list) and not any(_same(value, option) for option in options):
        return False
    if "const" in schema and not _same(value, schema["const"]):
        return False
    if isinstance(value, str):
        return _within(len(value), schema, "minLength", "maxLength")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, schema)
    return True


def _is(value: Json, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if not isinstance(value, _TYPES[kind]):
        return False
    return kind != "integer" or not isinstance(value, float) or value.is_integer()


def _same(one: Json, other: Json) -> bool:
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _within(size: float, schema: Mapping[str, Json], least: str, most: str) -> bool:
    low, high = schema.get(least), schema.get(most)
    return not (isinstance(low, int | float) and size < low) and not (
        isinstance(high, int | float) and size > high
    )


def _number(value: float, schema: Mapping[str, Json]) -> bool:
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    step = schema.get("multipleOf")
    if isinstance(above, int | float) and value <= above:
        return False
    if isinstance(below, int | float) and value >= below:
        return False
    if isinstance(step, int | float) and not math.isclose(
        value / step, round(value / step), abs_tol=1e-9
    ):
        return False
    return _within(value, schema, "minimum", "maximum")


def _combined(value: Json, schema: Mapping[str, Json], look: Look) -> bool:
    def options(keyword: str) -> list[bool] | None:
        listed = schema.get(keyword)
        if not isinstance(listed, list):
            return None
        return [look.valid(value, option) for option in listed]

    every, some, one = options("allOf"), options("anyOf"), options("oneOf")
    reference = schema.get("$ref")
    return (
        (every is None or all(every))
        and (some is None or any(some))
        and (one is None or one.count(True) == 1)
        and (not isinstance(reference, str) or look.valid(value, target(look.root, reference)))
    )


def _object(value: Mapping[str, Json], schema: Mapping[str, Json], look: Look) -> bool:
    required, known = schema.get("required"), schema.get("properties")
    if isinstance(required, list) and not all(name in value for name in required):
        return False
    properties: Mapping[str, Json] = known if isinstance(known, Mapping) else {}
    if not all(
        look.valid(value[name], inner) for name, inner in properties.items() if name in value
    ):
        return False
    if "patternProperties" not in schema:
        more = schema.get("additionalProperties", True)
        if not all(look.valid(value[name], more) for name in value if name not in properties):
            return False
    return _within(len(value), schema, "minProperties", "maxProperties")


def _array(value: list[Json], schema: Mapping[str, Json], look: Look) -> bool:
    first, rest = schema.get("prefixItems"), schema.get("items", True)
    if isinstance(rest, list):
        first, rest = rest, schema.get("additionalItems", True)
    prefix = first if isinstance(first, list) else []
    return (
        all(look.valid(item, inner) for item, inner in zip(value, prefix, strict=False))
        and all(look.valid(item, rest) for item in value[len(prefix) :])
        and _within(len(value), schema, "minItems", "maxItems")
    )
