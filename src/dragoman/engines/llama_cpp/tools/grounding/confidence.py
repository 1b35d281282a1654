"""How sure a model was of the values that it gave: those that it made up are drawn from many.

A number or a date that must be given, that nobody mentioned, and that the model itself finds
unlikely is an invention; so is any such value that may be left out.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dragoman.engines.llama_cpp.tools.grounding import dates
from dragoman.engines.llama_cpp.tools.grounding.unmentioned import Mentions

LEAST_SURE = -1.0
"""The log-probability of all numbers together that must be given and that nobody mentioned."""
LEAST_SURE_OPTIONAL = -0.7
"""The same of one value that may be left out."""
UNSURE = -0.3
"""A number below that takes part in what is doubted."""
_PART = re.compile(r'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|[{}\[\]]')
_COARSE = re.compile(r"-?\d+(?:\.\d)?")
"""A number as far as it must be known: a coordinate may have any digits after that."""

Drawn = Sequence[tuple[str, float]]
"""Arguments, a JSON object, in the pieces that were drawn, with the log-probability of each."""


@dataclass(frozen=True, slots=True)
class Value:
    """A string, a number or a truth value in arguments, and how sure the model was of it."""

    path: tuple[str, ...]
    """The argument that it is, or stands in, and the names of members down to it."""
    value: str | float | bool
    logprob: float
    named: float
    """The log-probability that the argument is given at all, rather than another one or none."""

    @property
    def property(self) -> str:
        """The argument that it is, or stands in."""
        return self.path[0] if self.path else ""


def values(drawn: Drawn) -> Iterator[Value]:
    """The values in arguments."""
    text = "".join(piece for piece, _ in drawn)
    probabilities = _Probabilities(drawn)
    path: list[str] = []
    named, after = 0.0, 0
    objects: list[bool] = []
    """A flag for each bracket that is open: whether it is an object's, which adds a name to the
    path."""
    for part in _PART.finditer(text):
        literal = part[0]
        if literal in "{[":
            objects.append(literal == "{")
            path += [""] * objects[-1]
        elif literal in "}]":
            path = path[:-1] if objects and objects.pop() else path
        elif path and text.startswith(":", part.end()):
            path[-1] = str(_read(literal))
            if len(path) == 1:
                named = probabilities.between(after, part.end() - 1)
        else:
            start, end = _drawn_from(part)
            logprob = probabilities.between(start, end)
            after = end
            yield Value(tuple(path), _read(literal), logprob, named)


def required(drawn: Drawn, function: str, mentions: Mentions) -> list[str]:
    """The arguments that must be given, whose numbers, dates and times of day are guessed."""
    guessed = [
        each
        for each in values(drawn)
        if _is_number_or_moment(each)
        and mentions.must(function, each.path)
        and not mentions.mention(each.value)
    ]
    if sum(each.logprob for each in guessed) >= LEAST_SURE:
        return []
    return list(dict.fromkeys(each.property for each in guessed if each.logprob < UNSURE))


def spare(drawn: Drawn, function: str, mentions: Mentions) -> list[str]:
    """The arguments that may be left out, and whose values are guessed.

    That an argument is given at all is a part of the guess: a model that hesitates whether to
    filter at all is sure of the filter once it has begun.
    """
    optional = frozenset(mentions.optional(function))
    sums: dict[str, float] = {}
    for each in values(drawn):
        if each.property in optional and not mentions.is_named(function, each.path):
            known = not isinstance(each.value, bool) and mentions.mention(each.value)
            if not known:
                sums[each.property] = sums.get(each.property, each.named) + each.logprob
    return [name for name, logprob in sums.items() if logprob < LEAST_SURE_OPTIONAL]


def _is_number_or_moment(each: Value) -> bool:
    if isinstance(each.value, str):
        return dates.is_one(each.value)
    return not isinstance(each.value, bool)


class _Probabilities:
    """Of the pieces of a text, from its beginning to its end."""

    def __init__(self, drawn: Drawn) -> None:
        self._drawn = drawn
        self._piece = self._at = 0

    def between(self, start: int, end: int) -> float:
        """Of the pieces that hold the text between, together; `start` never goes back."""
        while self._piece < len(self._drawn) and self._after <= start:
            self._at = self._after
            self._piece += 1
        total, at = 0.0, self._at
        for number in range(self._piece, len(self._drawn)):
            piece, logprob = self._drawn[number]
            if at >= end:
                break
            total += logprob if piece else 0.0
            at += len(piece)
        return total

    @property
    def _after(self) -> int:
        return self._at + len(self._drawn[self._piece][0])


def _drawn_from(part: re.Match[str]) -> tuple[int, int]:
    """Where the model chose a value.

    Quotes are not of it: the piece that closes a string also says whether another argument follows,
    and which type stands there is the schema's to say.
    """
    if part[0].startswith('"'):
        return part.start() + 1, part.end() - 1
    number = _COARSE.match(part[0])
    return part.start(), part.start() + number.end() if number else part.end()


def _read(literal: str) -> str | float | bool:
    try:
        return json.loads(literal, strict=False)
    except ValueError:
        # No JSON, or a number of thousands of digits; nobody mentioned that.
        return literal
