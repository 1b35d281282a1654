"""Which lines of text may be quoted, and whether a picture is mostly text."""

from collections.abc import Sequence
from dataclasses import dataclass

from dragoman.engines.recognisers.reader import Line

_SURE = 0.9
"""Score from which a line is quoted in a photograph, where readers invent text."""
_VERY_SURE = 0.97
"""The same for one or two letters, and on a page whose writing the reader does not know."""
_PAGE = 0.75
"""The same on a page of text."""
_LETTERS = 60
"""Surely read letters that make a picture a page."""
_LONG = 5
"""Width over height from which something is a line of text whatever it says."""
_LINES = 3
"""Long lines that make a picture a page."""


@dataclass(frozen=True, slots=True)
class Text:
    """What was read: lines to quote, and how many were not readable."""

    lines: tuple[str, ...]
    unread: int


def is_page(lines: Sequence[Line]) -> bool:
    """Whether there is so much text that, without anything else, it is a page, sign or screen."""
    read = sum(_letters(line.text) for line in lines if line.score >= _SURE)
    long = sum(line.right - line.left >= _LONG * (line.bottom - line.top) for line in lines)
    return read >= _LETTERS or long >= _LINES


def readable(lines: Sequence[Line]) -> bool:
    """Whether the reader knows this page's writing: it is sure of more than half of the lines."""
    return sum(line.score >= _SURE for line in lines) * 2 > len(lines)


def quoted_page(lines: Sequence[Line]) -> Text:
    """What may be quoted of a page: row by row."""
    least = _PAGE if readable(lines) else _VERY_SURE
    rows = _rows(lines)
    told = [" ".join(line.text for line in row) for row in rows if _all_sure(row, least)]
    return Text(tuple(told), len(rows) - len(told))


def quoted(lines: Sequence[Line]) -> Text:
    """What may be quoted of a photograph: only what is sure; the rest is not spoken of."""
    return Text(tuple(line.text for line in lines if _sure(line)), 0)


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines that stand side by side, from left to right; the rows from top to bottom."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.top + line.bottom):
        middle = (line.top + line.bottom) / 2
        if rows and rows[-1][0].top < middle < rows[-1][0].bottom:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.left) for row in rows]


def _all_sure(row: Sequence[Line], least: float) -> bool:
    return all(line.score >= least for line in row) and any(_letters(line.text) for line in row)


def _sure(line: Line) -> bool:
    count = _letters(line.text)
    return count > 0 and line.score >= (_SURE if count > 2 else _VERY_SURE)


def _letters(text: str) -> int:
    return sum(character.isalnum() for character in text)
