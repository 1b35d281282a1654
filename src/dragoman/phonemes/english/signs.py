"""The rules for everything with digits or an address, in the order of trying."""

import re

from dragoman.phonemes import arithmetic
from dragoman.phonemes.english.addresses import ADDRESSES
from dragoman.phonemes.english.fractions import PARTS
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


SIGNS: tuple[Rule, ...] = (
    *ADDRESSES,
    rule(r"(?:(?<=\s)|^)(?:[≥⩾≧]|>=)(?=\d)", lambda _: "at least"),
    rule(r"(?:(?<=\s)|^)(?:[≤⩽≦]|<=)(?=\d)", lambda _: "at most"),
    rule(r"(?<=\d\ )%(?=\ \d+\s*=)", lambda _: "modulo"),
    *MONEY,
    *TELEPHONES,
    *ARITHMETIC,
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
