"""The rules for numbers, dates, money, signs and words, in any language of the family."""

import re
import unicodedata
from collections.abc import Callable, Collection

from dragoman.phonemes import arithmetic
from dragoman.phonemes.english.words import LETTERS, MARK_RULES
from dragoman.phonemes.romance import named, numerals, shortened
from dragoman.phonemes.romance.vocabulary import Coin, Gender, Vocabulary
from dragoman.phonemes.scan import Rule, rule
from dragoman.phonemes.tables import listed

NUMBER = (
    r"(?:\d{1,3}(?:[.\ \u00a0\u202f]\d{3})+(?!\d)(?:,\d+)?|\d{1,3}(?:,\d{3})+\.\d+"
    r"|\d{1,3}(?:,\d{3}){2,}|\d+(?:,\d+)?|(?<![\w.,])[.,]\d+)"
)
"""A pattern for a number: thousands apart by points or spaces, or as in Mexico by commas; ",5" and
".5" keep their sign."""
AMOUNT = rf"(?:0\.\d+|\d+\.\d{{1,2}}(?![\d.,])|{NUMBER})"
"""A pattern for an amount of a measure or of money: there "2.5" is two and a half."""
MEXICAN = re.compile(r"\d{1,3}(?:,\d{3})+\.\d+")
POINTED = re.compile(r"0\.\d+|\.\d+|\d+\.\d{1,2}|\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,}")
LONGEST = 15
"""The most digits of a number; longer ones are read digit by digit."""
ADDRESS = (
    r"(?:https?://|www\.)[^\s<>\"”»]*[^\s<>\"”».,;:!?)\]'’]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w@.])[A-Za-z][\w-]*(?:\.[\w-]+)*\.(?:com|org|net|io|dev|ai|edu|es|fr|it|pt|br|mx|ar|eu)\b"
    r"(?:/[\w./-]*[\w/])?"
)
INCHES, SHARES = frozenset('"″”'), frozenset({"%", "‰"})
THOUSANDS = r"\d{1,3}(?:[.\ ]\d{3})*[.\ ]000(?!\d|[-\ .]\d)"
"""A pattern for a round number, which no telephone has."""
PER = re.compile(r"(?=\ (?:por|par|per|al|all'\w+|à)\ )")
"""A pattern for the beginning of "por hora", before which a half is said."""
AT = re.compile(r"(?i:\b(?:a\ las|las|alle|dalle|ore|às)\ $)")
"""A pattern for the words before a time of day."""
UNSAID = "_*|`•^®™~→"
"""The signs that nobody says."""
ROMAN_WORDS = frozenset(listed("MIX CV DVD CD MI DI VI LI CI"))


