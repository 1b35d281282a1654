"""The fields of a multipart form, in all the ways that clients write arrays and objects."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NoReturn, cast

from dragoman.wire.faults import check_bounds, missing, not_among, unknown, wrong_type

NAME = re.compile(r"(?P<name>[^\[\]]+)(?:\[(?P<key>[^\[\]]*)\])?")
"""A pattern for the names of fields: `name`, `name[]` or `name[key]`."""

NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)


LONGEST_INTEGER = 19
"""The most digits of a whole number that are read; one with more is beyond every bound, as its
first ones are."""


MOST_MEMBERS = 10_000
"""The most commas and brackets of JSON inside a field."""


class FileName(str):
    """The name of a file that was sent in the place of a text."""

    __slots__ = ()


class Form:
    """The text fields of a form; an empty value counts as absent, as an empty input field does."""

    def __init__(self, fields: Sequence[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        self._arrays: dict[str, list[str]] = {}
        self._objects: dict[str, dict[str, str]] = {}
        for written, value in fields:
            match = NAME.fullmatch(written)
            if match is None:
                raise unknown(written)
            name, key = match["name"], match["key"]
            if key is None:
                self._values.setdefault(name, []).append(value)
            elif key:
                self._objects.setdefault(name, {})[key] = value
            else:
                self._arrays.setdefault(name, []).append(value)

    def refuse_unknown(self, known: Collection[str]) -> None:
        """Refuse the first field that is not `known`."""
        for name in (*self._values, *self._arrays, *self._objects):
            if name not in known:
                raise unknown(name)

    def has(self, name: str) -> bool:
        """Whether the form has a field `name`."""
        written = self._values.get(name, []) + self._arrays.get(name, [])
        return any(written) or name in self._objects

    def text(self, name: str) -> str | None:
        """Read a single value."""
        if name in self._arrays or name in self._objects:
            raise wrong_type(name, "a string", "an array" if name in self._arrays else "an object")
        values = self._values.get(name, [])
        if len(values) > 1:
            raise wrong_type(name, "a string", "an array")
        if any(isinstance(value, FileName) for value in values):
            raise wrong_type(name, "a string", "a file")
        return values[0] or None if values else None

    def choice(self, name: str, choices: Sequence[str]) -> str | None:
        """Read one of `choices`."""
        value = self.text(name)
        if value is not None and value not in choices:
            raise not_among(name, value, choices)
        return value

    def flag(self, name: str) -> bool:
        """Read true or false; an absent field is false."""
        value = (self.text(name) or "false").lower()
        if value not in ("true", "false", "1", "0"):
            raise wrong_type(name, "a boolean", "a string")
        return value in ("true", "1")

    def decimal(self, name: str, low: float, high: float) -> float | None:
        """Read a number from `low` to `high`."""
        value = self.text(name)
        return None if value is None else decimal(name, value, low, high)

    def array(self, name: str) -> list[str] | None:
        """Read an array: `name[]=a` and again, `name=a` and again, or `name=["a"]`."""
        if name in self._objects:
            raise wrong_type(name, "an array", "an object")
        written = self._values.get(name, [])
        if any(isinstance(item, FileName) for item in written + self._arrays.get(name, [])):
            raise wrong_type(name, "an array of strings", "a file")
        if len(written) == 1 and written[0].lstrip().startswith("["):
            items = _parsed(name, written[0])
            if not isinstance(items, list) or not all(isinstance(i, str) for i in items):  # pyright: ignore[reportUnknownVariableType] - JSON
                raise wrong_type(name, "an array of strings", "another array")
            return cast("list[str]", items)
        values = [value for value in written + self._arrays.get(name, []) if value]
        return values or None

    def object(self, name: str) -> Mapping[str, Any] | str | None:
        """Read an object: `name[key]=value`, `name={"key": value}` or a word; no empty members."""
        if name in self._objects:
            if self._values.get(name) or self._arrays.get(name):
                raise wrong_type(name, "one of a string or an object", "both")
            return _told(self._objects[name])
        value = self.text(name)
        if value is None or not value.lstrip().startswith(("{", '"')):
            return value
        parsed = _parsed(name, value)
        if not isinstance(parsed, dict | str):
            raise wrong_type(name, "one of a string or an object", "another value")
        return parsed if isinstance(parsed, str) else _told(cast("Mapping[str, Any]", parsed))


def decimal(name: str, value: object, low: float, high: float) -> float:
    """Read `value`, a number or its text, from `low` to `high`."""
    if isinstance(value, bool) or not NUMBER.fullmatch(str(value).strip()):
        raise wrong_type(name, "a decimal", "a string")
    number = float(str(value))
    check_bounds(name, "decimal", number, (low, high), value)
    return number


def integer(name: str, value: object, low: int, high: int) -> int:
    """Read `value`, a whole number or its text, from `low` to `high`."""
    digits = re.fullmatch(r"(-?)0*([0-9]+)", str(value))
    if isinstance(value, bool) or digits is None:
        raise wrong_type(name, "an integer", "another value")
    # More digits than any bound has: Python would refuse to read some thousands of them.
    number = int(digits[1] + digits[2][:LONGEST_INTEGER])
    check_bounds(name, "integer", number, (low, high), value)
    return number


def check_file(form: Form, name: str, *, has_file: bool) -> None:
    """Check that one file is there under `name`, and nothing else.

    Raises:
        RequestInvalid: none, a text in its place, or several.
    """
    if form.has(name):
        raise wrong_type(name, "a file", "more than one" if has_file else "a string")
    if not has_file:
        raise missing(name)


def _told(members: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in members.items() if value not in (None, "")}


def _parsed(name: str, value: str) -> object:
    if sum(map(value.count, ",[{")) > MOST_MEMBERS:
        raise wrong_type(name, f"at most {MOST_MEMBERS} members", "more")
    try:
        parsed: object = json.loads(value, parse_constant=_no_number)
        json.dumps(parsed, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError):
        raise wrong_type(name, "JSON or a plain value", "broken JSON") from None
    return parsed


def _no_number(constant: str) -> NoReturn:
    raise ValueError(constant)
