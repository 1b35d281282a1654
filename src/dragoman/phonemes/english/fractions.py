"""A stroke between two numbers in English: a part, a score, a date, or a division."""

import re

from dragoman.phonemes.english.dates import MONTHS, is_date
from dragoman.phonemes.english.numbers import cardinal, decimal, ordinal, year
from dragoman.phonemes.english.units import FRACTIONS
from dragoman.phonemes.scan import Rule, rule

DATED = re.compile(
    r"(?i:\b(?:on|by|since|until|till|from|before|after|due|dated?|born|through|week\ of"
    r"|starting|ending"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day,?|(?:mon|tue|wed|thu|fri|sat|sun),?)\s$)",
    re.VERBOSE,
)
MEASURED = re.compile(
    r"\s?-?(?:cups?|of\b|inch|in\.|\"|miles?|hours?|tea|table|tsp|tbsp|pounds?|lbs?|full|empty|time|way"
    r"|majority|scale|size|mark|price|vote|share)",
)
"""The words that follow a part, even behind a word that goes before dates."""
RATED = re.compile(
    r"(?i:\b(?:rate[ds]?|rating|scor(?:e|ed|es|ing)|gave|give|gives|got|get|grade[ds]?|pain|review(?:ed)?"
    r"|it(?:'s|\ is)?\ an?|an?|earned|received)\b[^.!?\n]{0,24}$)",
    re.VERBOSE,
)
RATING = re.compile(
    r"\s?(?:stars?|★|rating|points?|marks?|would|recommended|on\s|correct|questions)"
)
COUNTED_OFF = re.compile(
    r"(?i:\b(?:steps?|parts?|pages?|slides?|chapters?|episodes?|rounds?|questions?|attempts?|lessons?"
    r"|days?|volumes?|disc|part)\ $)"
)
SUM = re.compile(r"[=×÷*]")
OUT_OF = frozenset({10, 40, 50, 60, 70, 75, 80, 90, 100})
"""The totals that people score by."""
HALVINGS = frozenset({32, 64, 128})
SHIFTS = frozenset({(24, 7), (9, 11), (7, 11)})


def _between(match: re.Match[str]) -> str | None:
    over, under = match["over"], match["under"]
    if match["whole"]:
        part = _part(int(over), int(under)) if over.isdecimal() else None
        return part and f"{cardinal(int(match['whole']))} and {part}"
    if not over.isdecimal():
        return f"{decimal(over)} out of {decimal(under)}"
    return _named(match, over, under) or _plain(match, int(over), int(under))


def _named(match: re.Match[str], over: str, under: str) -> str | None:
    """What is neither a part nor a quotient: 9/11, a date, a score, a page."""
    first, second = int(over), int(under)
    text = match.string
    before, after = text[max(0, match.start() - 40) : match.start()], text[match.end() :]
    if SUM.search(text[max(0, match.start() - 6) : match.end() + 6]):
        return None
    shift = (first, second) in SHIFTS and not MEASURED.match(after)
    if shift or first == second > 1:
        return f"{cardinal(first)} {cardinal(second)}"
    if len(over) == 4:
        return f"{year(first)} {year(second) if len(under) == 4 else cardinal(second)}"
    if first <= second and COUNTED_OFF.search(before):
        return f"{cardinal(first)} of {cardinal(second)}"
    if first <= second and _is_score(first, second, before, after):
        return f"{cardinal(first)} out of {cardinal(second)}"
    return _date(match, over, under)


def _is_score(first: int, total: int, before: str, after: str) -> bool:
    if DATED.search(before) and first <= 12 and total <= 31:
        return False
    rated = RATING.match(after) or (RATED.search(before) and total in {5, 20, 25, 30})
    return (total in OUT_OF or bool(rated)) and not MEASURED.match(after)


def _date(match: re.Match[str], over: str, under: str) -> str | None:
    month, day = int(over), int(under)
    text = match.string
    before, after = text[max(0, match.start() - 16) : match.start()], text[match.end() :]
    padded = over[0] == "0" or under[0] == "0"
    dated = DATED.search(before) and not MEASURED.match(after)
    if month > 12 >= day and (padded or dated):
        month, day = day, month
    if not is_date(month, day):
        return None
    quarter = month == 1 and day in {2, 3, 4}
    plain = day > 12 and day not in {16, 20} and not MEASURED.match(after)
    if padded or (dated and not quarter) or plain:
        return f"{MONTHS[month - 1]} {ordinal(day)}"
    return None


def _part(over: int, under: int) -> str | None:
    if not (0 < over < under and (under <= 20 or under % 5 == 0 or under in HALVINGS)):
        return None
    name = {2: "half", 4: "quarter"}.get(under, ordinal(under))
    if over > 1:
        name = "halves" if name == "half" else name + "s"
    return f"{cardinal(over)} {name}"


def _plain(match: re.Match[str], over: int, under: int) -> str:
    part = _part(over, under)
    if part is not None:
        return part
    if SUM.search(match.string[max(0, match.start() - 6) : match.end() + 6]):
        return f"{cardinal(over)} divided by {cardinal(under)}"
    return f"{cardinal(over)} over {cardinal(under)}"


def _row(match: re.Match[str]) -> str:
    """31/9/11, 2.4/5/6 GHz: three numbers and more, one after another."""
    return ", ".join(map(decimal, match[0].split("/")))


def _ranged(match: re.Match[str]) -> str | None:
    """1/2-3/4 cup: the smaller part first."""
    over, under, over_last, under_last = (int(match[at]) for at in ("a", "b", "c", "d"))
    first, last = _part(over, under), _part(over_last, under_last)
    rises = over * under_last < over_last * under
    return f"{first} to {last}" if first and last and rises else None


PART_RANGES: tuple[Rule, ...] = (
    rule(
        r"(?<![\d/.,])(?P<a>\d{1,2})/(?P<b>\d{1,2})\ ?[-–]\ ?(?P<c>\d{1,2})/(?P<d>\d{1,2})"
        r"(?![\d/.,]*\d|\s*[=+*×-])",
        _ranged,
    ),
)
"""The rule for a range of parts; to be tried before arithmetic."""
PARTS: tuple[Rule, ...] = (
    rule(r"(?<![\w/.,])\d{1,3}(?:\.\d+)?(?:/\d{1,3}(?:\.\d+)?){2,}(?![\w/]|[.,]\d)", _row),
    rule(
        r"(?<![\d/.,])(?:(?P<whole>\d{1,3})\ )?(?P<over>\d{1,4}(?:\.\d+)?)/(?P<under>\d{1,4})"
        r"(?:th|rd|nd|TH|RD|ND)?(?![\w/]|\.\d|,\d{3})",
        _between,
    ),
    rule(r"(?<=\b[a-z])/(?=\d)|(?<=\d)/(?=[a-z]\b)|(?<=\d)/(?=\d)", lambda _: "over"),
    rule(
        rf"(?P<whole>\d+)\ ?(?P<part>[{''.join(FRACTIONS)}])",
        lambda match: f"{cardinal(int(match['whole']))} and {FRACTIONS[match['part']]}",
    ),
    rule(f"[{''.join(FRACTIONS)}]", lambda match: FRACTIONS[match[0]]),
)
"""The rules for fractions; to be tried before measures and plain numbers, and after whole dates."""
