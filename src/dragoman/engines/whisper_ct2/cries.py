"""Laughter, screams and babble, spelled: text without a word in it."""

import re
import unicodedata
from typing import Final

LONGEST = 2000
"""Characters of a text that are looked at: more than a window has."""

_LENGTHENED: Final = re.compile(r"(.)\1{3}")
"""A letter four times in a row: "aaaah"."""

_BABBLED: Final = re.compile(r"(.{2,4}?)\1{3}")
"""Some letters four times in a row: "mamamama"."""

_LAUGHED: Final = re.compile(r"[bm]?[uw]?a*(?:h+[aeou]+)+h*|[bm]?[uw]?a+h+|[ae]h+")
"""One word of laughter in Latin letters: "ha", "heh", "muah", "bwahaha"; "hi" is a greeting."""

_LAUGHTER: Final = re.compile(
    r"[哈呵嘿嘻]{3,}|[ハヒフヘ]{3,}|[ㅋㅎ]{3,}|([하흐히헤])\1{2,}|а*(?:х+[аеио]+){3,}х*"
)
"""The same where laughter is written without spaces, and in Cyrillic letters."""

LAUGHS = 3
"""Syllables of laughter: less may be words ("ha" is Spanish, "he" English)."""


def wordless(text: str) -> bool:
    """Whether `text` is nothing but laughter, or letters that repeat themselves within a word.

    Words that are repeated ("no, no, no, no") are words.
    """
    words = _words(text[:LONGEST])
    letters = "".join(words)
    if not letters:
        return False
    if _LAUGHTER.fullmatch(letters):
        return True
    kinds = [_kind(word) for word in words]
    if None in kinds:
        return False
    return "babble" in kinds or sum(map(_syllables, words)) >= LAUGHS


def _words(text: str) -> list[str]:
    """Letters and digits, lower case, without marks and signs."""
    plain = unicodedata.normalize("NFC", text).casefold()
    kept = (sign if sign.isalnum() else " " for sign in plain.replace("'", ""))
    return "".join(kept).split()


def _kind(word: str) -> str | None:
    """`babble`, `laughter`, or None: a word."""
    # Without capitals there are no spaces, as a rule, and repeated words are not told from babble.
    if all(sign.isalpha() and sign != sign.upper() for sign in word):
        if _LENGTHENED.search(word) or _BABBLED.search(word):
            return "babble"
        if _LAUGHED.fullmatch(word):
            return "laughter"
    return None


def _syllables(word: str) -> int:
    return len(re.findall(r"h+[aeou]", word))
