"""The keywords that hold no schemas: what is wrong with their values; None: nothing."""

from collections.abc import Callable, Mapping
from math import isfinite
from typing import cast

from dragoman.engines.llama_cpp.constraints import pattern
from dragoman.engines.llama_cpp.constraints.references import Json

MOST_REPEATS = 100_000
"""The largest minItems, maxItems, minLength, maxLength."""
LARGEST_NUMBER = 10**300
FORMATS = frozenset(
    ["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"]
)
_TYPES = frozenset({"string", "number", "integer", "boolean", "object", "array", "null"})


def _count(value: Json) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return "it must be an integer, not negative"
    return f"it must not be above {MOST_REPEATS}" if value > MOST_REPEATS else None


def _number(value: Json) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "it must be a number"
    # Integers of any length are JSON; not all of them are numbers elsewhere.
    if isinstance(value, int):
        return "it is too large" if abs(value) > LARGEST_NUMBER else None
    return None if isfinite(value) else "it is too large"


def _multiple(value: Json) -> str | None:
    problem = _number(value)
    return problem if problem or cast("float", value) > 0 else "it must be above 0"


def _enum(value: Json) -> str | None:
    some = isinstance(value, list) and bool(value)
    return None if some else "it must be an array, and not empty"


def _type(value: Json) -> str | None:
    kinds = value if isinstance(value, list) else [value]
    known = bool(kinds) and all(isinstance(kind, str) and kind in _TYPES for kind in kinds)
    return None if known else f"{value!r} is not valid under any of the known types"


def _required(value: Json) -> str | None:
    listed = isinstance(value, list) and all(isinstance(name, str) for name in value)
    return None if listed else "it must be an array of strings"


def _format(value: Json) -> str | None:
    if isinstance(value, str) and value in FORMATS:
        return None
    return f"the format {value!r} is not one of {', '.join(sorted(FORMATS))}"


def _anything(_: Json) -> None:
    return None


CHECKS: Mapping[str, Callable[[Json], str | None]] = {
    "const": _anything,
    "enum": _enum,
    "type": _type,
    "required": _required,
    "pattern": pattern.fault,
    "format": _format,
    "multipleOf": _multiple,
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _number),
    **dict.fromkeys(("minItems", "maxItems", "minLength", "maxLength"), _count),
    **dict.fromkeys(("minProperties", "maxProperties"), _count),
}
