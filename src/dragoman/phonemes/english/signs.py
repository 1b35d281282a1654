"""The rules for everything with digits or an address, in the order of trying."""

import re

from dragoman.phonemes import arithmetic
from dragoman.phonemes.english.addresses import ADDRESSES
from dragoman.phonemes.english.fractions import PART_RANGES, PARTS
from dragoman.phonemes.english.measures import MEASURES
from dragoman.phonemes.english.money import MONEY
from dragoman.phonemes.english.numbers import (
    AMOUNT,
    NUMBER,
    cardinal,
    decimal,
    digits,
    ordinal,
    plain,
)
from dragoman.phonemes.english.telephones import TELEPHONES
from dragoman.phonemes.scan import Rule, rule

NAMES = {
    "∞": "infinity",
    "√": "the square root of",
    "∛": "the cube root of",
    "∑": "the sum of",
    "∏": "the product of",
    "∫": "the integral of",
    "∂": "partial",
    "∈": "is in",
    "∉": "is not in",
    "⊂": "is a subset of",
    "⊆": "is a subset of",
    "∪": "union",
    "∩": "intersection",
    "∧": "and",
    "∨": "or",
    "¬": "not",
    "∀": "for all",
    "∃": "there is",
    "∅": "the empty set",
    "∝": "is proportional to",
    "≡": "is equivalent to",
    "≪": "is much less than",
    "≫": "is much greater than",
    "‰": "per thousand",
    "∴": "therefore",
    "↑": "up",
    "↓": "down",
    "←": "from",
}
ARITHMETIC = arithmetic.rules(
    arithmetic.Words(
        minus="minus",
        to="to",
        times="times",
        divided="divided by",
        power="to the power of",
        squared="squared",
        cubed="cubed",
        unequal="is not equal to",
        equal="equals",
        at_least="is at least",
        at_most="is at most",
        plus_minus="plus or minus",
        about="about",
        nearly="is about",
        arrow="to",
        hence="so",
        further="to",
        both="and",
        either="or",
        further_signs=NAMES,
    )
)
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def _dotted(match: re.Match[str]) -> str:
    parts = match[0].lstrip("v").split(".")
    if len(parts) == 3 and all(part == "000" for part in parts[1:]):
        return decimal("".join(parts))  # thousands, as other languages write them
    return " point ".join(cardinal(int(part)) for part in parts)


def _power(match: re.Match[str]) -> str:
    power = match[0].translate(RAISED)
    return {"2": "squared", "3": "cubed"}.get(power) or "to the power of " + decimal(power)


def _number_of(match: re.Match[str]) -> str:
    long = len(plain(match["a"])) > 5 and match["a"].isdecimal()
    return "number " + (digits(match["a"]) if long else decimal(match["a"]))


FOND = re.compile(
    r"(?i:(?:[!?.)]|\b(?:you|u|ya|thanks|thx|ty|love|much|all|guys|this|it|lol|same|mom|dad))\ $)"
)


def _heart(match: re.Match[str]) -> str | None:
    """<3 behind kind words is a heart, and no comparison."""
    return "" if FOND.search(match.string[max(0, match.start() - 12) : match.start()]) else None


def _stage(match: re.Match[str]) -> str:
    """The end of a version, 1.0-rc.1."""
    stage = match["stage"]
    return f"{'R C' if stage == 'rc' else stage} {cardinal(int(match['n']))}"


def _prime(match: re.Match[str]) -> str:
    """F′(x)."""
    return "double prime" if match[0] in {"′′", "''", "″"} else "prime"


SIGNS: tuple[Rule, ...] = (
    *ADDRESSES,
    rule(r"(?:(?<=\s)|^)(?:[≥⩾≧]|>=)(?=\d)|(?<=\()(?:[≥⩾≧]|>=)", lambda _: "at least"),
    rule(r"(?:(?<=\s)|^)(?:[≤⩽≦]|<=)(?=\d)|(?<=\()(?:[≤⩽≦]|<=)", lambda _: "at most"),
    rule(r"(?<=[\w.!?)]\ )<3(?=[\s!.]*$|\s*\n)", _heart),
    rule(r"\#(?=:)|(?<=[a-z]\ )\#(?=\s*$)", lambda _: "number"),
    rule(r"(?<![\w&#])\#(?=[A-Z]{1,6}-?\d)", lambda _: "number"),
    rule(
        r"(?<![\w&#])\#(?=[^\W\d_]{3})(?![A-Z]+-\d)(?!(?:include|define|ifn?def|if|endif|else|pragma|import)\b"
        r"|[0-9a-fA-F]{3,8}\b)",
        lambda _: "hashtag",
    ),
    rule(r"(?<=\d)-(?P<stage>rc|alpha|beta|dev|pre)\.?(?P<n>\d+)(?![\w.])", _stage),
    rule(r"(?<=\b[a-zA-Z])(?:′{1,2}|'{1,2}|″)(?=\()", _prime),
    rule(r"(?<=\d\ )%(?=\ \d+\s*=)", lambda _: "modulo"),
    *MONEY,
    *TELEPHONES,
    *PART_RANGES,
    *ARITHMETIC,
    rule(r"(?<=[\w\"']\ )-(?=[a-zB-HJ-Z](?:\s|$))", lambda _: "dash"),
    rule(r"(?<=[\w\"']\ )--(?=[a-z][\w-]+(?:[=\s]|$))", lambda _: "dash dash"),
    rule(r"(?<=\b[Aa])[-–](?=[B-Zb-z]\b)", lambda _: "to"),
    *PARTS,
    rule(
        rf"(?P<a>(?:(?<!\w)[-−])?{AMOUNT})\ ?%(?!\ \d+\s*=)",
        lambda match: decimal(match["a"]) + " percent",
    ),
    *MEASURES,
    rule(r"(?:(?<![\w.])|(?<=\bv))v?\d+(?:\.\d+){2,}(?!\w)", _dotted),
    rule(
        rf"(?P<number>{NUMBER})(?:st|nd|rd|th|ST|ND|RD|TH)\b",
        lambda match: ordinal(int(plain(match["number"]) or 0)) if "." not in match[0] else None,
    ),
    rule(rf"(?:\#|№|[Nn]o\.\ ?)(?P<a>{NUMBER})", _number_of),
    rule(
        rf"(?P<a>{NUMBER})[eE](?P<sign>[-−+]?)(?P<b>\d{{1,3}})(?!\w)",
        lambda match: (
            f"{decimal(match['a'])} e {'minus ' if match['sign'] in '-−' and match['sign'] else ''}"
            f"{decimal(match['b'])}"
        ),
    ),
    rule(r"(?<=[\w)])[⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+", _power),
    rule(rf"(?<![\w.])[-−](?P<a>{NUMBER})", lambda match: "minus " + decimal(match["a"])),
    rule(rf"(?<=\d)\ ?[:](?P<b>{NUMBER})(?!\d)", lambda match: "to " + decimal(match["b"])),
    rule(NUMBER, lambda match: decimal(match[0])),
)
"""The rules for signs, in the order of trying; dates come before all of them."""