class Reading:
    """The readings of one language, which its rules use."""

    def __init__(self, own: Vocabulary) -> None:
        self._own = own

    def number(self, text: str, gender: Gender | None = None) -> str:
        """A number with optional sign and fraction, in words: "1.234,50".

        `gender` is of what is counted, None where nothing is.
        """
        own = self._own
        if text[:1] in {"-", "−"}:
            return f"{own.minus} {self.number(text[1:], gender)}"
        if POINTED.fullmatch(text):
            text = text.replace(",", "").replace(".", ",")
        whole, comma, fraction = re.sub("[.\u00a0\u202f ]", "", text).partition(",")
        padded = len(whole) > 1 and whole.startswith("0")
        by_digit = padded or len(whole) > LONGEST
        if by_digit:
            said = self.digits(whole)
        elif gender is None or fraction:
            said = own.cardinal(int(whole or "0"))
        else:
            said = own.counted(int(whole), gender)
        if not comma or not fraction:
            return said
        zeros = len(fraction) - len(fraction.lstrip("0"))
        rest = fraction[zeros:]
        after = self.digits(fraction[:zeros] if len(rest) < 3 else fraction)
        if rest and len(rest) < 3:
            after += " " + own.cardinal(int(rest))
        return f"{said} {own.point} {after.strip()}"

    def counted(self, gender: Gender) -> Callable[[re.Match[str]], str]:
        """A number before a noun, in words."""
        return lambda match: self.number(match["a"], gender)

    def digits(self, text: str) -> str:
        """A number digit by digit."""
        return " ".join(self._own.cardinal(int(sign)) for sign in text if sign.isdecimal())

    def money(self, match: re.Match[str]) -> str:
        """An amount with its currency before or behind it, in words."""
        own = self._own
        coin = own.coins[match["sign"]]
        amount = match["amount"]
        if MEXICAN.fullmatch(amount):
            amount = amount.replace(",", "").replace(".", ",")
        if "." in amount and "," not in amount and not re.search(r"\.\d{3}(?!\d)", amount):
            amount = amount.replace(".", ",")
        minus = f"{own.minus} " if match["minus"] else ""
        scale = match["scale"].strip() if match["scale"] else ""
        if scale:
            return f"{minus}{self.number(amount, 'm')} {scale} {self._of(coin.many)}"
        whole, _, fraction = amount.partition(",")
        whole = whole or "0"
        if not coin.cent or len(fraction) not in {1, 2}:
            return f"{minus}{self._coins(amount, coin)}"
        cents = int(fraction.ljust(2, "0"))
        said = [] if whole == "0" and cents else [self._coins(whole, coin)]
        if cents:
            said.append(f"{own.counted(cents, 'm')} {coin.cent if cents == 1 else coin.cents}")
        return minus + f" {own.joint} ".join(said)

    def _coins(self, amount: str, coin: Coin) -> str:
        return self._several(amount, coin.gender, coin.one, coin.many)

    def _several(self, amount: str, gender: Gender | None, one: str, many: str) -> str:
        """So many of something: "un euro", "dos euros", "un millón de euros"."""
        whole = re.sub(r"[.\u00a0\u202f ]", "", amount)
        if whole.isdecimal() and int(whole) and int(whole) % 10**6 == 0:
            return f"{self.number(amount, 'm')} {self._of(many)}"
        return f"{self.number(amount, gender)} {one if amount == '1' else many}"

    def _of(self, name: str) -> str:
        """What is between a million and what there are so many of: "de dólares", "d'euros"."""
        elided = self._own.elides and name[0] in "aeéhiouy"
        return f"{self._own.of[0]}'{name}" if elided else f"{self._own.of} {name}"

    def measure(self, match: re.Match[str]) -> str | None:
        """A number and its unit, in words."""
        own, unit = self._own, match["unit"]
        if unit in INCHES and match.string.count(unit, 0, match.start()) % 2:
            return None  # the end of what is quoted
        gender: Gender | None = "f" if unit in own.feminine_units else "m"
        if unit in SHARES:
            gender = None
        return self._several(match["amount"], gender, *own.units[unit])

    def date(self, match: re.Match[str]) -> str | None:
        """A date in words: 5/3/2024 and 2024-03-05."""
        day, month = int(match["day"]), int(match["month"])
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return None
        return self._own.date(day, self._own.months[month - 1], int(match["year"]))

    def clock(self, match: re.Match[str]) -> str | None:
        """A time of day in words: 15:30, 15h30."""
        hour, minute = int(match["hour"]), int(match["minute"])
        return self._own.clock(hour, minute) if hour <= 24 and minute <= 59 else None

    def dotted_clock(self, match: re.Match[str]) -> str | None:
        """A time of day with a dot, in words: 9.30, where a word before says that it is one."""
        return self.clock(match) if AT.search(match.string, 0, match.start()) else None

    def ordinal(self, match: re.Match[str]) -> str:
        """An ordinal in words: 3º, 1re, 2e."""
        is_feminine = re.fullmatch(self._own.feminine_ends, match["end"]) is not None
        said = self._own.ordinal(int(match["number"].replace(".", "")), "f" if is_feminine else "m")
        is_short = match["end"].lstrip(".") == "er" and said.endswith(("primero", "tercero"))
        return said[:-1] if is_short else said

    def fraction(self, match: re.Match[str]) -> str | None:
        """A fraction in words: 1/2, 3/4, 1 1/2, 3/5 kg."""
        own, over, under = self._own, int(match["over"]), int(match["under"])
        if not 0 < over < under <= 20:
            return None
        said = own.small_fractions.get((over, under)) or self._parts(over, under)
        unit = own.units.get(match["unit"] or "")
        if match["whole"] and (over, under) == (1, 2):
            return self._and_a_half(match)
        if match["whole"]:
            whole = f"{self.number(match['whole'])} {own.signs['&']} {said}"
            return f"{whole} {unit[1]}" if unit else whole
        if unit and (over, under) == (1, 2):
            return self._half(match["unit"], unit[0])
        return f"{said} {own.of} {unit[0]}" if unit else said

    def _half(self, unit: str, name: str) -> str:
        """1/2 l: "medio litro", "une demi heure"."""
        own = self._own
        gender: Gender = "f" if unit in own.feminine_units else "m"
        half = own.half[:-1] + "a" if gender == "f" and own.half[-1] == "o" else own.half
        return f"{own.counted(1, gender)} {half} {name}" if own.elides else f"{half} {name}"

    def _and_a_half(self, match: re.Match[str]) -> str:
        """1 1/2: "uno y medio", "una y media" before what is feminine, "un kilo y medio"."""
        own, unit = self._own, match["unit"]
        if unit:
            feminine = unit in own.feminine_units
            number = self._several(match["whole"], "f" if feminine else "m", *own.units[unit])
        else:
            nouns = re.compile(rf"\ (?:{own.feminine_nouns})\b")
            feminine = nouns.match(match.string, match.end()) is not None
            whole = int(match["whole"])
            number = own.counted(whole, "f") if feminine else own.cardinal(whole)
        half = own.half[:-1] + "a" if feminine and own.half[-1] == "o" else own.half
        number, *rate = PER.split(number, maxsplit=1)
        return "".join((f"{number} {own.signs['&']} {half}", *rate))

    def _parts(self, over: int, under: int) -> str:
        parts = self._own.parts(under)
        if over == 1:
            one = parts[:-1] + "o" if parts.endswith("i") else parts.removesuffix("s")
            return f"{self._own.counted(1, 'm')} {one}"
        return f"{self._own.cardinal(over)} {parts}"

    def roman(self, match: re.Match[str]) -> str | None:
        """A Roman numeral in words: XIV, XXI; single letters and what is a word are left alone."""
        numeral = match["numeral"]
        number = numerals.value(numeral)
        if numeral in ROMAN_WORDS or number is None:
            return None
        own = self._own
        is_ordinal = own.kings_are_ordinal or match["end"]
        return own.ordinal(number, "m") if is_ordinal else own.cardinal(number)

    def address(self, match: re.Match[str]) -> str:
        """A URL or an e-mail address in words, without its scheme."""
        bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", match[0], flags=re.IGNORECASE).rstrip("/")
        words = [
            self._own.address_signs.get(part, self.number(part) if part.isdecimal() else part)
            for part in re.findall(r"[^\W\d_]+|\d+|\S", bare)
        ]
        return " ".join(words)

    def phone(self, match: re.Match[str]) -> str:
        """A telephone number, as pairs and triples of digits, each by itself."""
        plus = self._own.address_signs["+"] + " " if match[0][0] == "+" else ""
        return plus + ", ".join(self.digits(group) for group in re.findall(r"\d+", match[0]))

    def numeral(self, match: re.Match[str]) -> str | None:
        """A numeral that is one sign, in words: ⑤, Ⅻ."""
        if match[0].isalpha():
            return None
        value = unicodedata.numeric(match[0], 0)
        return self.number(f"{value:g}".replace(".", ","))


