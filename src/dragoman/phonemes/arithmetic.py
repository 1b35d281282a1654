"""Arithmetic signs between numbers, in every language: a minus is no range, a range no minus."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dragoman.phonemes.scan import Rule, rule

Dash: TypeAlias = Literal["minus", "to", "score", "apart"]
"""The meaning of a dash between two numbers; "apart": nothing is said, the numbers are said one by
one."""

COIN = r"[A-Z]{0,2}[$£€¥￥₩₹]"
AMOUNT = r"(?:\d[\d.,\u00a0\u202f]*\d|\d|[.,]\d+)"
BEFORE = re.compile(
    rf"(?P<chain>\d[-–−]|\w-)?(?P<sign>(?<![\w)])[-−])?(?P<coin>{COIN})?(?P<amount>{AMOUNT})"
    r"(?P<unit>\s?[^\W\d]{1,4}|\s?[%％°º²³]{1,2}[CF]?)?\)?$"
)
AFTER = re.compile(
    rf"\s*(?P<sign>[-−])?(?P<coin>{COIN})?(?P<amount>{AMOUNT})(?P<rest>[-–−]\w|[A-Za-z]+|)"
)
CODE = re.compile(r"[-–−]|[C-FH-JN-SUX-Z]\b")
"""The end of a code: right behind a number it makes the number a part of a code and not the end of
a range."""
HOUR = re.compile(r":\d\d\s?$|[ap]\.?m\.?\s?$", re.IGNORECASE)
CLOSED = re.compile(
    rf"\s*[-−]?(?:{COIN})?{AMOUNT}\s?[%°²³]?\s*(?:[=≠≈×÷*^/+]|[<>]=|[-−]\ ?\d+\s*=)"
)
OPENED = re.compile(
    rf"(?:(?:[=≈×÷*^+(/]|\d\ [-−]\ )\s*[-−]?(?:{COIN})?{AMOUNT}|"
    r"(?i:what(?:['’]s|\ is|\ are)|calculate|compute|evaluate|simplify|subtract|how\ much\ is"
    r"|cu[aá]nto\ (?:es|son)|combien\ font|quanto\ (?:fa|é)|(?<=是)|计算|계산)"
    rf"\s*:?\s*[-−]?{AMOUNT})\s*$",
    re.VERBOSE,
)
BRACKET = re.compile(rf"\(\s*[-−]?(?:{COIN})?{AMOUNT}\s*$")
SCORED = re.compile(
    r"(?i:\b(?:won|win|wins|lost|lose|beat|beats|defeated|led|lead|leads|trailed|tied|drew|score|scored"
    r"|scores|vote|voted|final|ruled|by|game|match|set|ganó|ganaron|perdió|marcador|résultat|gagné"
    r"|score|vinto|vince|perso|punteggio|venceu|ganhou|perdeu|placar)\b|스코어|점수|이겼|졌|비겼|승리|패배|比分|战胜|击败|赢|输|負け|勝)"
    r"|[A-Z][a-z]+\ \d{1,2}\s*\d{1,2}\ [A-Z][a-z]+"
)
"""Words, or names before and behind, that make 3-2 the end of a game rather than one."""
DIGITS_OF_A_SCORE = 3
NINE_TO_FIVE = (9, 5)
"""Hours of work."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language for the signs between numbers."""

    minus: str
    to: str
    times: str
    divided: str
    power: str
    squared: str
    cubed: str
    unequal: str
    equal: str
    at_least: str
    at_most: str
    plus_minus: str
    about: str
    nearly: str
    """The words for ≈ between two things: "is about"."""
    arrow: str
    """The words for → between numbers."""
    hence: str
    """The words for ⇒ between equations."""
    further: str = ","
    """The words for → between other things."""
    both: str = ""
    """The words for &&."""
    either: str = ""
    """The words for ."""
    score: str = ""
    """The word in 3-2 at the end of a game, where it is not `to`."""
    negative: str = ""
    """The word before a negative number, where it is not `minus`."""
    decimal_sign: str = "."
    apart: str = ""
    """The sign between two numbers that are said apart, where they would be joined."""
    further_signs: Mapping[str, str] | None = None
    """The names of ∞, √ and other signs."""


