"""What a language must say of itself, so that its numbers, dates and signs can be read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dragoman.phonemes.arithmetic import Words

NOT_FEMININE = (
    r"(?!d[ií]as?\b|(?:problem|sistem|tem|program|idiom|map|planet|poet|clim|esquem|gram|kilogram"
    r"|quilogram)as?\b|(?:para|era|está|ya|cada|hasta|da|na|mas|fora|agora|ainda)\b)"
)
"""What ends in -a and is no feminine noun: to be put before a pattern of those that are."""

Gender: TypeAlias = Literal["m", "f"]
"""Of what is counted."""


@dataclass(frozen=True, slots=True)
class Coin:
    """A currency: "euro", "euros" and what a hundredth is called ("" where there is none)."""

    one: str
    many: str
    cent: str = ""
    cents: str = ""
    gender: Gender = "m"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Of one language; every text is small letters with spaces between words."""

    cardinal: Callable[[int], str]
    """A number from 0 on, in words."""
    counted: Callable[[int, Gender], str]
    """The same before what is counted, and its gender: "un", "una"."""
    ordinal: Callable[[int, Gender], str]
    """"third", by gender."""
    clock: Callable[[int, int], str]
    """Hours and minutes."""
    date: Callable[[int, str, int | None], str]
    """Day, name of the month and year."""
    months: tuple[str, ...]
    short_months: tuple[str, ...]
    units: Mapping[str, tuple[str, str]]
    """"kg": one, several."""
    feminine_units: frozenset[str]
    feminine_nouns: str
    """A regular expression for what looks like a feminine noun, so that "2 casas" is duas casas."""
    masculine_nouns: str
    coins: Mapping[str, Coin]
    scales: tuple[str, ...]
    """Words between an amount and its currency: "$3 millones" is tres millones de dólares."""
    of: str
    """Between a scale and the currency: "de"."""
    signs: Mapping[str, str]
    address_signs: Mapping[str, str]
    abbreviations: Mapping[str, str]
    ordinal_ends: str
    """A regular expression: what stands behind the digits of an ordinal."""
    feminine_ends: str
    """Those of them that make it feminine."""
    point: str
    minus: str
    arithmetic: Words
    """Signs between numbers."""
    out_of: str
    """Between a mark and the best one: 8/10."""
    over: str
    """In a blood pressure: 120/80."""
    ratio: str
    """3:1."""
    naming: re.Pattern[str]
    """Words before a number that is a name, and so said digit by digit."""
    emergencies: frozenset[str]
    """What is dialled in need, where people say its digits."""
    dialled: re.Pattern[str]
    """Words before such a number."""
    joint: str
    """Between currency and hundredths: "con", "et"."""
    kings_are_ordinal: bool
    """Whether "XXI" is an ordinal; else it is a plain number."""
    last_ordinal_king: int
    """Up to here the number of a ruler is an ordinal: "Felipe VI" is sexto."""
    half: str
    """In "1 1/2": "uno y medio"."""
    small_fractions: Mapping[tuple[int, int], str]
    """½ and its like: (1, 2): "un medio"."""
    parts: Callable[[int], str]
    """The lower half of any other fraction: 5 is "quintos"."""
    is_dialled_in_pairs: bool = False
    """Whether telephone numbers are said two digits at a time: "zéro six, douze"."""
    elides: bool = False
    """Whether "de" is "d'" before a vowel."""