def table(own: Vocabulary) -> tuple[Rule, ...]:
    """The rules for text of the language, in the order of trying."""
    say = Reading(own)
    short = {**{name[0].upper() + name[1:]: full for name, full in own.abbreviations.items()}}
    short.update(own.abbreviations)
    return (
        rule(ADDRESS, say.address),
        *shortened.rules(own, say),
        rule(
            rf"(?<!\w)(?:{_any_of(short)})(?![^\W\d_])(?!(?<=\w)\d)",
            lambda match: short[match[0]],
        ),
        rule(
            rf"(?<!\w)(?P<article>\w{{1,5}}['’])(?P<short>{_any_of(own.abbreviations)})(?!\w)",
            lambda match: match["article"].replace("’", "'") + short[match["short"]],
        ),
        *numerals.rules(own),
        *named.rules(own, say),
        *_times(own, say),
        *_amounts(own, say),
        *_numbers(own, say),
        *_words(own, say),
    )


def _any_of(names: Collection[str]) -> str:
    """A regular expression for one of them, the longest that fits."""
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


def _times(own: Vocabulary, say: Reading) -> tuple[Rule, ...]:
    """Dates and times of day."""
    months = "|".join((*own.months, *(short + r"\." for short in own.short_months)))

    shortened = "|".join(own.short_months)

    def month(name: str) -> str:
        return next(full for full in own.months if full.startswith(name.lower()[:3]))

    return (
        rule(
            r"(?<!\d)(?P<year>[12]\d{3})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})(?![\d./-]*\d)",
            say.date,
        ),
        rule(
            rf"(?i:\b(?P<month>{shortened})\.?(?=\ (?:de\ )?[12]\d{{3}}\b))",
            lambda match: month(match["month"]),
        ),
        rule(
            r"(?<![\d/])(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>[12]\d{3})(?!\d)",
            say.date,
        ),
        rule(
            rf"(?i:(?<!\d)(?P<day>\d{{1,2}})(?:[ºer°]*)\ (?:de\ )?(?P<month>{months})(?!\w)"
            r"(?:\ (?:de\ |del\ )?(?P<year>[12]\d{3})\b)?)",
            lambda match: own.date(
                int(match["day"]),
                month(match["month"]),
                int(match["year"]) if match["year"] else None,
            ),
        ),
        rule(
            r"(?<![\d:])(?P<hour>\d{1,2})(?::|\ ?h\ ?)(?P<minute>\d\d)(?:\ ?h\b)?"
            r"(?![\d:\w]|\ ?min)",
            say.clock,
        ),
        rule(
            r"(?<![\d.,])(?P<hour>\d{1,2})\.(?P<minute>[0-5]\d)(?=\ ?[ap]\.\ ?m\.)",
            say.clock,
        ),
        rule(r"(?<![\d.,])(?P<hour>\d{1,2})\.(?P<minute>[0-5]\d)(?![\d.,]*\d)", say.dotted_clock),
    )