def value(text: str, decimal_sign: str) -> float:
    """The value of a number as it is written; 0 for one that is written wrong."""
    thousands = "," if decimal_sign == "." else "."
    plain = re.sub(rf"[{thousands}\s\u00a0\u202f]", "", text).replace(decimal_sign, ".")
    try:
        return float(plain)
    except ValueError:
        return 0.0


def dash(text: str, start: int, end: int, decimal_sign: str = ".") -> Dash | None:
    """The meaning of the dash `text[start:end]`; None: it is not between two numbers.

    A sum ("5 - 3 = 2") is a minus; else the smaller number first is a range, and the other
    way round is a minus where there are spaces, a score ("won 5-3") where there are none.
    """
    line = text.rfind("\n", 0, start) + 1
    head = text[max(line, start - 60) : start]
    tail = text[end : end + 60].partition("\n")[0]
    sign = text[start:end].strip()
    left, right = BEFORE.search(head.rstrip()), AFTER.match(tail)
    if left is None or right is None or _is_elsewhere(left, right, head, tail):
        return None
    is_sum = CLOSED.match(tail) or (OPENED.search(head) and not BRACKET.search(head))
    spaced = head[-1:].isspace()
    is_code = not spaced and (left["chain"] or CODE.match(right["rest"]))
    if is_sum or (not is_code and (sign == "−" or (right["sign"] and not left["sign"]))):
        return "minus"
    if is_code:
        return "apart"
    if HOUR.search(head) or _are_years(left, right, tail):
        return "to"
    return _compared(left, right, head + tail[:30], decimal_sign, spaced=spaced, hyphen=sign == "-")


def _compared(
    left: re.Match[str],
    right: re.Match[str],
    around: str,
    decimal_sign: str,
    *,
    spaced: bool,
    hyphen: bool,
) -> Dash:
    """What two numbers are to each other that are no sum: a score, a range, or nothing."""
    amounts = left["amount"] + right["amount"]
    if re.match(r"0\d+$", right["amount"]):
        return "apart"  # a number with a nought before it names something
    scored = amounts.isdecimal() and not (left["coin"] or left["unit"]) and SCORED.search(around)
    if scored and len(amounts) <= 2 * DIGITS_OF_A_SCORE:
        return "score" if left["amount"] != right["amount"] or spaced else "apart"
    first, second = _signed(left, decimal_sign), _signed(right, decimal_sign)
    if first > second and (first, second) != NINE_TO_FIVE:
        return _downwards(left, right, spaced=spaced, hyphen=hyphen)
    return "to" if first != second else "apart"


def _is_elsewhere(left: re.Match[str], right: re.Match[str], head: str, tail: str) -> bool:
    """Whether the dash belongs to one side ("or -5", "GRA- 583"), or to the sentence."""
    spaced = head[-1:].isspace()
    apart = (left["unit"] or "")[:1].isspace() and not spaced
    ordinal = right["rest"] in {"st", "nd", "rd", "th"} and not left["unit"]
    return apart or ordinal or (spaced and not tail[:1].isspace())


def _are_years(left: re.Match[str], right: re.Match[str], tail: str) -> bool:
    """1991 - 95, 1425 - 1400 BC."""
    first, second = left["amount"], right["amount"]
    if len(first) != 4 or not (first + second).isdecimal() or first[0] not in "12":
        return False
    return len(second) == 2 or re.match(r"\s*\d+\ ?B\.?C", tail) is not None


def _signed(match: re.Match[str], decimal_sign: str) -> float:
    size = value(match["amount"], decimal_sign)
    return -size if match["sign"] else size


def _downwards(left: re.Match[str], right: re.Match[str], *, spaced: bool, hyphen: bool) -> Dash:
    """The larger number first: no range, but perhaps a score or a decade ("1960s-80s")."""
    amounts = left["amount"], right["amount"]
    if spaced:
        return "minus" if hyphen else "to"
    if left["coin"] or left["unit"]:
        return "to"
    if any(not amount.isdecimal() for amount in amounts):
        return "minus"
    return "apart" if any(len(amount) > DIGITS_OF_A_SCORE for amount in amounts) else "score"


