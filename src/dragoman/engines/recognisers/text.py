"""Which lines of text may be quoted, and whether a picture is mostly text."""

from collections.abc import Sequence
from dataclasses import dataclass

from dragoman.engines.recognisers.reader import Line

_SURE = 0.9
"""Score from which a line is quoted in a photograph, where readers invent text."""
_SURE_SHORT = 0.97
"""The same for one or two letters."""
_PAGE = 0.75
"""The same on a page of text."""
_LETTERS = 60
"""Surely read letters that make a picture a page."""


@dataclass(frozen=True, slots=True)
class Text:
    """What was read: lines to quote, and how many were not readable."""

    lines: tuple[str, ...]
    unread: int


def letters(lines: Sequence[Line]) -> int:
    """How many letters and digits were surely read."""
    return sum(_letters(line.text) for line in lines if line.score >= _SURE)


def is_page(lines: Sequence[Line], *, subject: bool, people: bool) -> bool:
    """Whether there is much text and nothing else: a page, a sign or a screen."""
    return letters(lines) >= _LETTERS and not subject and not people


def quoted(lines: Sequence[Line], *, page: bool) -> Text:
    """The lines that may be quoted."""
    kept = [line.text for line in lines if _sure(line, page=page)]
    return Text(tuple(kept), len(lines) - len(kept) if page else 0)


def _sure(line: Line, *, page: bool) -> bool:
    count = _letters(line.text)
    if count == 0:
        return False
    if page:
        return line.score >= _PAGE
    return line.score >= (_SURE if count > 2 else _SURE_SHORT)


def _letters(text: str) -> int:
    return sum(character.isalnum() for character in text)
