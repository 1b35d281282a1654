"""The numbers that a text mentions: in digits, however they are written, in words, and worked out.

Whoever reads one number too many lets a guess pass; whoever reads one too few refuses what was
asked for. So a number counts as mentioned when it may be meant.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

from dragoman.engines.llama_cpp.tools.grounding.numerals import (
    ARTICLES,
    JOINING,
    KOREAN,
    MONTHS,
    MYRIADS,
    SCALES,
    SHORT,
    SIGNS,
    TENS,
    UNITS,
)
from dragoman.engines.llama_cpp.tools.grounding.wording import normal

MOST_WORKED_OUT = 100
"""Numbers of the user's from which others are worked out; the first."""
CLOSE = 0.005
"""The part by which what is worked out may differ."""
_FACTORS = (
    *(1 / 100, 100, 10**3, 10**6, 10**9, 1 / 10**3, 1 / 10**6, 10**4, 1024, 1024**2, 1024**3),
    *(60, 3600, 86_400, 1 / 60, 1 / 3600, 24, 1 / 24, 1440, 7, 168, 604_800, 30, 365, 12, 1 / 12),
    *(60_000, 3_600_000, 52, 2.54, 1 / 2.54, 0.3048, 1 / 0.3048, 1.609344, 1 / 1.609344, 1609.344),
    *(0.45359237, 1 / 0.45359237, 28.3495, 3.6, 1 / 3.6, 3.78541, 1.852, 180 / math.pi),
    *(math.pi / 180, 12 * 2.54),
)
"""Of units: percent, SI, time, inches, feet, miles, pounds, ounces, degrees."""
_DIGITS = (
    re.compile(r"\d+"),
    re.compile(r"(?<!\d)\d{1,30}\.\d{1,30}"),
    re.compile(r"(?<!\d)\d{1,30},\d{1,30}"),
    re.compile(r"(?<!\d)\d{1,3}(?:[,'’ \u00a0\u202f_]\d{2,3}){1,5}(?:\.\d+)?"),
    re.compile(r"(?<!\d)\d{1,3}(?:[. \u00a0\u202f]\d{3}){1,5}(?:,\d+)?"),
    re.compile(r"(?<!\d)\d{1,30}(?:\.\d{1,30})?e[-+]?\d{1,3}"),
)
"""Each may read the same digits in its own way: 1,000 is a thousand, or one, or 1 and 0."""
_SEPARATORS = str.maketrans("٫٬−", ".,-")
_VULGAR = re.compile(r"(?<=\d)(?=[¼-¾⅐-⅞])")
_FRACTION = re.compile(r"(?<!\d)(?:(\d{1,6})\s+)?(\d{1,6})\s?[/⁄]\s?(\d{1,6})")
_RANGE = re.compile(
    r"(?<!\d)(\d{1,9})\s?(?:[-–—~〜]|to|through|until|till|and|bis|und|à|a|al|부터|에서|から|到|至|до|إلى)"
    r"\s?(\d{1,9})"
)
_TOKEN = re.compile(r"\d{1,30}(?:[.,]\d{1,30})?|[^\W\d_]+")
_SIMPLE = re.compile(r"\d{1,9}|[^\W\d_]+")
_SIGN = f"[{''.join((*SIGNS, *TENS, *MYRIADS))}]"
_SIGNS = re.compile(
    rf"(?<!\d)(?:\d{{1,9}}(?:\.\d{{1,9}})?\s?)?{_SIGN}(?:{_SIGN}|\s?\d{{1,9}}\s?{_SIGN}){{0,16}}"
)
_SIGN_OR_DIGITS = re.compile(r"\d+(?:\.\d+)?|[^\W\d]")
_NOT_ONE = re.compile("一(?=[下点些样起直定般])")
_SHORT = re.compile(rf"(?<![가-힣])([{''.join(SHORT)}])(?=\s|[가-힣](?![가-힣]{{3}}))")
_KOREAN = re.compile(rf"(?:{'|'.join(KOREAN)}|(?<=[열물른흔쉰순든])[{''.join(SHORT)}])+")
_KOREAN_PART = re.compile("|".join((*KOREAN, *SHORT)))
_ONE_OF_TIME = re.compile(
    r"\b(?:an?|one|1|half an|every|per|each|ein(?:e[mnr]?)?|une?|una|uma|um)\s(?:hour|day|week"
    r"|month|year|minute|stunde|tag|woche|monat|jahr|minute|heure|jour|semaine|mois|an\b|hora|dia|semana"
    r"|mes|ano|ora|giorno|settimana|mese|anno)|한\s?(?:시간|주|달|해)|일주일|一(?:小时|天|周|年|個月|个月|週間)|1時間"
)
_AFTERNOON = re.compile(
    r"p\.?m\b|afternoon|evening|tonight|오후|저녁|밤|下午|晚上|午後|夕方|nachmittag|abend|soir"
    r"|tarde|noche|noite|sera|вечер|مساء"
)
_GERMAN = re.compile(
    "|".join(sorted((word for word in UNITS if len(word) > 2), key=len, reverse=True))
    + "|hundert|tausend|und|ein"
)
_COMPOUND = re.compile("zehn|zig|ssig|hundert|tausend")
LONGEST_WORD = 60
"""Letters of a word that is looked at for several numbers in one."""


