"""The vocabulary of a language, with which its numbers, dates and signs can be read."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dragoman.phonemes.arithmetic import Words

NOT_FEMININE = (
    r"(?!d[ií]as?\b|(?:problem|sistem|tem|program|idiom|map|planet|poet|clim|esquem|gram|kilogram"
    r"|quilogram)as?\b|(?:para|era|está|ya|cada|hasta|da|na|mas|fora|agora|ainda)\b)"
)
"""A pattern for words in -a that are no feminine noun: to be put before a pattern of those that
are."""

Gender: TypeAlias = Literal["m", "f"]
"""The gender of what is counted."""


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
    """The vocabulary of one language; every text is small letters with spaces between words."""

    cardinal: Callable[[int], str]
    """A number from 0 on, in words."""
    counted: Callable[[int, Gender], str]
    """A number before what is counted, and its gender: "un", "una"."""
    ordinal: Callable[[int, Gender], str]
    """An ordinal, by gender: "third"."""
    clock: Callable[[int, int], str]
    """A time of day, of hours and minutes."""
    date: Callable[[int, str, int | None], str]
    """A date, of a day, the name of a month and a year."""
    months: tuple[str, ...]
    short_months: tuple[str, ...]
    units: Mapping[str, tuple[str, str]]
    """The names of units: "kg", of one and of several."""
    feminine_units: frozenset[str]
    feminine_nouns: str
    """A regular expression for what looks like a feminine noun, so that "2 casas" is duas casas."""
    masculine_nouns: str
    coins: Mapping[str, Coin]
    scales: tuple[str, ...]
    """The words between an amount and its currency: "$3 millones" is tres millones de dólares."""
    of: str
    """The word between a scale and the currency: "de"."""
    signs: Mapping[str, str]
    address_signs: Mapping[str, str]
    abbreviations: Mapping[str, str]
    ordinal_ends: str
    """A regular expression for what stands behind the digits of an ordinal."""
    feminine_ends: str
    """The ends of ordinals that make them feminine."""
    point: str
    minus: str
    arithmetic: Words
    """The words for signs between numbers."""
    out_of: str
    """The word between a mark and the best one: 8/10."""
    over: str
    """The word in a blood pressure: 120/80."""
    ratio: str
    """The word in a ratio: 3:1."""
    naming: re.Pattern[str]
    """The words before a number that is a name, and so said digit by digit."""
    emergencies: frozenset[str]
    """The numbers that are dialled in need, where people say their digits."""
    dialled: re.Pattern[str]
    """The words before a number that is dialled."""
    joint: str
    """The word between currency and hundredths: "con", "et"."""
    kings_are_ordinal: bool
    """Whether "XXI" is an ordinal; else it is a plain number."""
    last_ordinal_king: int
    """The largest number of a ruler that is an ordinal: "Felipe VI" is sexto."""
    half: str
    """The half in "1 1/2": "uno y medio"."""
    small_fractions: Mapping[tuple[int, int], str]
    """The names of ½ and its like: (1, 2) is "un medio"."""
    parts: Callable[[int], str]
    """The name of the lower half of any other fraction: 5 is "quintos"."""
    weekdays: Mapping[str, str]
    """The days of the week by their short names: "lun" is lunes."""
    century: str
    """The word for which "s." stands before or behind a Roman numeral."""
    large: Mapping[str, tuple[str, str]]
    """The scales behind an amount, of one and of several: "1,2 M" is un coma dos millones."""
    rates: Mapping[str, str]
    """The words for what follows a stroke behind an amount: "5 €/mes" is al mes."""
    is_dialled_in_pairs: bool = False
    """Whether telephone numbers are said two digits at a time: "zéro six, douze"."""
    elides: bool = False
    """Whether "de" is "d'" before a vowel."""
