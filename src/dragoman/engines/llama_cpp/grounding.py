"""Which calls are written and not made: answered ones, and those with invented identifiers.

A small model that has to fill in an identifier writes 1234567890 or user@example.com. Quantities
and dates may be worked out, so that they need not stand anywhere; an identifier must.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import cast

from dragoman.domain.conversation import AnyTool, CustomTool, Message
from dragoman.engines.llama_cpp.forms import Rejected

LONGEST_HELD = 400
"""Characters of arguments that are held until all are there to be looked at."""
LONGEST_IDENTIFIER = 64
"""Characters; longer values are texts."""
LAST_DIGITS = 7
"""So many of a number's last digits are enough: people leave out 0049."""
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_NUMBERS = frozenset(("number", "no", "nr", "phone", "mobile", "iban"))
_NAMES = _NUMBERS | {"id", "ids", "uuid", "guid", "account", "key"}
"""What the last word of an identifier's name is; those of numbers hold a digit."""
_PLACEHOLDER = re.compile(
    r"<.*>|\[.*\]|\{.*\}|your[_ -].*|.*[_ -]here|unknown|n/a|x{3,}|placeholder", re.IGNORECASE
)
_EMAIL = re.compile(r"\S+@\S+")
_LONG_NUMBER = re.compile(r"\d{3,}")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_WORKED_OUT = re.compile(
    r"\d{4}-\d\d(?:-\d\d)?.*|\d{1,2}[./]\d{1,2}[./]\d{2,4}|.*\d\.\d.*|.*[/\\].*|.*\n.*", re.DOTALL
)
"""Dates, decimal numbers, paths and texts of several lines."""


class Grounds:
    """What a conversation mentions."""

    def __init__(self, messages: Sequence[Message], tools: Sequence[AnyTool]) -> None:
        allowed = [
            value
            for tool in tools
            if not isinstance(tool, CustomTool)
            for value in _allowed(tool.parameters)
        ]
        text = " ".join([*(message.text for message in messages), *allowed])
        self._text = _plain(text)
        self._digits = _digits(text)

    def invented(self, arguments: str) -> list[str]:
        """The names of what is given in `arguments`, a JSON object, without being known."""
        try:
            values: object = json.loads(arguments)
        except ValueError:
            return []
        if not isinstance(values, Mapping):
            return []
        given = cast("Mapping[str, object]", values)
        return [
            name
            for name, value in given.items()
            if _is_misplaced(name, value)
            or (_is_identifier(name, value) and not self._hold(str(value)))
        ]

    def _hold(self, value: str) -> bool:
        digits = _digits(value)[-LAST_DIGITS:]
        numeric = len(digits) == LAST_DIGITS and digits in self._digits
        return numeric or _plain(value) in self._text


class Vetting:
    """Looks at the calls of one choice before they are made."""

    def __init__(self, answered: Sequence[str], grounds: Grounds | None) -> None:
        """`answered`: calls with a result, as `as_written`; `grounds` None: anything is known."""
        self._earlier = list(answered)
        self._grounds = grounds

    def note(self, name: str, arguments: str) -> None:
        """A call that is made, so that it is not made again."""
        self._earlier.append(as_written(name, arguments))

    def may_reject(self, name: str, arguments: str, *, custom: bool = False) -> bool:
        """Whether a call that has come so far may become one that is not made.

        What a `custom` tool is called with is text: nothing in it is looked at.
        """
        so_far = as_written(name, arguments)
        if any(call.startswith(so_far) for call in self._earlier):
            return True
        # Long text is awaited piece by piece, and is no identifier.
        return self._grounds is not None and not custom and len(arguments) <= LONGEST_HELD

    def rejection(self, name: str, arguments: str) -> Rejected | None:
        """Why a whole call is not made, if it is not."""
        if as_written(name, arguments) in self._earlier:
            return Rejected(name)
        invented = self._grounds.invented(arguments) if self._grounds else []
        return Rejected(name, invented) if invented else None


def as_written(name: str, arguments: str) -> str:
    """A call, in the one way that calls are written and compared."""
    return f"{name}\n{arguments}"


def _allowed(schema: Mapping[str, object]) -> list[str]:
    """The values that a schema names itself; its examples are none of them."""
    found: list[str] = []
    left: list[object] = [schema]
    while left:
        each = left.pop()
        if isinstance(each, Mapping):
            known = cast("Mapping[str, object]", each)
            named = [known[key] for key in ("enum", "const", "default") if key in known]
            found += [json.dumps(value, ensure_ascii=False) for value in named]
            left += known.values()
        elif isinstance(each, list):
            left += cast("list[object]", each)
    return found


def _last_word(name: str) -> str:
    words = _WORDS.findall(name)
    return words[-1].lower() if words else ""


def _is_misplaced(name: str, value: object) -> bool:
    """Whether somebody's name or another text stands where an id or a number must."""
    if not isinstance(value, str) or any(map(str.isdecimal, value)):
        return False
    last = _last_word(name)
    return last in _NUMBERS or (last in ("id", "uuid", "guid") and len(value.split()) > 1)


def _is_identifier(name: str, value: object) -> bool:
    named = _last_word(name) in _NAMES
    match value:
        case bool():
            return False
        case int():
            return named and bool(_LONG_NUMBER.search(str(value)))
        case str():
            return len(value) <= LONGEST_IDENTIFIER and _looks_like_one(value, named=named)
        case _:
            return False


def _looks_like_one(value: str, *, named: bool) -> bool:
    if _PLACEHOLDER.fullmatch(value) or _EMAIL.fullmatch(value):
        return True
    if _WORKED_OUT.fullmatch(value):
        return False
    runs: list[str] = _LONG_NUMBER.findall(value)
    return any(named or not _YEAR.fullmatch(run) for run in runs)


def _plain(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdecimal())
