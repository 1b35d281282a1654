"""Numbers in words, beside those of the Unicode Consortium's CLDR."""

import random
from collections.abc import Callable, Mapping

import pytest
from unicode_rbnf import RbnfEngine

from dragoman.phonemes.english.numbers import cardinal as english
from dragoman.phonemes.french.numbers import cardinal as french
from dragoman.phonemes.korean.numbers import sino
from dragoman.phonemes.portuguese.numbers import cardinal as portuguese
from dragoman.phonemes.spanish.numbers import cardinal as spanish

SEED = 7
NUMBERS = [
    *range(1_000),
    *(random.Random(SEED + n).randrange(10 ** (3 + n % 9)) for n in range(200)),
]
ALIKE: Mapping[str, tuple[tuple[str, str], ...]] = {
    "fr": (("quatre-vingts", "quatre-vingt"), ("cents", "cent")),
    "pt": (("catorze", "quatorze"), ("milhões e ", "milhões "), ("milhão e ", "milhão ")),
}
"""Plurals that are only written, another spelling, and the Portuguese "and" before thousands, which
CLDR always has and grammars only before a round hundred."""


@pytest.mark.parametrize(
    ("language", "cardinal"),
    [
        ("en", english),
        ("es", spanish),
        ("fr", french),
        ("ko", sino),
        ("pt", portuguese),
    ],
)
def test_numbers_are_said_as_cldr_says_them(language: str, cardinal: Callable[[int], str]) -> None:
    judge = RbnfEngine.for_language(language)
    for number in NUMBERS:
        judged = judge.format_number(number).text
        assert _bare(cardinal(number), language) == _bare(judged, language), number


def _bare(text: str, language: str) -> str:
    """A number in words without what is not heard, hyphens and spaces among it."""
    for theirs, ours in ALIKE.get(language, ()):
        text = text.replace(theirs, ours)
    return "".join(filter(str.isalpha, text))
