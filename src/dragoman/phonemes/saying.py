"""The spoken form of a text, whichever way it is written: to compare texts by ear."""

from collections.abc import Sequence

from dragoman.phonemes.compose import compose
from dragoman.phonemes.reader import pieces_of
from dragoman.phonemes.scan import Language
from dragoman.phonemes.traced import itself


def spoken_form(text: str, language: Language) -> str:
    """The spoken form of `text`: its words as they are read, without spaces, marks and capitals.

    "$5" and "five dollars" say the same.
    """
    composed = compose(itself(text)).text
    pieces = pieces_of(composed, 0, len(composed), language)
    return "".join(filter(str.isalnum, "".join(piece.spoken for piece in pieces).lower()))


def differences(first: Sequence[str], second: Sequence[str]) -> int:
    """The fewest characters, or words, to add, leave out or change (Levenshtein's distance)."""
    above = list(range(len(second) + 1))
    for row, sign in enumerate(first, start=1):
        line = [row]
        for column, other in enumerate(second):
            line.append(
                min(line[column] + 1, above[column + 1] + 1, above[column] + (sign != other))
            )
        above = line
    return above[-1]
