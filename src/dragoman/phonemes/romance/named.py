"""Numbers that are names, dates, scores and times with seconds, in any language of the family."""

import re
from typing import Protocol

from dragoman.phonemes.romance.vocabulary import Vocabulary
from dragoman.phonemes.scan import Rule, rule

TURN = 50
"""The first year of two digits that is of the last century."""
MOST_OF_A_COUNT, FEWEST_OF_A_NAME = 9, 4
"""The most digits of a number that is a count, and the fewest of one that is a name."""
TOTALS = frozenset({10, 20, 100})
"""The totals that marks are given out of."""
TOTALS_OF_PARTS = 20
"""The largest lower half of a fraction that has a name."""
ARTICLE = re.compile(
    r"\b(?:(?:lun|mar|mi[eé]r?|jue|vie|s[aá]b|dom|mer|jeu|ven|sam|dim|gio|seg|ter|qua|qui|sex)\."
    r"|(?:lun|mart|miércol|juev|viern)es|s[áa]bado|domingo|(?:lun|mar|mercre|jeu|vendre|same)di"
    r"|dimanche|(?:lune|marte|mercole|giove|vener)dì|domenica|(?:segunda|terça|quarta|quinta"
    r"|sexta)(?:-feira)?|el|del|al|desde|hasta|día|le|du|au|depuis|jusqu'au|il|dal|entro|giorno|em|dia|no"
    r"|até|desde\ o)\ $",
    re.IGNORECASE,
)
"""The article before a date."""
DRAWN = re.compile(
    r"(?i:\b(?:empat\w+|pareggi\w*|match\ nul|nul|termin\w+|acab\w+|fin[iì]\w*|partid[oa]|partita"
    r"|match|gol\w*|marcador|résultat|risultato|resultado)\b)"
)
"""The words around a game that nobody won."""
WHOLE = re.compile(r"\d\ $")
ISO = (
    r"(?<!\d)(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)[T\ ](?P<hour>\d\d):(?P<minute>\d\d)"
    r"(?::(?P<second>\d\d)(?:[.,]\d+)?)?(?P<zone>Z\b|[+-]\d\d(?::?\d\d)?)?(?![\d:])"
)


class Saying(Protocol):
    """The part of `Reading` that is needed here."""

    def number(self, text: str) -> str:
        """A plain number, in words."""
        ...

    def digits(self, text: str) -> str:
        """A number digit by digit."""
        ...


def rules(own: Vocabulary, say: Saying) -> tuple[Rule, ...]:
    """The rules for such numbers; to be tried before dates and plain numbers."""
    naming = _Naming(own, say)
    return (
        rule(ISO, naming.written),
        rule(
            r"(?<![\d/.])(?P<day>\d{1,2})[/.](?P<month>\d{1,2})[/.](?P<year>\d\d)(?![\d/.]\d|\d)",
            naming.short_date,
        ),
        rule(
            r"(?<![\d:])(?P<hour>\d{1,2}):(?P<minute>\d\d):(?P<second>\d\d)(?![\d:])",
            naming.time,
        ),
        rule(
            r"\+\d{8,15}(?!\d)|\+\d{1,3}\ ?\(\d{1,4}\)\ ?\d{3,5}[\ -]\d{3,4}(?!\d)"
            r"|(?<!\d)\(\d{3}\)\ ?\d{3}-\d{4}(?!\d)|(?<![\d-])\d{3}-(?!\d\d00)\d{4}(?![\d-])"
            r"|(?<![\d.,])\d{3}([\ .-])\d{3}\1\d{4}(?!\d)"
            r"|(?<!\d)\(\d{2,3}\)\ ?\d{4,5}[\ -]\d{4}(?!\d)|(?<!\d)\d{4}(?:[\ -]\d{4}){3}(?!\d)"
            r"|(?<![\d.,])0\d{1,3}[\ /-]\d{3,4}\ ?\d{3,4}(?![\d/])",
            naming.groups,
        ),
        rule(r"(?<![\w.,/-])\d{3,19}(?![\w/]|[.,]\d|-\d|\ ?[%€$])", naming.run),
        rule(
            r"(?<![\d/.,])(?P<over>\d{1,3}(?:[.,]\d+)?)/(?P<under>\d{1,3}(?:,\d)?)(?![\w/]|[.,]\d)",
            naming.parts,
        ),
        rule(r"(?<=/\d\d\ )mm\ ?Hg\b|(?<=/\d{3}\ )mm\ ?Hg\b", lambda _: own.units["mmHg"][1]),
        rule(r"(?<=\d)\ ?:\ ?(?=\d{1,4}(?![\d:]))", lambda _: own.ratio),
        rule(
            r"(?<![\d-])(?P<over>1[3-9]|2\d|3[01])-(?P<under>0?[1-9]|1[0-2])(?![\d-]|[.,]\d)",
            naming.dashed_date,
        ),
        rule(r"(?<=\b(\d))[-–](?=\1\b)", naming.drawn),
        *((_in_pairs(own, say),) if own.is_dialled_in_pairs else ()),
    )


def _in_pairs(own: Vocabulary, say: Saying) -> Rule:
    """06 12 34 56 78: "zéro six, douze, …"."""

    def pair(digits: str) -> str:
        return say.digits(digits) if digits[0] == "0" else own.cardinal(int(digits))

    def spoken(match: re.Match[str]) -> str:
        country, *parts = re.findall(r"\d+", match[0])
        if match[0][0] != "+":
            return ", ".join(map(pair, (country, *parts)))
        return f"{own.signs['+']} {own.cardinal(int(country))}, " + ", ".join(map(pair, parts))

    return rule(
        r"(?<![\d.,])0\d(?:([ .-])\d\d)(?:\1\d\d){3}(?!\d)|\+\d{2,3}\ ?\d(?:[\ .]\d\d){4}(?!\d)",
        spoken,
    )


