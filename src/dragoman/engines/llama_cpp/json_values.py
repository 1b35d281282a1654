"""Arguments and results as values of JSON: read, and walked."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias, cast

from dragoman.engines.llama_cpp.constraints.required import Path

Leaf: TypeAlias = tuple[Path, str | float]
Element: TypeAlias = Sequence[Leaf]
"""The leaves of an element of a list."""

LONGEST = 100_000
"""Characters of a result that is read."""
MOST_ELEMENTS, MOST_LEAVES = 128, 16
"""The most elements of a list, and the most leaves of one of its elements."""
DEEPEST, NESTED = 3, 2
"""Levels of an element, and of the objects around a list."""


def loaded(text: str) -> object:
    """The value that a text of JSON is; None: it is none, too deep, or null."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def members(arguments: str) -> Mapping[str, object]:
    """The members of an object, by their names; empty where a text is none."""
    value = loaded(arguments)
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}


def leaves(path: Path, value: object, depth: int) -> Iterator[tuple[Path, str | float]]:
    """The texts and numbers in a value of JSON, each with its place; lists have no names."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        yield path, value
    elif depth and isinstance(value, Mapping):
        for name, each in cast("Mapping[str, object]", value).items():
            yield from leaves((*path, name), each, depth - 1)
    elif depth and isinstance(value, list):
        for each in cast("list[object]", value):
            yield from leaves(path, each, depth - 1)


def lists(result: str) -> Iterator[Sequence[Element]]:
    """The lists in a result, each with the leaves of its elements."""
    if len(result) > LONGEST:
        return
    left: list[tuple[object, int]] = [(loaded(result), 0)]
    while left:
        value, depth = left.pop()
        if isinstance(value, list):
            elements = cast("list[object]", value)[:MOST_ELEMENTS]
            if len(elements) > 1:
                yield [list(leaves((), each, DEEPEST))[:MOST_LEAVES] for each in elements]
        elif isinstance(value, Mapping) and depth < NESTED:
            left += [(each, depth + 1) for each in cast("Mapping[str, object]", value).values()]
