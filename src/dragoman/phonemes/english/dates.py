"""Dates and times of day in English words."""

import re

from dragoman.phonemes.english.numbers import cardinal, ordinal, year
from dragoman.phonemes.scan import Rule, rule
from dragoman.phonemes.tables import listed

MONTHS = listed(
    "January February March April May June July August September October November December"
)
MONTH = (
    "(?P<month>January|February|March|April|May|June|July|August|September|October|November"
    r"|December|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
DAYS = {
    "Mon": "Monday",
    "Tue": "Tuesday",
    "Tues": "Tuesday",
    "Wed": "Wednesday",
    "Thu": "Thursday",
    "Thur": "Thursday",
    "Thurs": "Thursday",
    "Fri": "Friday",
    "Sat": "Saturday",
    "Sun": "Sunday",
}
DAY = "(?:Mon|Tues?|Wed|Thu|Thurs?|Fri|Sat|Sun)"
ORDINAL_END = "(?:st|nd|rd|th)?"
RATIO = re.compile(r"\b(?:ratio|odds|scale|score|mix|split)(?:\ (?:of|is|was|at))?\ $", re.VERBOSE)
"""What makes 4:15 a ratio rather than a time of day."""
RANGED = (
    r"(?:(?<=\d%)|(?<=\d[snrt][tdh])|(?<=\d[ap]m)|(?<=\d[AP]M)|(?<=[ap]\.m\.)|(?<=\d%\ ))[-–]"
    r"\ ?(?=\d)"
)
"""A dash between percentages, ordinals or times of day."""


def _month(name: str) -> str:
    return next(month for month in MONTHS if month.startswith(name[:3]))


def _date(match: re.Match[str]) -> str | None:
    day = int(match["day"])
    if not 1 <= day <= 31:
        return None
    said = f"{_month(match['month'])} {ordinal(day)}"
    return f"{said}, {year(int(match['year']))}" if match["year"] else said


def _days(match: re.Match[str]) -> str | None:
    first, last = int(match["first"]), int(match["last"])
    if not 1 <= first < last <= 31:
        return None
    return f"{_month(match['month'])} {ordinal(first)} to {ordinal(last)}"


def _day_first(match: re.Match[str]) -> str | None:
    day = int(match["day"])
    if not 1 <= day <= 31:
        return None
    before = match.string[max(0, match.start() - 4) : match.start()].lower()
    the = "" if before == "the " else "the "
    said = f"{the}{ordinal(day)} of {_month(match['month'])}"
    return f"{said}, {year(int(match['year']))}" if match["year"] else said


def _numeric(match: re.Match[str]) -> str | None:
    month, day = int(match["m"]), int(match["d"])
    if month > 12:
        month, day = day, month
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{MONTHS[month - 1]} {ordinal(day)}, {year(int(match['y']))}"


def _clock(match: re.Match[str]) -> str | None:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    half = (match["half"] or "").replace(".", "").upper()
    is_ratio = not half and RATIO.search(match.string, 0, match.start())
    if hour > 24 or minute > 59 or (half and hour > 12) or is_ratio:
        return None
    said = cardinal(hour)
    if minute == 0 and hour == 12 and re.match(r"\ (?:noon|midnight)", match.string[match.end() :]):
        return said
    if minute:
        said += (" oh " if minute < 10 else " ") + cardinal(minute)
    elif not half:
        said += " o'clock" if 0 < hour <= 12 else " hundred"
    if match["second"]:
        said += f" and {cardinal(int(match['second']))} seconds"
    return said + (" " + " ".join(half) if half else "")


def _hour(match: re.Match[str]) -> str | None:
    hour = int(match["hour"])
    if not 1 <= hour <= 12:
        return None
    return f"{cardinal(hour)} {' '.join(match['half'].replace('.', '').upper())}"


def _between_days(match: re.Match[str]) -> str | None:
    before = match.string[max(0, match.start() - 5) : match.start()]
    return "to" if re.search(rf"\b{DAY}$", before) else None


def _decade(match: re.Match[str]) -> str:
    said = year(int(match["year"])) if len(match["year"]) == 4 else cardinal(int(match["year"]))
    return said[:-1] + "ies" if said.endswith("y") else said + "s"


DATES: tuple[Rule, ...] = (
    rule(r"(?<!\d)(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?![\d.]*\d)", _numeric),
    rule(r"(?<!\d)(?P<m>\d{1,2})[/.](?P<d>\d{1,2})[/.](?P<y>[12]\d{3})(?!\d)", _numeric),
    rule(
        rf"\b{MONTH}\ +(?P<first>\d{{1,2}}){ORDINAL_END}\ ?[-–]\ ?"
        rf"(?P<last>\d{{1,2}}){ORDINAL_END}\b",
        _days,
    ),
    rule(
        rf"\b{MONTH}\ +(?P<day>\d{{1,2}}){ORDINAL_END}\b(?!:)(?:,?\ +(?P<year>[12]\d{{3}})\b)?",
        _date,
    ),
    rule(
        rf"\b(?P<day>\d{{1,2}}){ORDINAL_END}(?:\ of)?\ +{MONTH}(?![a-z])"
        r"(?:,?\ +(?P<year>[12]\d{3})\b)?",
        _day_first,
    ),
    rule(rf"\b{MONTH}(?=\ +[12]\d{{3}}\b)(?![a-z])", lambda match: _month(match["month"])),
    rule(rf"\b({DAY})(?=[-–]{DAY}\b)|(?<=[-–])({DAY})\b", lambda match: DAYS[match[0]]),
    rule(rf"(?<=[a-z])[-–](?={DAY}\b)", _between_days),
    rule(RANGED, lambda _: "to"),
    rule(r"\b(Tues|Thurs?|Mon|Wed|Thu|Fri|Tue)\b\.?(?=,?\ )", lambda match: DAYS[match[1]]),
    rule(r"\b(Jan|Feb|Apr|Aug|Sept?|Oct|Nov|Dec)\b\.(?=\s|$)", lambda match: _month(match[1])),
    rule(
        r"(?<![\d:])(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?![\d:])"
        r"(?:\ ?(?P<half>[ap]\.m\.|[ap]m\b|[AP]M\b))?",
        _clock,
    ),
    rule(r"(?<![\d:.,])(?P<hour>\d{1,2})\ ?(?P<half>[ap]\.m\.|[ap]m\b|[AP]M\b)", _hour),
    rule(r"\b(?P<year>1[1-9]\d0|20\d0)'?s\b", _decade),
    rule(r"['’](?P<year>[2-9]0)s\b", _decade),
    rule(
        r"(?<![\d,.$£€¥₩#-])(?P<a>1[1-9]\d\d|20\d\d)[-–](?P<b>1[1-9]\d\d|20\d\d|\d\d)(?![\d,.]\d|\d)",
        lambda match: (
            f"{year(int(match['a']))} to "
            + (year(int(match["b"])) if len(match["b"]) == 4 else cardinal(int(match["b"])))
        ),
    ),
    rule(
        r"(?<![\d,.$£€¥₩#-])(?P<year>1[1-9]\d\d|20\d\d)(?![\d,.:]*\d|\ ?%|\w)",
        lambda match: year(int(match["year"])),
    ),
)
"""Everything that is a date or a time; to be tried before plain numbers."""
