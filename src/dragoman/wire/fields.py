"""Checks for JSON fields, which say what is wrong in OpenAI's exact words.

A check takes a value and its path (`messages[0].role`) and gives back the value, typed. `Fields`
reads the members of one object with such checks, in the order in which faults are to be found.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar, cast

from dragoman.domain.errors import RequestInvalid
from dragoman.wire import faults

T = TypeVar("T")
D = TypeVar("D")
Json: TypeAlias = Any
Check: TypeAlias = Callable[[Json, str], T]

NAMES: Mapping[type, str] = {
    str: "a string",
    bool: "a boolean",
    int: "an integer",
    float: "a decimal number",
    list: "an array",
    dict: "an object",
    type(None): "null",
}
SHOWN = 100
"""The characters of a wrong value that a message repeats."""


def wrong_type(value: Json, path: str, expected: str) -> RequestInvalid:
    """The error for a value of another JSON type."""
    return faults.wrong_type(path, expected, NAMES[type(value)])


def wrong_value(value: str, path: str, supported: Sequence[str]) -> RequestInvalid:
    """The error for a value that is none of those `supported`."""
    return faults.not_among(path, value[:SHOWN], supported)


def boolean(value: Json, path: str) -> bool:
    """Check for true or false."""
    if not isinstance(value, bool):
        raise wrong_type(value, path, "a boolean")
    return value


def anything(value: Json, _path: str) -> Json:
    """Take any value."""
    return value


EXACT = 2**53
"""The bound below which a number with a fraction of 0 is exactly the whole number that was
meant."""


def integer(low: int | None = None, high: int | None = None) -> Check[int]:
    """Make a check for a whole number, bounds included; 1.0 is one, as JSON Schema has it."""

    def check(value: Json, path: str) -> int:
        if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise wrong_type(value, path, "an integer")
        faults.check_bounds(path, "integer", value, (low, high), value)
        return value

    return check


def decimal(low: float | None = None, high: float | None = None) -> Check[float]:
    """Make a check for a number, bounds included."""

    def check(value: Json, path: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise wrong_type(value, path, "a decimal")
        faults.check_bounds(path, "decimal", value, (low, high), value)
        return value

    return check


def string(longest: int | None = None, shortest: int = 0, pattern: str | None = None) -> Check[str]:
    """Make a check for a text; lengths are in code points."""

    def check(value: Json, path: str) -> str:
        if not isinstance(value, str):
            raise wrong_type(value, path, "a string")
        if len(value) < shortest:
            raise RequestInvalid(
                f"Invalid '{path}': empty string. Expected a string with minimum length "
                f"{shortest}, but got an empty string instead.",
                param=path,
                code="empty_string",
            )
        if longest is not None and len(value) > longest:
            raise RequestInvalid(
                f"Invalid '{path}': string too long. Expected a string with maximum length "
                f"{longest}, but got a string with length {len(value)} instead.",
                param=path,
                code="string_above_max_length",
            )
        if pattern is not None and not re.fullmatch(pattern, value):
            raise RequestInvalid(
                f"Invalid '{path}': string does not match pattern. "
                f"Expected a string that matches the pattern '{pattern}'.",
                param=path,
                code="invalid_value",
            )
        return value

    return check


def enum(*supported: str) -> Check[str]:
    """Make a check for one of some texts, listed in a message in this order."""

    def check(value: Json, path: str) -> str:
        if string()(value, path) not in supported:
            raise wrong_value(value, path, supported)
        return value

    return check


def array(
    item: Check[T], shortest: int = 0, longest: int | None = None, of: str = "an array of objects"
) -> Check[tuple[T, ...]]:
    """Make a check for an array whose items all pass; `of` names the type in a message."""

    def check(value: Json, path: str) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise wrong_type(value, path, of)
        items = cast("list[Json]", value)
        if len(items) < shortest:
            raise RequestInvalid(
                f"Invalid '{path}': empty array. Expected an array with minimum length "
                f"{shortest}, but got an empty array instead.",
                param=path,
                code="empty_array",
            )
        if longest is not None and len(items) > longest:
            raise RequestInvalid(
                f"Invalid '{path}': array too long. Expected an array with maximum length "
                f"{longest}, but got an array with length {len(items)} instead.",
                param=path,
                code="array_above_max_length",
            )
        return tuple(item(value, f"{path}[{i}]") for i, value in enumerate(items))

    return check


def members(value: Json, path: str, expected: str = "an object") -> Mapping[str, Json]:
    """The members of an object, unchecked."""
    if not isinstance(value, dict):
        raise wrong_type(value, path, expected)
    return cast("dict[str, Json]", value)


class Fields:
    """The members of one object, read by name; null is the same as absent where optional."""

    def __init__(self, value: Json, path: str = "", expected: str = "an object") -> None:
        self._members = members(value, path, expected)
        self._path = path

    def at(self, name: str) -> str:
        """The path of a member."""
        return f"{self._path}.{name}" if self._path else name

    def has(self, name: str) -> bool:
        """Whether the member is there and not null."""
        return self._members.get(name) is not None

    def names(self) -> tuple[str, ...]:
        """The members that are there and not null, in the order in which they came."""
        return tuple(name for name, value in self._members.items() if value is not None)

    def only(self, *known: str) -> None:
        """Refuse members with other names."""
        for name in self._members:
            if name not in known:
                raise faults.unknown(self.at(name[:SHOWN]))

    def required(self, name: str, check: Check[T]) -> T:
        """Read a member that must be there."""
        if name not in self._members:
            raise faults.missing(self.at(name))
        return check(self._members[name], self.at(name))

    def optional(self, name: str, check: Check[T], default: D = None) -> T | D:
        """Read a member; `default` where it is absent or null."""
        value = self._members.get(name)
        return default if value is None else check(value, self.at(name))