class _Naming:
    def __init__(self, own: Vocabulary, say: Saying) -> None:
        self._own = own
        self._say = say
        self._months = tuple(f" {of}{month}" for of in ("", "de ") for month in own.months)

    def written(self, match: re.Match[str]) -> str | None:
        """2024-11-28T10:30:00Z."""
        time = self.time(match)
        date = self._date(match["day"], match["month"], int(match["year"]))
        if date is None or time is None:
            return None
        return f"{date}, {time}{self._zone(match['zone'])}"

    def _zone(self, zone: str | None) -> str:
        if not zone:
            return ""
        if zone == "Z" or not zone.strip("+-:0"):
            return " U T C"
        sign = self._own.signs["+"] if zone[0] == "+" else self._own.minus
        return f" U T C {sign} {self._say.number(str(int(zone[1:3])))}"

    def short_date(self, match: re.Match[str]) -> str | None:
        """28/11/24."""
        year = int(match["year"])
        return self._date(match["day"], match["month"], year + (2000 if year < TURN else 1900))

    def _date(self, day: str, month: str, year: int | None) -> str | None:
        if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
            return None
        return self._own.date(int(day), self._own.months[int(month) - 1], year)

    def time(self, match: re.Match[str]) -> str | None:
        """10:30:15; seconds that are none are not said."""
        hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
        if hour > 24 or minute > 59 or second > 59:
            return None
        said = self._own.clock(hour, minute)
        if not second:
            return said
        one, many = self._own.units["s"]
        return f"{said} {self._own.signs['&']} {self._say.number(str(second))} " + (
            one if second == 1 else many
        )

    def groups(self, match: re.Match[str]) -> str:
        """Telephones and cards; a run is said in threes."""
        plus = self._own.signs["+"] + " " if match[0][0] == "+" else ""
        parts = re.findall(r"\d+", match[0])
        if len(parts) == 1:
            parts = _threes(parts[0])
        return plus + ", ".join(map(self._say.digits, parts))

    def run(self, match: re.Match[str]) -> str | None:
        """A bare run of digits: a name where a word says so, or where nobody would count so far."""
        run = match[0]
        before = match.string[max(0, match.start() - 40) : match.start()]
        if run in self._own.emergencies:
            counted = re.match(r"\ [^\W\d_]{5,}", match.string[match.end() :])
            return (
                None if counted and not self._own.dialled.search(before) else self._say.digits(run)
            )
        if len(run) > MOST_OF_A_COUNT and not run.endswith("000"):
            return ", ".join(map(self._say.digits, _threes(run)))
        if len(run) >= FEWEST_OF_A_NAME and self._own.naming.search(before):
            return ", ".join(map(self._say.digits, _threes(run)))
        return None

    def drawn(self, match: re.Match[str]) -> str | None:
        """1-1, where nobody won."""
        around = match.string[max(0, match.start() - 40) : match.end() + 40]
        words = self._own.arithmetic
        return (words.score or words.to) if DRAWN.search(around) else None

    def parts(self, match: re.Match[str]) -> str | None:
        """8/10, 4,5/5, 25/12, 120/80, 24/7; None: a fraction, or nothing of this."""
        own, over, under = self._own, match["over"], match["under"]
        if not (over + under).isdecimal():
            return f"{self._say.number(over)} {own.out_of} {self._say.number(under)}"
        first, second = int(over), int(under)
        return self._days(match, first, second) or self._parts(match, first, second)

    def dashed_date(self, match: re.Match[str]) -> str | None:
        """El 31-12."""
        before = match.string[max(0, match.start() - 12) : match.start()]
        return self._date(match["over"], match["under"], None) if ARTICLE.search(before) else None

    def _days(self, match: re.Match[str], first: int, second: int) -> str | None:
        """17/18 juin."""
        own, tail = self._own, match.string[match.end() : match.end() + 14].lower()
        if first > 31 or second > 31 or not tail.startswith(self._months):
            return None
        return f"{own.cardinal(first)} {own.signs['&']} {own.cardinal(second)}"

    def _parts(self, match: re.Match[str], first: int, second: int) -> str | None:
        own, over, under = self._own, match["over"], match["under"]
        if (first, second) == (24, 7) or first == second > 1:
            return f"{own.cardinal(first)} {own.cardinal(second)}"
        before = match.string[max(0, match.start() - 12) : match.start()]
        is_day = first > 12 or over[0] == "0" or under[0] == "0" or ARTICLE.search(before)
        if is_day and (date := self._date(over, under, None)):
            return date
        measured = re.match(r"\ (?:de|di|d[aoei]|del|dell|du|des)\b", match.string[match.end() :])
        if first < second and second in TOTALS and not measured and not WHOLE.search(before):
            return f"{own.cardinal(first)} {own.out_of} {own.cardinal(second)}"
        if first < second <= TOTALS_OF_PARTS:
            return None
        return f"{own.cardinal(first)} {own.over} {own.cardinal(second)}"


def _threes(run: str) -> list[str]:
    """A run in threes from its end on, the first part shorter."""
    if len(run) <= 6:
        return [run]
    first = len(run) % 3
    parts = [run[at : at + 3] for at in range(first, len(run), 3)]
    if first == 1:
        parts[0] = run[:1] + parts[0]
    elif first:
        parts.insert(0, run[:first])
    return parts
