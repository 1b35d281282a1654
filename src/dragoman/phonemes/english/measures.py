"""Measures in English words: numbers with their units, heights, sizes, angles."""

import re

from dragoman.phonemes.english.numbers import (
    AMOUNT,
    NUMBER,
    cardinal,
    decimal,
    is_adjective,
    plural,
)
from dragoman.phonemes.english.units import DOTTED, PERIODS, UNITS
from dragoman.phonemes.scan import Rule, rule

UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
COUNTED = (
    "followers|subscribers|views|users|people|downloads|customers|members|visitors|players|jobs|likes"
    "|copies|readers|employees|residents|homes|records|rows|tokens|parameters|steps|requests|visits"
)
"""The words that "2m" and "10k" before them count."""
OFTEN = {"1": "once", "2": "twice"}
LARGE = {
    "bn": "billion",
    "mn": "million",
    "mln": "million",
    "tn": "trillion",
    "trn": "trillion",
}
NAMED_BY_K = "run|race|runner|video|resolution|screen|monitor|display|content|model"
"""The words that 10K and 7B before them name."""
QUARTERS = {"N": "north", "S": "south", "E": "east", "W": "west"}


def _measure(match: re.Match[str]) -> str:
    unit = UNITS[match["unit"]]
    amount = match["amount"]
    if unit == "c c":
        return f"{decimal(match['sign'] + amount)} C C"
    if unit.startswith("degree"):
        unit = "degree" + ("" if amount == "1" else "s") + unit[len("degree") :]
    elif not match["hyphen"] and not is_adjective(match):
        unit = plural(unit, amount + match["scale"])
    return f"{decimal(match['sign'] + amount)}{match['scale']} {unit}"


def _dotted(match: re.Match[str]) -> str:
    return f"{decimal(match['amount'])} {plural(UNITS[match['unit']], match['amount'])}"


def _pixels(match: re.Match[str]) -> str:
    """1920 x 1080, 6 x 4: by pairs of digits where there are four."""

    def side(text: str) -> str:
        first, rest = text[:-2], text[-2:]
        pairs = (len(text) == 4 and rest[0] != "0" and text[1] != "0") or text == "1080"
        return f"{cardinal(int(first))} {cardinal(int(rest))}" if pairs else decimal(text)

    said = " by ".join(side(part) for part in re.findall(r"\d+(?:\.\d+)?", match[0]))
    unit = {**UNITS, "in": "inch"}.get(match["unit"] or "")
    return f"{said} {plural(unit, '2')}" if unit else said


def _is_quoted(match: re.Match[str], signs: str) -> bool:
    """Whether a quotation is open, that the sign behind a number would end."""
    before = match.string[: match.start()]
    if signs == '"':
        return len(re.findall(r"(?<!\d)\"", before)) % 2 == 1 or before.count("“") > before.count(
            "”"
        )
    return re.search(r"(?:^|[\s(])['‘]\w[^'’]*$", before) is not None


def _feet(match: re.Match[str]) -> str | None:
    if _is_quoted(match, "'"):
        return None
    amount = match["a"]
    noun = plural("foot", amount) if match["alone"] is not None else "foot"
    return f"{decimal(amount)} {noun}"


def _inches(match: re.Match[str]) -> str | None:
    if _is_quoted(match, '"'):
        return None
    noun = re.match(r"\s+(?:[a-z]+|[A-Z]{2,})\b", match.string[match.end() :])
    is_adjective = noun is not None and not re.match(
        r"\s+(?:by|x|in|of|and|or|to|wide|tall|long|deep|thick|high|is|are|was|for|from|at)\b",
        noun[0],
    )
    unit = "inch" if is_adjective else plural("inch", match["a"])
    return f"{decimal(match['a'])} {unit}"


def _angle(match: re.Match[str]) -> str:
    said = f"{decimal(match['d'])} degrees {cardinal(int(match['m']))} minutes"
    if match["s"]:
        said += f" {decimal(match['s'])} seconds"
    return said + (f" {QUARTERS[match['q']]}" if match["q"] else "")


