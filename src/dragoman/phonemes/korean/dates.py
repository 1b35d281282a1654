"""Dates and times of day in Korean words."""

import re

from dragoman.phonemes.korean.numbers import native, one_by_one, sino

RATIO = re.compile("(?:비율|비|점수|스코어|배율|축척|비중)[은는이가을를로의]? ?$")
"""The signs that make 10:15 a ratio and not a time of day."""
WRITTEN_TIME = (
    r"(?<!\d)(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)T(?P<hour>\d\d):(?P<minute>\d\d)"
    r"(?::(?P<second>\d\d)(?:\.\d+)?)?(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?"
)


def month_name(number: int) -> str:
    """The name of a month: six and ten lose a sound."""
    return {6: "유월", 10: "시월"}.get(number, sino(number) + "월")


def clock(match: re.Match[str]) -> str | None:
    """A time of day in words: 10:30, 15:45:10."""
    hour, minute = int(match["hour"]), int(match["minute"])
    if hour > 24 or minute > 59 or RATIO.search(match.string, 0, match.start()):
        return None
    said = (native(hour) if 1 <= hour <= 12 else sino(hour)) + "시"
    said += f" {sino(minute)}분" if minute else ""
    second = int(match["second"] or 0)
    return said + (f" {sino(second)}초" if second else "")


def date(match: re.Match[str]) -> str | None:
    """A date in words: 2024-11-28, '26.12.1."""
    month, day = int(match["month"]), int(match["day"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{sino(int(match['year']))}년 {month_name(month)} {sino(day)}일"


def foreign_date(match: re.Match[str]) -> str | None:
    """10/30/2024 and 30/10/2024; the month first where both can be."""
    first, second = int(match["month"]), int(match["day"])
    month, day = (second, first) if first > 12 else (first, second)
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{sino(int(match['year']))}년 {month_name(month)} {sino(day)}일"


def short_date(match: re.Match[str]) -> str | None:
    """A day and its month in words: 12/3, 12.14."""
    month, day = int(match["month"]), int(match["day"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{month_name(month)} {sino(day)}일"


def written_time(match: re.Match[str]) -> str | None:
    """2024-11-28T10:30:00Z."""
    day, time = date(match), clock(match)
    if day is None or time is None:
        return None
    return f"{day} {time}" + (" 협정세계시" if match["zone"] == "Z" else "")


def year_and_month(match: re.Match[str]) -> str:
    """2026.11, before words that say that it is a month."""
    return f"{sino(int(match['year']))}년 {month_name(int(match['month']))}"


def named_day(match: re.Match[str]) -> str:
    """6·25 is 육이오, 12·12 is 십이십이."""
    month, day = match["month"], match["day"]
    return sino(int(month)) + (sino(int(day)) if day in {"10", "12"} else one_by_one(day))