class Quantities:
    """The numbers that a text mentions."""

    def __init__(self, text: str, own: str) -> None:
        """`own`: what the user said, from which others are worked out; `text`: all else."""
        text, own = _plain(text), _plain(own)
        numbers = list(dict.fromkeys(_numbers(own)))[:MOST_WORKED_OUT]
        self._known = {*_numbers(text), *numbers}
        self._ranges = [
            (int(first), int(last)) for first, last in _RANGE.findall(own) if int(first) < int(last)
        ]
        self._derived = sorted(set(_derived(numbers, own)))

    def hold(self, number: float) -> bool:
        """Whether a number is mentioned, or follows from one that is."""
        try:
            size = abs(float(number))
        except OverflowError:
            return False
        if size in self._known or any(first <= size <= last for first, last in self._ranges):
            return True
        if any(round(each, 6) in self._known for each in (size * 100, size / 100)):
            return True
        at = bisect_left(self._derived, size * (1 - CLOSE))
        return at < len(self._derived) and self._derived[at] <= size * (1 + CLOSE)


def _plain(text: str) -> str:
    """Text as `wording.normal`, with a space before a half that follows a number."""
    return normal(_VULGAR.sub(" ", text.translate(_SEPARATORS)))


def _numbers(text: str) -> Iterator[float]:
    """Every number that a text may mention."""
    for pattern in _DIGITS[:2]:
        yield from map(float, pattern.findall(text))
    yield from (float(each.replace(",", ".")) for each in _DIGITS[2].findall(text))
    for each in _DIGITS[3].findall(text):
        yield float(re.sub(r"[^\d.]", "", each))
    for each in _DIGITS[4].findall(text):
        yield float(re.sub(r"[^\d,]", "", each).replace(",", "."))
    yield from map(float, _DIGITS[5].findall(text))
    for whole, part, of in _FRACTION.findall(text):
        if int(of):
            yield int(part) / int(of)
            yield int(whole or 0) + int(part) / int(of)
    yield from _in_words(text)
    yield from _in_signs(text)


def _in_words(text: str) -> Iterator[float]:
    total = value = 0.0
    joined = False
    for token in _TOKEN.findall(text):
        for part in _parts(token):
            joining = part in JOINING
            counted = (float(part.replace(",", ".")),) if part[0].isdecimal() else UNITS.get(part)
            if part in ARTICLES:
                yield 1.0
            elif counted:
                yield from counted
                value = _with(value, max(counted), joined=joined)
            elif part in SCALES and SCALES[part] >= 1000:
                total += max(value, 1.0) * SCALES[part]
                value = 0.0
            elif part in SCALES:
                value = (value or 1.0) * SCALES[part]
            elif not joining:
                total = value = 0.0
            joined = joining or (joined and part in ARTICLES)
            if total or value:
                yield total + value


def _with(value: float, counted: float, *, joined: bool) -> float:
    """A number that goes on with another: twenty-five, five and twenty, two and a half."""
    if value >= 20 or (joined and value and ((value < 10 and counted >= 20) or counted < 1)):
        return value + counted
    return counted


def _parts(word: str) -> list[str]:
    """The numbers in one word, as German has them, or a month; else the word."""
    if word.startswith("و") and word[1:] in UNITS:
        return ["و", word[1:]]
    if not (len(word) <= LONGEST_WORD and _COMPOUND.search(word)):
        return [word]
    parts = _GERMAN.findall(word)
    if len(parts) < 2 or len("".join(parts)) != len(word):
        return [word]
    # The ones come before the tens: five and twenty.
    for at, (ones, joining) in enumerate(pairwise(parts)):
        if joining == "und" and at + 2 < len(parts):
            parts[at : at + 3] = [parts[at + 2], ones]
            break
    return ["eins" if part == "ein" else part for part in parts]


def _in_signs(text: str) -> Iterator[float]:
    """Numbers in Chinese and Korean signs, also after digits."""
    for written in _SIGNS.findall(_NOT_ONE.sub(" ", text)):
        total = section = one = 0.0
        for sign in _SIGN_OR_DIGITS.findall(written):
            if sign in TENS:
                section += (one or 1) * TENS[sign]
                one = 0.0
            elif sign in MYRIADS:
                total += (section + one or 1) * MYRIADS[sign]
                section = one = 0.0
            elif sign == "半":
                yield total + section + one + SIGNS[sign]
            else:
                one = SIGNS[sign] if sign in SIGNS else float(sign)
            yield total + section + one
    for written in _KOREAN.findall(text):
        yield sum(KOREAN.get(each) or SHORT[each] for each in _KOREAN_PART.findall(written))
    for sign in _SHORT.findall(text):
        yield SHORT[sign]


def _derived(numbers: list[float], own: str) -> Iterator[float]:
    """Numbers that follow from the user's own, and from months and hours."""
    # One is also an article.
    ones = [1.0] if _ONE_OF_TIME.search(own) else []
    for number in (*ones, *(number for number in numbers if number != 1.0)):
        yield from (number * factor for factor in _FACTORS)
        yield from ((number - 32) / 1.8, number * 1.8 + 32, number + 273.15)
    if _AFTERNOON.search(own):
        yield from (number + 12 for number in numbers if 1 <= number < 12)
    for token in _TOKEN.findall(own):
        if len(token) >= 3:
            yield from (MONTHS[token[:size]] for size in (3, 4) if token[:size] in MONTHS)
    yield from _of_several([_simple(token) for token in _SIMPLE.findall(own)][:MOST_WORKED_OUT])


def _simple(token: str) -> float:
    return float(token) if token[0].isdecimal() else max(UNITS.get(token, (0.0,)))


def _of_several(numbers: list[float]) -> Iterator[float]:
    """The values of several numbers together: hours and minutes, feet and inches, years."""
    used = [number for number in numbers if number]
    for first, then in pairwise(used):
        yield from (first * 60 + then, (first * 60 + then) * 60, first * 12 + then)
        yield from ((first * 12 + then) * 2.54, first * 100 + then)
    for first, then, last in zip(used, used[1:], used[2:], strict=False):
        yield from (first * 100 + then + last, (first * 60 + then) * 60 + last)
    yield from (century + number for century in (1900, 2000) for number in used if number < 100)