def _amounts(own: Vocabulary, say: Reading) -> tuple[Rule, ...]:
    """Money, telephone numbers, ranges and measures."""
    unit, coin = _any_of(own.units), _any_of(own.coins)
    codes = "|".join(name for name in own.coins if name.isalpha() and name.isupper())
    scale = rf"(?P<scale>\ (?:{'|'.join(own.scales)})\b)?"
    return (
        rule(
            rf"(?P<minus>[-−])?\$\ ?(?P<amount>\d+\.\d\d(?!\d)|{NUMBER})(?P<scale>)"
            rf"\ (?P<sign>{codes})(?!\w)",
            say.money,
        ),
        rule(
            rf"(?P<minus>[-−])?(?P<sign>{coin})\ ?(?P<amount>\d+\.\d\d(?!\d)|{NUMBER})"
            rf"{scale}(?!\w)",
            say.money,
        ),
        rule(
            rf"(?P<minus>(?<!\w)[-−])?(?P<amount>{NUMBER}){scale}[\ \u00a0\u202f]?"
            rf"(?P<sign>{coin})(?!\w)",
            say.money,
        ),
        rule(
            rf"(?<!\d)(?!{THOUSANDS})\d{{2,3}}(?:[-\ .]\d{{2,3}}){{3,4}}(?!\d|,\d)"
            rf"|(?<!\d)(?!{THOUSANDS})\d{{3}}[-\ ]\d{{3}}[-\ ]\d{{3}}(?!\d)"
            r"|\+\d{1,3}(?:[-\ .]\d{1,4}){2,6}(?!\d)|(?<!\d)(?!(?:1\d|20)\d\d-(?:1\d"
            r"|20)\d\d(?!\d)|\d{4}-\d\d00(?!\d))\d{4,5}-\d{4}(?!\d)",
            say.phone,
        ),
        *arithmetic.rules(own.arithmetic),
        rule(
            rf"(?P<amount>(?:(?<!\w)[-−])?{AMOUNT})[\ \u00a0\u202f]?(?P<unit>{unit})(?![\w'’])",
            say.measure,
        ),
    )


