"""Dates and times of day in English words."""

import re

from dragoman.phonemes.english.numbers import cardinal, digits, ordinal, year
from dragoman.phonemes.scan import Rule, rule
from dragoman.phonemes.tables import listed

MONTHS = listed(
    "January February March April May June July August September October November December"
)
MONTH = (
    "(?P<month>(?i:January|February|April|June|July|August|September|October|November|December)"
    r"|March|May|MARCH|MAY|m(?:ay|arch)(?=,?\ [12]\d{3}\b)|(?i:Jan|Feb|Apr|Jun|Jul|Aug|Sept?"
    r"|Oct|Nov|Dec)\b\.?"
    r"|M(?:ar|AR)\b\.?)"
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
LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""The most days that each month has."""
ORDINAL_END = "(?:st|nd|rd|th)?"
RATIO = re.compile(r"\b(?:ratio|odds|scale|score|mix|split)(?:\ (?:of|is|was|at))?\ $", re.VERBOSE)
"""The signs that make 4:15 a ratio and not a time of day."""
TURN = 50
"""The first year of two digits that is of the last century."""
LASTING = re.compile(
    r"(?i:\b(?:wait(?:ed|ing|s)?|after|for|within|every|took|takes?|last(?:s|ed)?|timeout|delay|interval"
    r"|least|most|about|sleep|pause|under|over|than|~|≤|<|only|just|another|\d|retry\ in|in)\ ?$)",
    re.VERBOSE,
)
"""The words before which 90s are seconds."""
ENDURING = re.compile(
    r"\ (?:timeout|delay|interval|later|ago|limit|cooldown|window|video|clip|pause|break|rest|each"
    r"|per|timer|countdown|average|on|off|left|remaining|response)\b"
)
RANGED = (
    r"(?:(?<=\d[snrt][tdh])|(?<=\d[snrt][tdh]\ )|(?<=\d[ap]m)|(?<=\d[AP]M)|(?<=[ap]\.m\.)"
    r"|(?<=\d[ap]m\ )|(?<=[\d\ ][AP]M\ )|(?<=[\d\ ][AP]M)|(?<=[ap]\.m\.\ ))[-–]"
    r"\ ?(?=\d)"
)
"""The rule for a dash between percentages, ordinals or times of day."""


def is_date(month: int, day: int) -> bool:
    """Whether a year may have this day."""
    return 1 <= month <= 12 and 1 <= day <= LENGTHS[month - 1]


def _month(name: str) -> str:
    return next(month for month in MONTHS if month.startswith(name[:3].capitalize()))


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
    if not is_date(month, day):
        return None
    number = int(match["y"])
    if len(match["y"]) == 2:
        number += 2000 if number < TURN else 1900
    return f"{MONTHS[month - 1]} {ordinal(day)}, {year(number)}"


def _time(hour: int, minute: int, second: str | None, half: str) -> str:
    said = cardinal(hour)
    if minute:
        said += (" oh " if minute < 10 else " ") + cardinal(minute)
    elif not half:
        said += " o'clock" if 0 < hour <= 12 else " hundred"
    if second and int(second):
        said += f" and {cardinal(int(second))} seconds"
    return said + (" " + " ".join(half) if half else "")


def _clock(match: re.Match[str]) -> str | None:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    half = re.sub("[. ]", "", match["half"] or "").upper()
    is_ratio = not half and RATIO.search(match.string, 0, match.start())
    if hour > 24 or minute > 59 or (half and hour > 12) or is_ratio:
        return None
    noon = re.compile(r"\ (?:noon|midnight)").match(match.string, match.end())
    if minute == 0 and hour == 12 and noon:
        return cardinal(hour)
    return _time(hour, minute, match["second"], half)


def _short_half(match: re.Match[str]) -> str | None:
    """6:05a, 11:40p."""
    said = _clock(match)
    return said and said + " M"


def _hour(match: re.Match[str]) -> str | None:
    hour = int(match["hour"])
    if not 1 <= hour <= 12:
        return None
    return f"{cardinal(hour)} {' '.join(re.sub('[. ]', '', match['half']).upper())}"


def _written(match: re.Match[str]) -> str | None:
    """2024-11-28T10:30:00Z: a date with its time, as machines write it."""
    date = _numeric(match)
    hour, minute, second = int(match["hour"]), int(match["minute"]), match["second"]
    if date is None or hour > 24 or minute > 59:
        return None
    said = f"{date}, {_time(hour, minute, second, '')}"
    zone = match["zone"]
    if not zone:
        return said
    if zone == "Z" or not zone.strip("+-−:0"):
        return said + " U T C"
    way = "plus" if zone[0] == "+" else "minus"
    rest = zone[-2:] if len(zone) > 3 else "00"
    half = f" {cardinal(int(rest))}" if rest != "00" else ""
    return f"{said} U T C {way} {cardinal(int(zone[1:3]))}{half}"


def _year_month(match: re.Match[str]) -> str | None:
    """2024-11, but not the seasons 2008-09 and 1990-95."""
    month = int(match["month"])
    if not 1 <= month <= 12 or month == int(match["year"][2:]) + 1:
        return None
    return f"{MONTHS[month - 1]} {year(int(match['year']))}"


def _lasting(match: re.Match[str]) -> str:
    """1h30m: how long something takes."""
    hours, minutes = int(match["hours"]), int(match["minutes"])
    said = f"{cardinal(hours)} hour{'' if hours == 1 else 's'}"
    return said + (f" {cardinal(minutes)} minute{'' if minutes == 1 else 's'}" if minutes else "")


def _several(match: re.Match[str]) -> str:
    """H100s, F-16s, 747s: more than one of them; 100s and 1000s are hundreds and thousands."""
    number = match["number"]
    if match.string[match.end() :].startswith(" of "):
        round_ = {"100": "hundreds", "1000": "thousands"}.get(number)
        if round_:
            return round_
    said = cardinal(int(number))
    if said.endswith("x"):
        return said + "es"
    return said[:-1] + "ies" if said.endswith("y") else said + "s"


def _seconds(match: re.Match[str]) -> str | None:
    """90s: a decade, unless something lasts so long."""
    before = match.string[max(0, match.start() - 24) : match.start()]
    if LASTING.search(before) or ENDURING.match(match.string, match.end()):
        return None
    return _decade(match)


def _short_year(match: re.Match[str]) -> str:
    """The summer of '69, the class of '05."""
    number = int(match["year"])
    return ("oh " if number < 10 else "") + cardinal(number)


def _military(match: re.Match[str]) -> str:
    """0800 hours, 1530 hours."""
    hour, minute = int(match["hour"]), match["minute"]
    said = ("oh " if hour < 10 else "") + cardinal(hour)
    if minute == "00":
        return said + " hundred"
    return said + (" oh " if minute[0] == "0" else " ") + cardinal(int(minute))


def _years(match: re.Match[str]) -> str:
    """1939-1945, 1990–95, 2003 - 04."""
    last = match["b"] or match["c"]
    said = year(int(last)) if len(last) == 4 else cardinal(int(last))
    return f"{year(int(match['a']))} to {said}"


def _months(match: re.Match[str]) -> str:
    return f"{_month(match['month'])} to {_month(match['last'])}"


def _days_of_a_week(match: re.Match[str]) -> str:
    """Mon.–Fri., Tue/Thu, Mon/Wed/Fri."""
    days = [_day_name(day) for day in re.findall(r"[A-Z][a-z]+", match[0])]
    if "/" not in match[0]:
        return " to ".join(days)
    return " ".join((", ".join(days[:-1]), "and", days[-1]))


def _day_name(short: str) -> str:
    return next(name for name in DAYS.values() if name.startswith(short[:3]))


PART_OF_A_CUP = frozenset({2, 3, 4, 8, 16})


def _between_dates(match: re.Match[str]) -> str | None:
    """12/24–1/1 and 12/24-26, but not 1/2-3/4 of a cup."""
    month, day, last = int(match["m"]), int(match["d"]), int(match["last"])
    other = int(match["month"] or month)
    if not (is_date(month, day) and is_date(other, last)):
        return None
    parts = month < day in PART_OF_A_CUP and other < last in PART_OF_A_CUP
    if (match["month"] and parts) or (not match["month"] and not 12 < day < last):
        return None
    end = f"{MONTHS[other - 1]} {ordinal(last)}" if match["month"] else ordinal(last)
    return f"{MONTHS[month - 1]} {ordinal(day)} to {end}"


def _expiry(match: re.Match[str]) -> str:
    """Exp. 09/28: the month and the year of a card."""
    return f"{match['named']} {MONTHS[int(match['m']) - 1]} {year(2000 + int(match['y']))}"


def _split_second(match: re.Match[str]) -> str | None:
    """3:58.7, 1:02:03.5: how long a race took."""
    parts = [int(part) for part in match["whole"].split(":")]
    if max(parts[1:]) > 59:
        return None
    said = [cardinal(parts[0])]
    said += [("oh " if 0 < part < 10 else "") + cardinal(part) for part in parts[1:]]
    return f"{' '.join(said)} point {digits(match['fraction'])}"


def _decade(match: re.Match[str]) -> str:
    said = year(int(match["year"])) if len(match["year"]) == 4 else cardinal(int(match["year"]))
    return said[:-1] + "ies" if said.endswith("y") else said + "s"


ZONE = r"(?P<zone>Z\b|[+\-−]\d\d(?::?\d\d)?)?"
DATES: tuple[Rule, ...] = (
    rule(
        r"(?<!\d)(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)(?:T|t|\ )(?P<hour>\d\d):(?P<minute>\d\d)"
        rf"(?::(?P<second>\d\d)(?:[.,]\d+)?)?{ZONE}(?![\d:])",
        _written,
    ),
    rule(
        r"(?<![\d,.$£€¥₩#-])(?P<year>1[1-9]\d\d|20\d\d)-(?P<month>0\d|1[0-2])(?![\d,.:-]*\d|\w|-)",
        _year_month,
    ),
    rule(r"(?<![\d/])(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d\d)(?![\d/])", _numeric),
    rule(
        r"(?<![\d/])(?P<month>0?[1-9]|1[0-2])/(?P<year>(?:19|20)\d\d)(?![\d/])",
        lambda match: f"{MONTHS[int(match['month']) - 1]} {year(int(match['year']))}",
    ),
    rule(r"(?<![\d:])(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?=\ ?(?:hours|hrs)\b)", _military),
    rule(
        rf"\b{MONTH}\ ?[-–]\ ?{MONTH.replace('month', 'last')}(?!\w)(?!\ \d{{1,2}}\b(?!\d))",
        _months,
    ),
    rule(r"(?<!\d)(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?![\d.]*\d)", _numeric),
    rule(r"(?<!\d)(?P<m>\d{1,2})([/.-])(?P<d>\d{1,2})\2(?P<y>[12]\d{3})(?!\d)", _numeric),
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
    rule(
        rf"\b(?P<day>\d{{1,2}})([-/]){MONTH}\2(?P<year>[12]\d{{3}})\b",
        _day_first,
    ),
    rule(rf"\b{MONTH}(?=\ +[12]\d{{3}}\b)(?![a-z])", lambda match: _month(match["month"])),
    rule(
        rf"\b{DAY}(?:day|sday|nesday|rsday|urday)?\.?(?:\ ?[-–]\ ?{DAY}|(?:/{DAY})+)"
        r"(?:day|sday|nesday|rsday|urday)?\b(?:\.(?=\s*[,;:)]|\ [a-z\d]))?",
        _days_of_a_week,
    ),
    rule(
        r"(?<![\d/])(?P<m>\d{1,2})/(?P<d>\d{1,2})\ ?[-–]\ ?(?:(?P<month>\d{1,2})/)?"
        r"(?P<last>\d{1,2})(?![\d/.,]*\d)",
        _between_dates,
    ),
    rule(
        r"\b(?P<named>(?i:expires|expiry|valid\ thru))\.?:?\ (?P<m>0[1-9]|1[0-2])/(?P<y>[2-4]\d)"
        r"(?![\d/])",
        _expiry,
    ),
    rule(
        r"\b(?P<named>[Ee]xp)\.?:?\ (?P<m>0[1-9]|1[0-2])/(?P<y>[2-4]\d)(?![\d/])",
        lambda match: _expiry(match).replace(match["named"], "expires", 1),
    ),
    rule(RANGED, lambda _: "to"),
    rule(r"(?<![\w.,:])(?P<hours>\d{1,2})h\ ?(?P<minutes>[0-5]?\d)m?(?![\w.,:]*\d|\w)", _lasting),
    rule(rf"(?<=\d\ )[-–](?=\ ?{MONTH})", lambda _: "to"),
    rule(r"\b(Tues|Thurs?|Mon|Wed|Thu|Fri|Tue)\b\.?(?=,?\ )", lambda match: DAYS[match[1]]),
    rule(r"\b(Tues|Thurs?|Mon|Wed|Thu|Fri|Tue)\.", lambda match: DAYS[match[1]]),
    rule(
        r"(?<![\d:.])(?P<whole>\d{1,2}(?::\d\d){1,2})\.(?P<fraction>\d{1,3})(?![\d:.])",
        _split_second,
    ),
    rule(r"\b(Jan|Feb|Apr|Aug|Sept?|Oct|Nov|Dec)\b\.(?=\s|$)", lambda match: _month(match[1])),
    rule(
        r"(?<![\d:])(?P<hour>\d{1,2}):(?P<minute>\d\d)(?![ap]\b)(?::(?P<second>\d\d))?(?![\d:])"
        r"(?:\ ?(?P<half>[ap]\.\ ?m\b\.?|[ap]m\b|[AP]M\b|[AP]\.M\b\.?))?",
        _clock,
    ),
    rule(
        r"(?<![\d:])(?P<hour>\d{1,2}):(?P<minute>\d\d)(?P<half>[ap])\b(?P<second>)",
        _short_half,
    ),
    rule(
        r"(?<![\d/])(?P<east>\d{1,2})/(?P<central>\d{1,2})c\b",
        lambda m: f"{cardinal(int(m['east']))}, {cardinal(int(m['central']))} central",
    ),
    rule(
        r"(?<![\d:.,])(?P<hour>\d{1,2})\ ?(?P<half>[ap]\.\ ?m\b\.?|[ap]m\b|[AP]M\b|[AP]\.M\b\.?)",
        _hour,
    ),
    rule(
        r"(?<![\d:.,])(?P<hour>\d{1,2})\.(?P<minute>[0-5]\d)(?P<second>)\ ?"
        r"(?P<half>[ap]\.\ ?m\b\.?|[ap]m\b)",
        _clock,
    ),
    rule(r"\b(?P<year>1[1-9]\d0|20\d0)['’]?s\b", _decade),
    rule(r"['’](?P<year>[1-9]0)['’]?s\b", _decade),
    rule(r"(?<![\d.,$£€¥₩₹])(?P<year>[2-9]0)['’]?s\b", _seconds),
    rule(r"(?:(?<=[A-Za-z])|(?<=[A-Za-z]-))(?P<number>\d{1,4})s\b", _several),
    rule(r"(?<![\w.,-])(?P<number>7[0-8]7|100(?=s\ of)|1000(?=s\ of))s\b", _several),
    rule(r"(?:(?<=\s)|(?<=\()|^)['’](?P<year>\d\d)\b(?!['’\d])", _short_year),
    rule(
        r"(?<![\d,.$£€¥₩#-])(?P<a>1[1-9]\d\d|20\d\d)"
        r"(?:[-–](?P<b>1[1-9]\d\d|20\d\d|\d\d)|\ [-–]\ (?P<c>\d\d))(?![\d,.]\d|\d|\s*=)",
        _years,
    ),
    rule(
        r"(?<![\d,.$£€¥₩#-])(?P<year>1[1-9]\d\d|20\d\d)(?![\d,.:]*\d|\ ?%|\w|/\d)",
        lambda match: year(int(match["year"])),
    ),
)
"""The rules for dates and times; to be tried before plain numbers."""
