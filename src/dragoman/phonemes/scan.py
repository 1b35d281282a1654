"""A scanner of text with a table of rules, which keeps where each spoken word came from."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

Language: TypeAlias = Literal["en", "ko", "es", "fr", "it", "pt", "ja", "zh"]
SPOKEN: Mapping[str, Language] = {code: code for code in get_args(Language)}
"""The languages that are spoken, by their codes."""

MARKS = frozenset(',.!?;:—…"()“”')
"""The punctuation that is heard."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece `text[start:end]` and how it is said: words with spaces between, or one mark."""

    start: int
    end: int
    spoken: str
    language: Language
    phonemes: str = ""
    """The phonemes that the caller gave: `spoken` is not looked up."""

    @property
    def is_mark(self) -> bool:
        """Whether the piece is punctuation."""
        return self.spoken in MARKS


@dataclass(frozen=True, slots=True)
class Rule:
    """A match of `pattern` is said as `say` returns; None: the rule does not apply after all."""

    pattern: re.Pattern[str]
    say: Callable[[re.Match[str]], str | None]
    language: Language | None = None
    """The language of what is spoken; None: the language of the table."""


def rule(
    pattern: str,
    say: Callable[[re.Match[str]], str | None],
    language: Language | None = None,
) -> Rule:
    """A rule from a verbose pattern (white space in it means nothing)."""
    return Rule(re.compile(pattern, re.VERBOSE), say, language)


def scan(text: str, start: int, end: int, rules: Sequence[Rule], language: Language) -> list[Piece]:
    """The pieces of `text[start:end]`, in order; where no rule applies, a character is silent.

    An empty reading means that the matched characters are not said.
    """
    pieces: list[Piece] = []
    position = start
    while position < end:
        if text[position].isspace():
            position += 1
            continue
        piece = _first(text, position, end, rules, language)
        if piece is None:
            position += 1
            continue
        if piece.spoken:
            pieces.append(piece)
        position = piece.end
    return pieces


def _first(
    text: str, position: int, end: int, rules: Sequence[Rule], language: Language
) -> Piece | None:
    for entry in rules:
        match = entry.pattern.match(text, position, end)
        if match is None or match.end() == position:
            continue
        spoken = entry.say(match)
        if spoken is not None:
            return Piece(position, match.end(), spoken, entry.language or language)
    return None
