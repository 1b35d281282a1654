"""JSON of a server that may be anything, read by paths; what is not there says so by itself."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard, cast

from dragoman.conformance.check import Differs

_HALF = re.compile("[\ud800-\udfff]")
_LARGEST = 2**63
_NAMES: Mapping[type, str] = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


def require(condition: object, reason: str) -> None:
    """Require that `condition` holds.

    Raises:
        Differs: it does not; the message is `reason`.
    """
    if not condition:
        raise Differs(reason)


def value(document: object, path: str) -> object:
    """Return what stands at a path: names and places of lists, with dots between.

    Raises:
        Differs: nothing stands there.
    """
    place: object = document
    for name in path.split("."):
        if _is_object(place) and name in place:
            place = place[name]
        elif _is_list(place) and name.isdecimal() and int(name) < len(place):
            place = place[int(name)]
        else:
            raise Differs(f"{path} is missing")
    return place


def has(document: object, path: str) -> bool:
    """Tell whether anything stands at a path, null among it."""
    try:
        value(document, path)
    except Differs:
        return False
    return True


def text(document: object, path: str) -> str:
    """Return the text at a path, or raise `Differs`; half of a surrogate pair is no text."""
    words = cast("str", _typed(document, path, str))
    require(not _HALF.search(words), f"{path} has half of a character")
    return words


def whole(document: object, path: str) -> int:
    """Return the whole number at a path, or raise `Differs`."""
    count = cast("int", _typed(document, path, int))
    require(abs(count) < _LARGEST, f"{path} is larger than any number that is meant")
    return count


def number(document: object, path: str) -> float:
    """Return the number at a path, whole or not, or raise `Differs`."""
    item = value(document, path)
    if isinstance(item, float):
        return item
    if type(item) is not int:
        raise Differs(f"{path} is {_name(item)}, not a number")
    return float(whole(document, path))


def array(document: object, path: str) -> Sequence[object]:
    """Return the list at a path, or raise `Differs`."""
    return cast("list[object]", _typed(document, path, list))


def members(document: object, path: str) -> Mapping[str, object]:
    """Return the object at a path, or raise `Differs`."""
    return cast("Mapping[str, object]", _typed(document, path, dict))


def equal(document: object, path: str, expected: object) -> None:
    """Require one value at a path.

    Raises:
        Differs: another stands there.
    """
    item = value(document, path)
    if item != expected or type(item) is not type(expected):
        shown = quoted(item) if isinstance(item, str) else _name(item)
        if isinstance(item, int | float) and not isinstance(item, bool):
            shown = str(item)[:20]
        raise Differs(f"{path} is {shown}, not {_shown(expected)}")


def quoted(words: str) -> str:
    """Return the beginning of a server's words in quotation marks, on one line."""
    line = " ".join(words[:400].split())
    return f'"{line[:60]}…"' if len(line) > 60 else f'"{line}"'


def _typed(document: object, path: str, kind: type) -> object:
    item = value(document, path)
    if type(item) is not kind:
        raise Differs(f"{path} is {_name(item)}, not {_NAMES[kind]}")
    return item


def _name(item: object) -> str:
    return _NAMES.get(type(item), "something else")


def _shown(expected: object) -> str:
    if isinstance(expected, str):
        return f'"{expected}"'
    return "null" if expected is None else str(expected).lower()


def _is_object(item: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(item, dict)


def _is_list(item: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(item, list)
