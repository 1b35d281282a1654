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

_CRIED: Final = re.compile(
    r"u+r*g+h+|a+r+g+h*|g+r{2,}|[wg]?a{2,}h+|ga+h+|e{2,}k+|o{2,}f+|a*u{2,}h+"
)
"""One cry that is no word: "ugh", "argh", "grrr", "aah"; "ah", "oh" and "ow" are."""

_LAUGHTER: Final = re.compile(
    r"[哈呵嘿嘻]{3,}|[ハヒフヘ]{3,}|[ㅋㅎ]{3,}|([하흐히헤])\1{2,}|а*(?:х+[аеио]+){3,}х*"
)
"""The same where laughter is written without spaces, and in Cyrillic letters."""

_SPOKEN: Final = "%&@#+=±×÷°"
"""Signs that are words, beside those of money."""

LAUGHS = 3
"""Syllables of laughter: less may be words ("ha" is Spanish, "he" English)."""


def wordless(text: str) -> bool:
    """Whether `text` is nothing but signs, laughter, cries, or words that repeat their own letters.

    Words that are repeated ("no, no, no, no") are words.
    """
    words = _words(text[:LONGEST])
    letters = "".join(words)
    if not letters:
        return not any(sign in _SPOKEN or unicodedata.category(sign) == "Sc" for sign in text)
    if _LAUGHTER.fullmatch(letters):
        return True
    kinds = [_kind(word) for word in words]
    if None in kinds:
        return False
    return "cry" in kinds or sum(map(_syllables, words)) >= LAUGHS


def _words(text: str) -> list[str]:
    """Letters and digits, lower case, without marks and signs; `ʻ` counts as a sign."""
    plain = unicodedata.normalize("NFC", text).casefold()
    kept = (
        sign if sign.isalnum() and unicodedata.category(sign) != "Lm" else " "
        for sign in plain.replace("'", "")
    )
    return "".join(kept).split()


def _kind(word: str) -> str | None:
    """`cry`, `laughter`, or None: a word."""
    # Without capitals there are no spaces, as a rule, and repeated words are not told from babble.
    if all(sign.isalpha() and sign != sign.upper() for sign in word):
        if any(form.search(word) for form in (_LENGTHENED, _BABBLED)) or _CRIED.fullmatch(word):
            return "cry"
        if _LAUGHED.fullmatch(word):
            return "laughter"
    return None


def _syllables(word: str) -> int:
    return len(re.findall(r"h+[aeou]", word))
