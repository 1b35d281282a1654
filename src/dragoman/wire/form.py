"""Multipart fields, in all the ways that clients write arrays and objects."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from dragoman.domain.errors import RequestInvalid

NAME = re.compile(r"(?P<name>[^\[\]]+)(?:\[(?P<key>[^\[\]]*)\])?")
"""`name`, `name[]` or `name[key]`."""

NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)


LONGEST_INTEGER = 19
"""Digits of a whole number that are read; one with more is beyond every bound, as its first are."""

LONGEST_SHOWN = 40
"""Signs of a number that an error shows."""


class FileName(str):
    """What stands for a file that was sent in place of a text."""

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
        """Name the first field that is not `known`."""
        for name in (*self._values, *self._arrays, *self._objects):
            if name not in known:
                raise unknown(name)

    def has(self, name: str) -> bool:
        """Whether anything was said of `name`."""
        written = self._values.get(name, []) + self._arrays.get(name, [])
        return any(written) or name in self._objects

    def text(self, name: str) -> str | None:
        """A single value."""
        if name in self._arrays or name in self._objects:
            raise wrong_type(name, "a string", "an array" if name in self._arrays else "an object")
        values = self._values.get(name, [])
        if len(values) > 1:
            raise wrong_type(name, "a string", "an array")
        if any(isinstance(value, FileName) for value in values):
            raise wrong_type(name, "a string", "a file")
        return values[0] or None if values else None

    def choice(self, name: str, choices: Sequence[str]) -> str | None:
        """One of `choices`."""
        value = self.text(name)
        if value is not None and value not in choices:
            raise not_among(name, value, choices)
        return value

    def flag(self, name: str) -> bool:
        """True or false; absent: false."""
        value = (self.text(name) or "false").lower()
        if value not in ("true", "false", "1", "0"):
            raise wrong_type(name, "a boolean", "a string")
        return value in ("true", "1")

    def decimal(self, name: str, low: float, high: float) -> float | None:
        """A number from `low` to `high`."""
        value = self.text(name)
        return None if value is None else decimal(name, value, low, high)

    def array(self, name: str) -> list[str] | None:
        """`name[]=a` and again, `name=a` and again, or `name=["a"]`."""
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
        """`name[key]=value`, `name={"key": value}`, or a bare word; without empty members."""
        if name in self._objects:
            return _told(self._objects[name])
        value = self.text(name)
        if value is None or not value.lstrip().startswith(("{", '"')):
            return value
        parsed = _parsed(name, value)
        if not isinstance(parsed, dict | str):
            raise wrong_type(name, "one of a string or an object", "another value")
        return parsed if isinstance(parsed, str) else _told(cast("Mapping[str, Any]", parsed))


def decimal(name: str, value: object, low: float, high: float) -> float:
    """`value`, a number or its text, from `low` to `high`."""
    if isinstance(value, bool) or not NUMBER.fullmatch(str(value).strip()):
        raise wrong_type(name, "a decimal", "a string")
    number = float(str(value))
    _within(name, "decimal", number, value, low, high)
    return number


def integer(name: str, value: object, low: int, high: int) -> int:
    """`value`, a whole number or its text, from `low` to `high`."""
    digits = re.fullmatch(r"(-?)0*([0-9]+)", str(value))
    if isinstance(value, bool) or digits is None:
        raise wrong_type(name, "an integer", "another value")
    # More digits than any bound has: Python would refuse to read some thousands of them.
    number = int(digits[1] + digits[2][:LONGEST_INTEGER])
    _within(name, "integer", number, value, low, high)
    return number


def _within(name: str, kind: str, number: float, value: object, low: float, high: float) -> None:
    for wrong, word, bound, sign in (
        (number < low, "below", low, ">="),
        (number > high, "above", high, "<="),
    ):
        if wrong:
            side = "minimum" if word == "below" else "maximum"
            shown = str(value)
            if len(shown) > LONGEST_SHOWN:
                shown = f"{shown[:LONGEST_SHOWN]}…"
            raise RequestInvalid(
                f"Invalid '{name}': {kind} {word} {side} value. "
                f"Expected a value {sign} {bound:g}, but got {shown} instead.",
                param=name,
                code=f"{kind}_{word}_{side[:3]}_value",
            )


def listed(values: Sequence[str], last: str) -> str:
    """`'a', 'b', and 'c'`, or `'a' or 'b'`, as OpenAI writes lists."""
    quoted = [f"'{value}'" for value in values]
    if len(quoted) < 3:
        return f" {last} ".join(quoted)
    return f"{', '.join(quoted[:-1])}, {last} {quoted[-1]}"


def not_among(name: str, value: str, choices: Sequence[str]) -> RequestInvalid:
    """`value` is none of `choices`."""
    message = f"Invalid value: '{value}'. Supported values are: {listed(choices, 'and')}."
    return RequestInvalid(message, param=name, code="invalid_value")


def check_file(form: Form, name: str, *, has_file: bool) -> None:
    """One file is there under `name`, and nothing else.

    Raises:
        RequestInvalid: none, a text in its place, or several.
    """
    if form.has(name):
        raise wrong_type(name, "a file", "more than one" if has_file else "a string")
    if not has_file:
        raise missing(name)


def missing(name: str) -> RequestInvalid:
    """A required field is absent."""
    message = f"Missing required parameter: '{name}'."
    return RequestInvalid(message, param=name, code="missing_required_parameter")


def unknown(name: str) -> RequestInvalid:
    """Nobody knows such a field."""
    return RequestInvalid(f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")


def wrong_type(name: str, expected: str, got: str) -> RequestInvalid:
    """A value of another type than it should be."""
    message = f"Invalid type for '{name}': expected {expected}, but got {got} instead."
    return RequestInvalid(message, param=name, code="invalid_type")


def _told(members: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in members.items() if value not in (None, "")}


def _parsed(name: str, value: str) -> object:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise wrong_type(name, "JSON or a plain value", "broken JSON") from None
