"""How far two transcripts differ, in words or characters."""

import re
import unicodedata
from dataclasses import dataclass

from dragoman.phonemes.saying import differences

MOST_UNITS = 3000
"""Words, or characters, of the beginning that are compared: the work grows with their square."""

_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Characters of Japanese, Chinese and Korean, which are counted instead of words."""


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """Words wrong, missing and added, of those that were recorded."""

    share: float
    is_of_characters: bool
    is_of_beginning: bool
    """Whether the transcripts were too long to be compared whole."""


def error_rate(recorded: str, answer: str) -> ErrorRate | None:
    """Count what differs, without case and signs; None: nothing was recorded."""
    letters = sum(map(str.isalpha, recorded))
    by_character = 2 * len(_UNSPACED.findall(recorded)) > letters
    first, second = (_units(text, by_character=by_character) for text in (recorded, answer))
    if not first:
        return None
    is_long = max(len(first), len(second)) > MOST_UNITS
    first, second = first[:MOST_UNITS], second[:MOST_UNITS]
    return ErrorRate(differences(first, second) / len(first), by_character, is_long)


def _units(text: str, *, by_character: bool) -> list[str]:
    plain = unicodedata.normalize("NFKC", text.lower())
    signs = (" " if unicodedata.category(s)[0] in "PS" and s != "'" else s for s in plain)
    words = "".join(signs).split()
    return list("".join(words)) if by_character else words
