"""Arguments and results as values of JSON: read, and walked."""

import json
from collections.abc import Iterator, Mapping
from typing import cast

from dragoman.engines.llama_cpp.constraints.required import Path


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