DASH = (
    r"(?:(?<=[\w%％°)²³])|(?<=[\w%％°)²³]\ ))[-–−~∼〜～]"
    r"(?=\ ?[-−]?(?:[A-Z]{0,2}[$£€¥￥₩₹])?[.,]?\d)"
)
_OPERAND = r"(?:(?<=[\d)])|(?<=[\d)]\ )|(?<=\b[a-z])|(?<=\b[a-z]\ ))"
_NEXT = r"(?=\ ?[-−]?[.$(]?\d|\ ?[a-z]\b|\ ?\()"
_RAISED_END = r"(?![\w²³⁰-⁹]|[.,]\d)"
"""After the only digit of a power."""
_SUM = re.compile(r"[=<>≤≥≠≈]")


def rules(words: Words) -> tuple[Rule, ...]:
    """The rules for arithmetic signs in one language; to be tried before those for numbers."""
    said: Mapping[Dash, str] = {
        "minus": words.minus,
        "to": words.to,
        "score": words.score or words.to,
        "apart": words.apart,
    }

    negative = words.negative or words.minus

    def between(match: re.Match[str]) -> str | None:
        if match[0] in "~∼〜～":
            before = match.string[max(0, match.start() - 8) : match.start()]
            return words.to if re.search(r"\d\S{0,3}\s?$", before) else None
        meaning = dash(match.string, match.start(), match.end(), words.decimal_sign)
        return None if meaning is None else said[meaning]

    return (
        rule(DASH, between),
        rule(
            r"(?:(?<=[\w)])|(?<=[\w)]\ ))(?:−(?=\ ?[\w($€£.√∞])|-(?=\ ?[\w(.]))",
            _in_a_sum(words.minus),
        ),
        rule(r"(?<=\b[ijkmntxyz])-(?=\d+\b(?![-\w.]))", lambda _: words.minus),
        rule(
            r"(?:^|(?<=[\s=(,]))−(?=[A-Za-z(√∞π])|(?:(?<==)|(?<==\ )|(?<=\())-(?=[a-z]\b|[(√∞π])",
            lambda _: negative,
        ),
        rule(r"(?:^|(?<=[\s(=]))[-−](?=(?:\d+\ )?\d+/\d)", lambda _: negative),
        rule(r"(?:^|(?<=[\s(]))–(?=[.,]?\d)", lambda _: negative),
        rule(rf"(?<=[\w)\]])²|(?<=[A-Za-z)\]])\^2{_RAISED_END}", lambda _: words.squared),
        rule(rf"(?<=[\w)\]])³|(?<=[A-Za-z)\]])\^3{_RAISED_END}", lambda _: words.cubed),
        rule(r"(?<=\d)\*\*(?=[-−]?\d)|\^(?=[-−(]?[\w(])", lambda _: words.power),
        rule(rf"{_OPERAND}[*∗⋅·](?<![^\d\s)a-z].){_NEXT}", _times(words.times)),
        rule(
            r"(?:(?<=[\d)]\ )|(?<=\b[a-z]\ ))(?<!\b0\d\ )(?<!\d{4}\ )[/∕]"
            r"(?=\ (?!0\d)(?:[\d.,]+[a-z]{0,2}(?![\w/])|\(|\$)|\ [a-z]\b)",
            lambda _: words.divided,
        ),
        rule(r"(?<=[\d)])x(?=\ ?\d+\s*=)|(?<=[\d)]\ )x(?=\ \d+\s*=)", lambda _: words.times),
        rule(r"(?<=\w\ )[-−]=(?=\s)", lambda _: f"{words.minus} {words.equal}"),
        rule(r"(?<=\w\ )\*=(?=\s)", lambda _: f"{words.times} {words.equal}"),
        rule(r"(?<=[^\W\d_][^\W\d_][\ )\]])\ ?>(?=\ [^\W\d_])", _next_menu(words)),
        rule(r"!={1,2}|=/=|≠|<>(?=\s?[\w\"'])", lambda _: words.unequal),
        rule(r"(?:<-+>|[↔⇔])", lambda _: words.further),
        rule(r"<=(?!>)|≤|⩽|≦", lambda _: words.at_most),
        rule(r">=|≥|⩾|≧", lambda _: words.at_least),
        rule(r"={2,3}", lambda _: words.equal),
        rule(r"-+>|=+>|[→⇒➜➔⟶]", _arrow(words)),
        rule(r"±|\+/[-−]|\+[-−](?=\d)|∓", lambda _: words.plus_minus),
        rule(r"(?<=\w\ )(?:≈|~=|≃|≅)(?=\ )", lambda _: words.nearly),
        rule(
            r"(?<![~\w])~(?=\ ?[-−]?(?:[A-Z]{0,2}[$£€¥￥₩₹])?[.,]?\d)"
            r"|[≈≃≅](?=\s?[\d.$€£½⅓⅔¼¾⅛⅜⅝⅞])",
            lambda _: words.about,
        ),
        rule(r"(?:(?<=\s)|(?<=\)))&&(?=[\s(!])", lambda _: words.both),
        rule(r"(?:(?<=\s)|(?<=\)))\|\|(?=[\s(!])", lambda _: words.either),
        *_named(words.further_signs or {}),
    )


