"""Backing of an answer's numbers: the conversation, its results, and what follows from them.

A small model that has to tell a price or a date, and has found none, tells one all the same. A
number of an answer should stand somewhere, or be worked out from what does.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import cast

from dragoman.domain.conversation import Message
from dragoman.engines.llama_cpp.constraints.required import Path
from dragoman.engines.llama_cpp.json_values import leaves, loaded
from dragoman.engines.llama_cpp.tools.grounding.quantities import Quantities

LONGEST = 20_000
"""Characters of all texts that an answer is held against; with more, nothing is."""
COUNTED = 12
"""Numbers up to it count, or stand before the lines of a list."""
MOST_PAIRED = 12
"""Numbers of results of which two are worked out together."""
LARGEST = 10**15
"""The largest of the numbers from which others are worked out."""
DEEPEST = 4
"""Levels of a result."""
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
"""Code in a text, which may hold any number."""
_NUMBER = re.compile(r"\d{1,3}(?:[,.'’]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)?")
_DATE = re.compile(r"(?<!\d)(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?!\d)")
_TIME = re.compile(r"(?<!\d)([01]?\d|2[0-3]):([0-5]\d)(?!\d)")
_COUNTING = re.compile(r"\s?[만천억조百千万萬億亿]")
"""After a number that goes on in signs."""


class Backing:
    """The numbers that an answer may tell."""

    def __init__(self, messages: Sequence[Message]) -> None:
        said = [message.text for message in messages if message.role != "tool"]
        calls = [call.arguments for message in messages for call in message.tool_calls]
        results = [message.text for message in messages if message.role == "tool"]
        own = "\n".join(message.text for message in messages if message.role == "user")
        self._whole = "\n".join([*said, *calls, *results])
        self._over = len(self._whole) > LONGEST
        self._quantities: Quantities | None = None
        self._own = own
        self._results = results
        self._worked_out: frozenset[float] = frozenset()

    def missing(self, text: str) -> list[str]:
        """The numbers in a text that nothing backs, as they are written."""
        if self._over:
            return []
        plain = _DATE.sub(r"\1 \3 \4", _CODE.sub(" ", text))
        found = (
            match for match in _NUMBER.finditer(plain) if not _COUNTING.match(plain, match.end())
        )
        return [match[0] for match in found if not self._holds(match[0])]

    def _holds(self, written: str) -> bool:
        """Whether one of the numbers that may be meant is backed."""
        if written in self._whole or (written.isdecimal() and int(written) <= COUNTED):
            return True
        if self._quantities is None:
            self._quantities = Quantities(self._whole, self._own)
            self._worked_out = frozenset(_worked_out(self._results))
        return any(
            self._quantities.hold(each) or round(each, 2) in self._worked_out
            for each in _readings(written)
        )


def _readings(written: str) -> Iterator[float]:
    """The readings of a written number: people write 1,234.5 and 1.234,5."""
    bare = re.sub(r"['’]", "", written)
    for thousands, point in ((",", "."), (".", ",")):
        try:
            yield float(bare.replace(thousands, "").replace(point, "."))
        except ValueError:
            continue


def _worked_out(results: Sequence[str]) -> Iterator[float]:
    """Numbers that follow from those of results: rounded, counted, added up, and of each two."""
    fields: defaultdict[Path, list[float]] = defaultdict(list)
    for result in results:
        value = loaded(result)
        for path, each in leaves((), value, DEEPEST):
            if not isinstance(each, str) and abs(each) < LARGEST:
                fields[path].append(float(each))
        yield from map(float, _lengths(value))
    every = [each for numbers_ in fields.values() for each in numbers_]
    for each in every:
        yield from (float(round(each)), round(each, 1), round(each * 100, 2))
        # Minutes are told as hours and minutes.
        yield from map(float, divmod(round(each), 60))
    for numbers_ in fields.values():
        yield round(sum(numbers_), 2)
        yield round(sum(numbers_) / len(numbers_), 2)
    yield from _spans(results)
    for first, second in combinations(every[:MOST_PAIRED], 2):
        yield from (round(first + second, 2), round(abs(first - second), 2))
        yield round(first * second, 2)


def _spans(results: Sequence[str]) -> Iterator[float]:
    """The hours and minutes between times of day."""
    found = [match for result in results for match in _TIME.findall(result)][:MOST_PAIRED]
    minutes = [int(hours) * 60 + int(rest) for hours, rest in found]
    for first, second in combinations(minutes, 2):
        between = abs(second - first)
        yield from map(float, (between, *divmod(between, 60)))


def _lengths(value: object) -> Iterator[int]:
    """How many things lists hold."""
    if isinstance(value, list):
        yield len(cast("list[object]", value))
    elif isinstance(value, Mapping):
        for each in cast("Mapping[str, object]", value).values():
            yield from _lengths(each)