def _many(match: re.Match[str]) -> str | None:
    """1.5M users, 8B parameters; 4K and 8K are names."""
    if match["scale"] in "Kk" and match["amount"] in {"2", "4", "5", "8"} and not match["people"]:
        return None
    return (
        decimal(match["amount"])
        + {"K": " thousand", "M": " million", "B": " billion"}[match["scale"].upper()]
    )


def _after_a_part(match: re.Match[str]) -> str:
    """4 1/2 lbs, ½ lb: more than one of them, or a part of one."""
    unit = UNITS.get(match["unit"], "inch")
    whole = re.search(
        r"\d\.\d+/\d+\ ?$|\d\ (?:\d{1,2}/\d{1,2}|[½⅓⅔¼¾⅛⅜⅝⅞])\ ?$|\d[½⅓⅔¼¾⅛⅜⅝⅞]\ ?$",
        match.string[max(0, match.start() - 20) : match.start()],
    )
    return plural(unit, "2") if whole else unit


def _counts(match: re.Match[str]) -> bool:
    """Whether what stands before the slash is an amount."""
    before = match.string[max(0, match.start() - 40) : match.start()]
    return re.search(r"\d[\w.,%€£$µ]*(?:/[a-z]+)?$|\d\ [A-Za-zµ]+(?:/[a-z]+)?$", before) is not None