def _in_a_sum(minus: str) -> Callable[[re.Match[str]], str | None]:
    """A minus between letters or brackets: only where the line has an equals sign, or it is −."""

    def say(match: re.Match[str]) -> str | None:
        if match[0] == "−":
            return minus
        text = match.string
        head = text[max(0, match.start() - 40) : match.start()].rpartition("\n")[2]
        tail = text[match.end() : match.end() + 40].partition("\n")[0]
        operands = re.search(r"(?:(?<![A-Za-z])[A-Za-z]|\d|[)²³])\ ?$", head) and re.match(
            r"\ ?(?:[A-Za-z]\b|\.?\d|[(√])", tail
        )
        return minus if operands and _SUM.search(head + tail) else None

    return say


def _times(word: str) -> Callable[[re.Match[str]], str | None]:
    def say(match: re.Match[str]) -> str | None:
        """A star between numbers or letters of a sum; emphasis is none."""
        text = match.string
        before = text[: match.start()].rstrip()[-1:]
        after = text[match.end() :].lstrip()[:1]
        spaced = text[match.start() - 1].isspace() == text[match.end()].isspace()
        numbers = before in ")0123456789" or after in "(.$0123456789"
        certain = numbers and match[0] != "·"  # which also joins dates and names
        return word if spaced and (certain or _SUM.search(text)) else None

    return say


MENU = re.compile(r"(?:[^\W\d_a-zà-ÿ]|[^\W\d_][A-Z])[\w'’-]*(?:\ [^\W\d_][\w'’-]*){0,2}[)\]]?\ ?$")
"""The name of a menu: with a capital, or in a script that has none."""


def _next_menu(words: Words) -> Callable[[re.Match[str]], str | None]:
    """A pause in "Settings > Privacy"; "speed > accuracy" is compared."""
    pause = "、" if words.further == "、" else ","

    def say(match: re.Match[str]) -> str | None:
        text = match.string
        before = MENU.search(text[max(0, match.start() - 40) : match.start()])
        after = re.match(r"\ (?:[^\W\d_a-zà-ÿ]|[^\W\d_][A-Z])[\w'’-]", text[match.end() :])
        return pause if before and after else None

    return say


EQUATION = re.compile(r"[=<>≤≥≈≠]\s?[-−]?[\w.(√]")


def _arrow(words: Words) -> Callable[[re.Match[str]], str]:
    def say(match: re.Match[str]) -> str:
        text = match.string
        before = text[max(0, match.start() - 40) : match.start()].rpartition("\n")[2]
        after = text[match.end() : match.end() + 40].partition("\n")[0]
        if EQUATION.search(before) and EQUATION.search(after):
            return words.hence
        numbers = re.search(r"[\d%]\s?$", before) and re.match(r"\s?\S?\d", after)
        return words.arrow if numbers else words.further

    return say


def _named(signs: Mapping[str, str]) -> tuple[Rule, ...]:
    if not signs:
        return ()
    return (rule("|".join(re.escape(sign) for sign in signs), lambda match: signs[match[0]]),)
