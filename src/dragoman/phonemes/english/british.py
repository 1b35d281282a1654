"""Dates in figures as Britain writes them, the day first: 03/04/2024 is the third of April."""

import re

from dragoman.phonemes.english.dates import MONTHS, TURN
from dragoman.phonemes.english.fractions import DATED, MEASURED, SHIFTS
from dragoman.phonemes.english.numbers import ordinal, year
from dragoman.phonemes.english.words import ENGLISH
from dragoman.phonemes.scan import Rule, rule


def _said(match: re.Match[str], day: int, month: int) -> str | None:
    """The day and the month in words; the other way round where only that can be one."""
    if month > 12 >= day:
        day, month = month, day
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    before = match.string[max(0, match.start() - 4) : match.start()].lower()
    the = "" if before == "the " else "the "
    return f"{the}{ordinal(day)} of {MONTHS[month - 1]}"


def _date(match: re.Match[str]) -> str | None:
    number = int(match["year"])
    if len(match["year"]) == 2:
        number += 2000 if number < TURN else 1900
    said = _said(match, int(match["day"]), int(match["month"]))
    return said and f"{said}, {year(number)}"


def _short_date(match: re.Match[str]) -> str | None:
    """On 3/4, by 25/12: a date where a word before or a zero says so."""
    day, month = int(match["day"]), int(match["month"])
    before = match.string[max(0, match.start() - 16) : match.start()]
    dated = DATED.search(before) is not None
    padded = match["day"][0] == "0" or match["month"][0] == "0"
    quarter = day == 1 and month in {2, 3, 4}
    if (
        (day, month) in SHIFTS
        or not (padded or (dated and not quarter))
        or MEASURED.match(match.string, match.end())
    ):
        return None
    return _said(match, day, month)


BRITISH: tuple[Rule, ...] = (
    rule(
        r"(?<![\d/.-])(?P<day>\d{1,2})([/.-])(?P<month>\d{1,2})\2(?P<year>[12]\d{3})(?![\d/])",
        _date,
    ),
    rule(
        r"(?<![\d/.-])(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d\d)(?![\d/])",
        _date,
    ),
    rule(
        r"(?<![\d/.,])(?P<day>\d{1,2})/(?P<month>\d{1,2})(?![\w/]|\.\d|,\d{3})",
        _short_date,
    ),
    *ENGLISH,
)
"""The rules for English text with a British voice, in the order of trying."""
