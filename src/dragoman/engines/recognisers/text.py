"""Which lines of text may be quoted, and whether a picture is mostly text."""

from collections.abc import Sequence
from dataclasses import dataclass

from dragoman.engines.recognisers.reader import Line

_MIN_SCORE = 0.9
"""The least score of a line that is quoted from a photograph, where readers invent text."""
_HIGH_SCORE = 0.97
"""The least score of one or two letters, and on a page whose writing the reader lacks."""
_MIN_PAGE_SCORE = 0.75
"""The least score of a line on a page of text."""
_PAGE_LETTERS = 60
"""The number of surely read letters that make a picture a page."""
_LINE_SHAPE = 5
"""The least width over height of what is a line of text, whatever it says."""
_PAGE_LINES = 3
"""The number of long lines that make a picture a page."""


@dataclass(frozen=True, slots=True)
class Text:
    """What was read: lines to quote, and how many were not readable."""

    lines: tuple[str, ...]
    unread: int


def is_page(lines: Sequence[Line]) -> bool:
    """Whether there is so much text that, without anything else, it is a page, sign or screen."""
    read = sum(_letters(line.text) for line in lines if line.score >= _MIN_SCORE)
    long = sum(line.right - line.left >= _LINE_SHAPE * (line.bottom - line.top) for line in lines)
    return read >= _PAGE_LETTERS or long >= _PAGE_LINES


def readable(lines: Sequence[Line]) -> bool:
    """Whether the reader knows this page's writing: it is sure of more than half of the lines."""
    return sum(line.score >= _MIN_SCORE for line in lines) * 2 > len(lines)


def quoted_page(lines: Sequence[Line]) -> Text:
    """The text of a page that may be quoted, row by row."""
    min_score = _MIN_PAGE_SCORE if readable(lines) else _HIGH_SCORE
    rows = _rows(lines)
    rows_to_quote = [
        " ".join(line.text for line in row) for row in rows if _all_sure(row, min_score)
    ]
    return Text(tuple(rows_to_quote), len(rows) - len(rows_to_quote))


def quoted(lines: Sequence[Line]) -> Text:
    """The text of a photograph that may be quoted: sure lines only; others are not counted."""
    return Text(tuple(line.text for line in lines if _is_sure(line)), 0)


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


def _all_sure(row: Sequence[Line], min_score: float) -> bool:
    return all(line.score >= min_score for line in row) and any(_letters(line.text) for line in row)


def _is_sure(line: Line) -> bool:
    count = _letters(line.text)
    return count > 0 and line.score >= (_MIN_SCORE if count > 2 else _HIGH_SCORE)


def _letters(text: str) -> int:
    return sum(character.isalnum() for character in text)
