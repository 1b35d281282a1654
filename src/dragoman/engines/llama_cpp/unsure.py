"""How sure a model was of the values that it gave: those that it made up are drawn from many.

A number that must be given, that nobody mentioned, and that the model itself finds unlikely is an
invention; so is any such value that may be left out.
"""

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from dragoman.engines.llama_cpp.unmentioned import Mentions

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

    property: str
    """The argument that it is, or stands in."""
    value: str | float | bool
    logprob: float


def values(drawn: Drawn) -> Iterator[Value]:
    """The values in arguments."""
    text = "".join(piece for piece, _ in drawn)
    depth, name = 0, ""
    for part in _PART.finditer(text):
        literal = part[0]
        if literal in "{[":
            depth += 1
        elif literal in "}]":
            depth -= 1
        elif text.startswith(":", part.end()):
            name = json.loads(literal) if depth == 1 else name
        else:
            number = _COARSE.match(literal)
            end = part.start() + number.end() if number else part.end()
            yield Value(name, json.loads(literal), _logprob(drawn, part.start(), end))


def required(drawn: Drawn, optional: Collection[str], mentions: Mentions) -> list[str]:
    """The arguments that must be given, whose numbers are guessed."""
    guessed = [
        each
        for each in values(drawn)
        if each.property not in optional
        and isinstance(each.value, int | float)
        and not isinstance(each.value, bool)
        and not mentions.mention(each.value)
    ]
    if sum(each.logprob for each in guessed) >= LEAST_SURE:
        return []
    return list(dict.fromkeys(each.property for each in guessed if each.logprob < UNSURE))


def spare(drawn: Drawn, optional: Collection[str], mentions: Mentions) -> list[str]:
    """The arguments that may be left out, and whose values are guessed."""
    sums: dict[str, float] = {}
    for each in values(drawn):
        if each.property in optional:
            known = not isinstance(each.value, bool) and mentions.mention(each.value)
            guess = 0.0 if known else each.logprob
            sums[each.property] = sums.get(each.property, 0.0) + guess
    return [name for name, logprob in sums.items() if logprob < LEAST_SURE_OPTIONAL]


def _logprob(drawn: Drawn, start: int, end: int) -> float:
    """Of the pieces that hold the text from `start` to `end`, together."""
    total, at = 0.0, 0
    for piece, logprob in drawn:
        if at < end and at + len(piece) > start:
            total += logprob
        at += len(piece)
    return total
