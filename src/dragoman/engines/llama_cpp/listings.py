"""Which of several things that were looked up the user means.

A small model that is given a list likes to go on with its first element. Where the user has named
another one, by a title or a kind, what it goes on with is taken from that.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias, cast

from dragoman.domain.conversation import Message
from dragoman.engines.llama_cpp import brief
from dragoman.engines.llama_cpp.forms import Values
from dragoman.engines.llama_cpp.grounding import is_name_of_identifier, plain
from dragoman.engines.llama_cpp.unmentioned import Path, leaves

Leaf: TypeAlias = tuple[Path, str | float]

MOST_RESULTS = 16
"""The last ones are read."""
LONGEST = 100_000
"""Characters of a result that is read."""
MOST_ELEMENTS, MOST_LEAVES = 256, 32
"""Of a list, and of one of its elements."""
DEEPEST, NESTED = 3, 2
"""Levels of an element, and of the objects around a list."""
SHORTEST = 3
"""Letters of a name, fewer in scripts with more meaning in each."""
MOST_MEANT = 16
"""Elements that are meant together."""
_OTHERS = re.compile(
    r"\b(?:not|n't|except|but|besides?|without|other|others|another|else|instead|rather|than|like"
    r"|similar|near|after|before|between)\b"
    r"|말고|빼고|제외|아닌|아니|다른|외에|보다|처럼|비슷",
    re.IGNORECASE,
)
"""Words with which one thing is named and another one is meant."""


class Listings:
    """The lists that came back, beside what the user said last."""

    def __init__(self, messages: Sequence[Message]) -> None:
        spoken = [message.text for message in messages if message.role == "user"]
        text = spoken[-1] if spoken else ""
        self._request = "" if _OTHERS.search(text) else plain(text)
        self._called = [arguments for _, arguments, _ in brief.steps(messages)]
        results = [message.text for message in messages if message.role == "tool"]
        recent = results[-MOST_RESULTS:] if self._request else []
        self._lists = [each for result in reversed(recent) for each in _lists(result)]

    def meant(self, arguments: str) -> Values:
        """What an argument is to be instead, where it is of an element that the user did not name.

        Empty, if there is none, or if it does not stand in a list.
        """
        given = dict(_given(arguments))
        for name, value in given.items():
            if plain(str(value)) in self._request:
                continue
            # What is named may be where it goes from, and what is not, where it goes to.
            instead = [it for it in self._instead(value) if it not in given.values()]
            if instead:
                return {name: instead}
        return {}

    def _instead(self, value: str | float) -> list[str | float]:
        """The values in the place of `value` of the elements that are named and it is not."""
        for elements in self._lists:
            places = [
                (n, path)
                for n, each in enumerate(elements)
                for path, it in each
                if it == value and _tells_apart(path, elements)
            ]
            if not places:
                continue
            names = [self._names(each) for each in elements]
            found: list[str | float] = []
            for number, path in places:
                better = [n for n, each in enumerate(names) if each > names[number]]
                if not better:
                    return []
                most = max(len(names[n]) for n in better)
                found += [
                    it
                    for n in better
                    if len(names[n]) == most
                    for at, it in elements[n]
                    if at == path and type(it) is type(value)
                ]
            new = [it for it in dict.fromkeys(found) if not self._was_called_with(it)]
            if new:
                return new[:MOST_MEANT]
        return []

    def _names(self, element: Sequence[Leaf]) -> frozenset[str]:
        """What of an element the user has said."""
        texts = (plain(str(value)) for _, value in element)
        return frozenset(text for text in texts if _is_name(text) and text in self._request)

    def _was_called_with(self, value: str | float) -> bool:
        return any(json.dumps(value, ensure_ascii=False) in each for each in self._called)


def _lists(result: str) -> Iterator[list[list[Leaf]]]:
    """The lists in a result, each with the leaves of its elements."""
    if len(result) > LONGEST:
        return
    try:
        left: list[tuple[object, int]] = [(json.loads(result), 0)]
    except (ValueError, RecursionError):
        return
    while left:
        value, depth = left.pop()
        if isinstance(value, list):
            elements = cast("list[object]", value)[:MOST_ELEMENTS]
            if len(elements) > 1:
                yield [list(leaves((), each, DEEPEST))[:MOST_LEAVES] for each in elements]
        elif isinstance(value, Mapping) and depth < NESTED:
            left += [(each, depth + 1) for each in cast("Mapping[str, object]", value).values()]


def _given(arguments: str) -> Iterator[tuple[str, str | float]]:
    """The arguments of a call that are texts or numbers."""
    try:
        values: object = json.loads(arguments)
    except (ValueError, RecursionError):
        return
    if isinstance(values, Mapping):
        for name, value in cast("Mapping[str, object]", values).items():
            if isinstance(value, str | int | float) and not isinstance(value, bool):
                yield name, value


def _tells_apart(path: Path, elements: Sequence[Sequence[Leaf]]) -> bool:
    """Whether what stands at `path` is another in each of the elements, as an identifier is."""
    values = [value for each in elements for at, value in each if at == path]
    numeric = any(not isinstance(value, str) for value in values)
    known = not path or not numeric or is_name_of_identifier(path[-1])
    return known and len(set(values)) == len(values)


def _is_name(text: str) -> bool:
    letters = sum(2 if ord(character) > 0x2E80 else 1 for character in text)
    return letters >= SHORTEST