def _numbers(own: Vocabulary, say: Reading) -> tuple[Rule, ...]:
    """Numbers by themselves and before what is counted."""
    return (
        rule(
            rf"(?P<number>\d{{1,3}}(?:\.\d{{3}})+|\d{{1,4}})(?P<end>{own.ordinal_ends})(?!\w)",
            say.ordinal,
        ),
        rule(
            r"(?<![\d/])(?:(?P<whole>\d{1,3})\ )?(?P<over>\d{1,2})/(?P<under>\d{1,2})(?![\d/])"
            rf"(?:[\ \u00a0](?P<unit>{_any_of(own.units)})(?!\w))?",
            say.fraction,
        ),
        rule(
            "[½⅓⅔¼¾]",
            lambda match: own.small_fractions[
                {"½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4)}[match[0]]
            ],
        ),
        rule(
            r"(?<![\w.])(?!\d{1,3}(?:\.\d{3})+(?![\w.]))v?\d+(?:\.\d+){2,}(?!\w)|(?<![\w.,])\d+\.(?!\d{3}(?!\d))\d+(?![\w.,]*\d)",
            lambda match: f" {own.address_signs['.']} ".join(
                say.number(part) for part in match[0].lstrip("v").split(".")
            ),
        ),
        rule(rf"(?<![\w.])[-−](?P<a>{NUMBER})", lambda match: say.number(match[0])),
        rule(rf"(?P<a>{NUMBER})(?=\ (?:{'|'.join(own.scales)})\b)", say.counted("m")),
        rule(rf"(?P<a>{NUMBER})(?=\ (?:{own.feminine_nouns})\b)", say.counted("f")),
        rule(rf"(?P<a>{NUMBER})(?=\ (?:{own.masculine_nouns})\b)", say.counted("m")),
        rule(NUMBER, lambda match: say.number(match[0])),
    )


def _words(own: Vocabulary, say: Reading) -> tuple[Rule, ...]:
    """Roman numerals, words and signs."""
    return (
        rule(r"\b(?P<numeral>[IVXLC]{2,}|[IVX](?=i?er?\b))(?P<end>i?er?|ème|)\b", say.roman),
        rule(r"[^\W\d_]", say.numeral),
        rule(
            LETTERS + r"+(?:['’]" + LETTERS + r"+)*['’]?",
            lambda match: match[0].replace("’", "'"),
        ),
        rule("[¿¡]", lambda _: ""),
        *MARK_RULES,
        rule(
            "|".join(re.escape(sign) for sign in (*own.signs, *UNSAID)),
            lambda match: own.signs.get(match[0], ""),
        ),
    )
