"""Lists in optional arguments of which the request mentions nothing: they are left out.

A small model that may give a list fills it, with fifty ingredients or a whole deck of cards.
"""

import json
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import cast

from dragoman.domain.conversation import Message

FEWEST = 2
"""Values that a list must have: one may be another word for what was mentioned."""
DEEPEST = 4
"""Levels of objects and lists in which values are looked for."""
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_ENDING = 2
"""Letters at the end of a word that may differ, as long as `_STEM` are left."""
_STEM = 3
_JSON = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\]]|-?\d+(?:\.\d+)?(?=\s*[,\]}])')


class Mentions:
    """What messages mention, and which arguments of functions may be left out."""

    def __init__(
        self, messages: Sequence[Message], schemas: Mapping[str, Mapping[str, object]]
    ) -> None:
        """`schemas` of arguments, by the names of functions."""
        text = _normal("\n".join(message.text for message in messages))
        self._words = frozenset(_WORD.findall(text))
        self._numbers = frozenset(map(float, _NUMBER.findall(text.replace(",", ""))))
        latin = sum(map(str.isascii, self._words))
        self._latin = 2 * latin >= len(self._words)
        """Whether a value in English is one that could have been mentioned."""
        self._optional = {name: _optional(schema) for name, schema in schemas.items()}

    def optional(self, name: str) -> Collection[str]:
        """The arguments of `name` that may be left out, without lists of set values."""
        return self._optional.get(name, ())

    def missing(self, name: str, arguments: str) -> list[str]:
        """The optional arguments of `name` that are lists, most of whose values nobody mentioned.

        `arguments`: a JSON object, or the beginning of one.
        """
        optional = self.optional(name)
        given = _given(arguments) if optional else None
        return [each for each in optional if given and self._is_missing(given.get(each))]

    def _is_missing(self, value: object) -> bool:
        if not isinstance(value, list):
            return False
        values = set(_values(cast("list[object]", value), DEEPEST))
        mentioned = sum(map(self.mention, values))
        return len(values) >= FEWEST and 2 * mentioned < len(values)

    def mention(self, value: str | float) -> bool:
        """Whether a number is one of those mentioned, or a text has a word in common with them."""
        if not isinstance(value, str):
            return not self._numbers.isdisjoint((float(value), round(value * 100, 6)))
        words = _WORD.findall(_normal(value))
        if not words or (not self._latin and all(map(str.isascii, words))):
            return True
        return any(self._has(word) for word in words)

    def _has(self, word: str) -> bool:
        if not word.isascii():
            # Other languages have endings, and compounds.
            return any(word in each or each in word for each in self._words)
        stem = word[: max(_STEM, len(word) - _ENDING)]
        return any(each.startswith(stem) for each in self._words)


def _optional(schema: Mapping[str, object]) -> Collection[str]:
    """The properties that may be left out, but for those whose values the schema names itself."""
    properties, required = schema.get("properties"), schema.get("required", ())
    if not isinstance(properties, Mapping):
        return ()
    named = cast("Mapping[str, object]", properties)
    must = cast("Collection[str]", required if isinstance(required, list) else ())
    return [name for name, each in named.items() if name not in must and not _has_names(each)]


def _has_names(schema: object) -> bool:
    items = cast("Mapping[str, object]", schema).get("items") if _is_object(schema) else None
    return _is_object(items) and "enum" in cast("Mapping[str, object]", items)


def _is_object(value: object) -> bool:
    return isinstance(value, Mapping)


def _given(arguments: str) -> Mapping[str, object]:
    for text in (arguments, _closed(arguments)):
        try:
            value: object = json.loads(text)
        except (ValueError, RecursionError):
            continue
        return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}
    return {}


def _closed(beginning: str) -> str:
    """The beginning of a JSON text up to its last whole string, with all that is open closed."""
    whole = [
        part
        for part in _JSON.finditer(beginning)
        if not part[0].startswith('"') or _is_value(part[0], beginning[part.end() :][:2])
    ]
    closing: list[str] = []
    for part in whole:
        if part[0] in "{[":
            closing.append("}" if part[0] == "{" else "]")
        elif part[0] in "}]" and closing:
            closing.pop()
    end = whole[-1].end() if whole else 0
    return beginning[:end] + "".join(reversed(closing))


def _is_value(string: str, following: str) -> bool:
    return len(string) > 1 and string.endswith('"') and not following.startswith(":")


def _values(value: object, depth: int) -> Iterator[str | float]:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        yield value
    elif depth and isinstance(value, Mapping):
        for each in cast("Mapping[str, object]", value).values():
            yield from _values(each, depth - 1)
    elif depth and isinstance(value, list):
        for each in cast("list[object]", value):
            yield from _values(each, depth - 1)


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
