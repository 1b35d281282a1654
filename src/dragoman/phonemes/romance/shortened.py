"""What people shorten: days of the week, centuries, millions, rates, heights and codes."""

import re
from typing import Protocol

from dragoman.phonemes.romance.vocabulary import Vocabulary
from dragoman.phonemes.scan import Rule, rule

AMOUNT_BEFORE = re.compile(
    r"(?:\d[\d.,]*\d|\d)(?:\ ?[^\W\d_]{1,4}|\ ?[€$£%])?$|[\d€$]\ [^\W\d_]{2,}$"
)
"""An amount, which something may be divided by behind it."""
BEFORE_A_DAY = r"(?=\ (?:(?:au|al|a|à|às|e|y|et|de|dalle|das)\ )?(?:las\ )?(?:\d|(?:{days})\b))"
"""A pattern for what follows the short name of a day: else "mar." may be the sea."""


class Saying(Protocol):
    """The part of `Reading` that is needed here."""

    def number(self, text: str) -> str:
        """A plain number, in words."""
        ...

    def digits(self, text: str) -> str:
        """A number digit by digit."""
        ...


def rules(own: Vocabulary, say: Saying) -> tuple[Rule, ...]:
    """The rules for what is shortened; to be tried before dates and plain numbers."""
    return (*_days(own), *_centuries(own), *_numbers(own, say))


def _days(own: Vocabulary) -> tuple[Rule, ...]:
    days = "|".join(sorted(own.weekdays, key=len, reverse=True))

    def named(match: re.Match[str]) -> str:
        return own.weekdays[match["day"].lower()]

    def ranged(match: re.Match[str]) -> str:
        last = own.weekdays[match["last"].lower()]
        return f"{named(match)} {own.arithmetic.to} {last}"

    return (
        rule(
            rf"(?<!\w)(?i:(?P<day>{days})\.?\ ?[-–]\ ?(?P<last>{days}))\b"
            r"(?:\.(?=\s*[,;:)]|\ [a-z\d]))?",
            ranged,
        ),
        rule(
            rf"(?<!\w)(?i:(?P<day>{days}))\.(?!\ (?:de\ )?[12]\d{{3}}\b)"
            + BEFORE_A_DAY.format(days=days),
            named,
        ),
    )


def _centuries(own: Vocabulary) -> tuple[Rule, ...]:
    return (
        rule(r"\bs[eé]?c?s?\.(?=\ [IVX]+\b)", lambda _: own.century),
        rule(r"(?<=\de\ )min\b\.?", lambda _: own.units["min"][0]),
        rule(r"(?:(?<=[IVX]e\ )|(?<=[IVX]ème\ ))s\.", lambda _: own.century),
    )


def _numbers(own: Vocabulary, say: Saying) -> tuple[Rule, ...]:
    scales = "|".join(sorted(own.large, key=len, reverse=True))
    rates = "|".join(sorted(own.rates, key=len, reverse=True))
    metre, metres = own.units["m"]

    def large(match: re.Match[str]) -> str:
        amount = match["amount"]
        one, many = own.large[match["scale"]]
        return f"{own.counted(1, 'm')} {one}" if amount == "1" else f"{say.number(amount)} {many}"

    def thousands(match: re.Match[str]) -> str:
        return own.cardinal(round(float(match["amount"].replace(",", ".")) * 1000))

    def rated(match: re.Match[str]) -> str | None:
        before = match.string[max(0, match.start() - 40) : match.start()]
        return own.rates[match["of"]] if AMOUNT_BEFORE.search(before) else None

    def height(match: re.Match[str]) -> str:
        whole = f"{own.counted(int(match['m']), 'm')} {metre if match['m'] == '1' else metres}"
        return f"{whole} {say.number(match['cm'])}"

    def coded(match: re.Match[str]) -> str | None:
        before = match.string[max(0, match.start() - 40) : match.start()]
        groups = re.findall(r"\d+", match[0])
        return ", ".join(map(say.digits, groups)) if own.naming.search(before) else None

    return (
        rule(r"(?<![\w.,-])(?<!\d\ )\d{3}[\ -]\d{3}(?![\w-]|[.,]\d|\ \d)", coded),
        rule(r"(?<![\w.,])(?P<m>[12])m(?P<cm>\d\d)\b", height),
        rule(r"(?<![\w.,])(?P<amount>\d{1,3}(?:[.,]\d)?)k(?![\w€$£/])", thousands),
        rule(
            r"(?<![\w.,])(?P<amount>\d{1,3}(?:[.,]\d{1,2})?)\ ?"
            rf"(?P<scale>{scales})(?![\w€$£/])",
            large,
        ),
        rule(rf"/(?P<of>{rates})(?!\w)", rated),
        rule(r"(?<=\d)x(?=\ (?:de|d['’]|di)\b)", lambda _: own.arithmetic.times),
        rule(r"(?<=\d)x(?=\d)", lambda _: own.signs["×"]),
    )