MEASURES: tuple[Rule, ...] = (
    rule(
        r"(?<![\w.,])(?P<n>\d,?\d{3,6})\ ?bps\b",
        lambda match: f"{decimal(match['n'])} bits per second",
    ),
    rule(
        r"(?P<d>\d{1,3})°\ ?(?P<m>\d{1,2})['′’]\ ?"
        r"(?:(?P<s>\d{1,2}(?:\.\d+)?)[\"″”]\ ?)?(?P<q>[NSEW]\b)?",
        _angle,
    ),
    rule(
        r"(?<=\d°)\ ?(?P<q>[NSEW])\b",
        lambda match: QUARTERS[match["q"]],
    ),
    rule(
        r"(?<![\d'])(?P<feet>\d{1,2})['′’]\ ?(?P<inches>\d{1,2}(?:\.\d+)?)(?:[\"″”]|['′’]{2})",
        lambda match: f"{cardinal(int(match['feet']))} foot {decimal(match['inches'])}",
    ),
    rule(
        rf"(?<![\w'])(?P<a>{NUMBER})[\"″”]\ ?[x×]\ ?(?P<b>{NUMBER})[\"″”]",
        lambda match: f"{decimal(match['a'])} by {decimal(match['b'])} inches",
    ),
    rule(
        r"(?<![\w'])(?P<a>[4-7])['′’](?P<b>\d|1[01])(?![\w'’\"])",
        lambda match: f"{cardinal(int(match['a']))} foot {cardinal(int(match['b']))}",
    ),
    rule(
        rf"(?<![\w'])(?P<a>{NUMBER})(?:['′](?=\s+(?:x|by|×)\b)|[′'’](?P<alone>)(?=[\s,.;)]|$))",
        _feet,
    ),
    rule(rf"(?<![\w'])(?P<a>{NUMBER})-?(?:[\"″”]|['′]{{2}})(?=[\s,.;)x×/]|$)", _inches),
    rule(
        r"(?<=ft\ )(?P<a>\d{1,2})\ ?in\b\.?|(?<=ft\.\ )(?P<b>\d{1,2})\ ?in\b\.?",
        lambda match: (
            (match["a"] or match["b"]) and f"{cardinal(int(match['a'] or match['b']))} inches"
        ),
    ),
    rule(
        rf"(?P<amount>{NUMBER})\ in\.(?=\ [a-z(\d]|[,;)]|$)",
        lambda match: f"{decimal(match['amount'])} {plural('inch', match['amount'])}",
    ),
    rule(
        rf"(?P<amount>{NUMBER})\ in(?=\ (?:x|by|×|tall|wide|long|deep|thick|high)\b)",
        lambda match: f"{decimal(match['amount'])} {plural('inch', match['amount'])}",
    ),
    rule(
        r"(?<![\w.,])\d{1,5}(?:\.\d+)?(?:\ ?[x×]\ ?\d{1,5}(?:\.\d+)?){1,2}(?![\w.,]*\d|\s*=)"
        r"(?:\ ?(?P<unit>in|ft|cm|mm|m|px)\b\.?)?",
        _pixels,
    ),
    rule(
        rf"(?P<amount>{NUMBER})\ ?(?P<unit>{'|'.join(sorted(DOTTED, key=len, reverse=True))})\."
        r"(?=\ [a-z(\d]|[,;:)])",
        _dotted,
    ),
    rule(
        rf"(?P<amount>{NUMBER})(?P<scale>[KMB]|[kmb](?=\+?\ (?P<people>{COUNTED})\b))"
        rf"(?=\+?\ (?!{NAMED_BY_K})[a-z]{{3,}})",
        _many,
    ),
    rule(
        r"°\ ?(?P<unit>[CF])\b",
        lambda m: "degrees " + {"C": "Celsius", "F": "Fahrenheit"}[m["unit"]],
    ),
    rule(
        rf"(?P<sign>(?<!\w)[-−]|)(?P<amount>{AMOUNT})(?P<scale>\ (?:hundred|thousand|million"
        rf"|billion|trillion)|)"
        r"(?P<hyphen>-(?=\w)|)"
        rf"\ ?(?P<unit>{UNIT})(?!\w)(?!(?<=\ [WLV])\ (?:[A-Z][a-z]|\d+[snrt][tdh]))",
        _measure,
    ),
    rule(
        rf"(?<=[\w%€£$])/(?P<period>{'|'.join(sorted(PERIODS, key=len, reverse=True))})\b",
        lambda match: f"per {PERIODS[match['period']]}" if _counts(match) else None,
    ),
    rule(
        r"(?<![\w.])(?P<n>\d{1,3})M-(?=token|word|line|row|user|parameter)",
        lambda match: f"{cardinal(int(match['n']))} million",
    ),
    rule(
        r"(?<![\w.])(?P<n>\d{1,2})x(?=/(?:day|d|wk|week|mo|month|yr|year)\b"
        r"|\ (?:a|per|daily|weekly|monthly)\b)",
        lambda match: OFTEN.get(match["n"]) or f"{cardinal(int(match['n']))} times",
    ),
    rule(
        r"(?<![\w.])(?P<n>\d)d(?=/(?:wk|week|mo|month|yr|year)\b)",
        lambda match: f"{cardinal(int(match['n']))} day{'' if match['n'] == '1' else 's'}",
    ),
    rule(
        r"(?i:(?<=\bat\ )|(?<=\bto\ )|(?<=@\ ))(?P<n>[1-5]\d\d)(?P<scale>[FC])\b",
        lambda m: f"{decimal(m['n'])} degrees {'Celsius' if m['scale'] == 'C' else 'Fahrenheit'}",
    ),
    rule(
        r"(?<=\w)/(?=\d{1,3}\ ?(?:h|hrs?|hours?|mins?|minutes?|s|secs?|seconds?|days?|d|wks?|weeks?"
        r"|mo|months?|yrs?|years?)\b)",
        lambda match: "per" if _counts(match) else None,
    ),
    rule(
        rf"(?P<amount>{AMOUNT})\ ?(?P<scale>bn|mn|mln|tn|trn)\b",
        lambda match: f"{decimal(match['amount'])} {LARGE[match['scale']]}",
    ),
    rule(
        r"(?<=\d\ )mm\ ?Hg\b|(?<=\d)mm\ ?Hg\b",
        lambda _: "millimeters of mercury",
    ),
    rule(
        r"(?:(?<=/\d\ )|(?<=/\d\d\ )|(?<=/\d)|(?<=/\d\d)|(?<=[½⅓⅔¼¾⅛⅜⅝⅞])|(?<=[½⅓⅔¼¾⅛⅜⅝⅞]\ ))"
        rf"(?P<unit>in(?=\.)|{UNIT})(?!\w)(?:\.(?=\ [a-z]|[,;]|$))?",
        _after_a_part,
    ),
)
"""The rules for numbers with a unit; to be tried after ranges and fractions."""
