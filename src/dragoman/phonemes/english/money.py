"""Amounts of money in English words."""

import re
from collections.abc import Mapping

from dragoman.phonemes.english.numbers import (
    AMOUNT,
    cardinal,
    decimal,
    is_adjective,
    plain,
    plural,
)
from dragoman.phonemes.scan import Rule, rule

CURRENCIES: Mapping[str, tuple[str, str]] = {
    "$": ("dollar", "cent"),
    "£": ("pound", "penny"),
    "€": ("euro", "cent"),
    "¥": ("yen", ""),
    "￥": ("yen", ""),
    "₩": ("won", ""),
    "₹": ("rupee", "paisa"),
    "₽": ("ruble", "kopeck"),
    "₺": ("lira", "kurush"),
    "₴": ("hryvnia", "kopeck"),
    "₦": ("naira", "kobo"),
    "₱": ("peso", "centavo"),
    "₫": ("dong", ""),
    "₪": ("shekel", "agora"),
    "฿": ("baht", "satang"),
    "₿": ("bitcoin", ""),
    "₡": ("colon", "centimo"),
    "₵": ("cedi", "pesewa"),
    "₸": ("tenge", ""),
    "₾": ("lari", "tetri"),
    "US$": ("U S dollar", "cent"),
    "AU$": ("Australian dollar", "cent"),
    "A$": ("Australian dollar", "cent"),
    "CA$": ("Canadian dollar", "cent"),
    "C$": ("Canadian dollar", "cent"),
    "NZ$": ("New Zealand dollar", "cent"),
    "HK$": ("Hong Kong dollar", "cent"),
    "S$": ("Singapore dollar", "cent"),
    "NT$": ("Taiwan dollar", "cent"),
    "R$": ("Brazilian real", "centavo"),
    "MX$": ("Mexican peso", "centavo"),
    "CN¥": ("yuan", ""),
    "元": ("yuan", ""),
    "円": ("yen", ""),
    "원": ("won", ""),
    "zł": ("zloty", "grosz"),
    "Rs.": ("rupee", "paisa"),
    "Rs": ("rupee", "paisa"),
}
"""The currencies by their sign: the name of one, and of a hundredth of it ("" where there is
none)."""
CODES: Mapping[str, str] = {
    "USD": "U S dollar",
    "EUR": "euro",
    "GBP": "pound",
    "KRW": "won",
    "JPY": "yen",
    "CNY": "yuan",
    "RMB": "yuan",
    "INR": "rupee",
    "AUD": "Australian dollar",
    "CAD": "Canadian dollar",
    "NZD": "New Zealand dollar",
    "HKD": "Hong Kong dollar",
    "SGD": "Singapore dollar",
    "TWD": "Taiwan dollar",
    "CHF": "Swiss franc",
    "SEK": "Swedish krona",
    "NOK": "Norwegian krone",
    "DKK": "Danish krone",
    "PLN": "zloty",
    "CZK": "Czech koruna",
    "HUF": "forint",
    "RUB": "ruble",
    "TRY": "Turkish lira",
    "BRL": "Brazilian real",
    "MXN": "Mexican peso",
    "ZAR": "rand",
    "THB": "baht",
    "IDR": "rupiah",
    "MYR": "ringgit",
    "PHP": "Philippine peso",
    "VND": "dong",
    "ILS": "shekel",
    "AED": "dirham",
    "SAR": "riyal",
    "BTC": "bitcoin",
    "ETH": "ether",
}
PLURALS: Mapping[str, str] = {
    "Brazilian real": "Brazilian reais",
    "Swedish krona": "Swedish kronor",
    "Norwegian krone": "Norwegian kroner",
    "Danish krone": "Danish kroner",
    "paisa": "paise",
    "agora": "agorot",
    "grosz": "groszy",
    "rupiah": "rupiah",
    "tenge": "tenge",
    "naira": "naira",
    "kobo": "kobo",
    "satang": "satang",
    "kurush": "kurush",
    "tetri": "tetri",
    "lari": "lari",
    "ether": "ether",
    "hryvnia": "hryvnias",
}
SCALES: Mapping[str, str] = {
    "k": "thousand",
    "K": "thousand",
    "m": "million",
    "M": "million",
    "MM": "million",
    "mm": "million",
    "mn": "million",
    "mil": "million",
    "bn": "billion",
    "b": "billion",
    "B": "billion",
    "T": "trillion",
    "tn": "trillion",
    "L": "lakh",
    "cr": "crore",
    "Cr": "crore",
}
SCALE = (
    r"(?:\ ?(?P<scale>(?:hundred|thousand|million|billion|trillion|lakh|crore|k|K|mn|mil|MM|mm|m|M"
    r"|bn|b|B|T|tn|L|[Cc]r)\b)s?)?"
)
_SIGN = "|".join(re.escape(sign) for sign in sorted(CURRENCIES, key=len, reverse=True))
_CODE = "|".join(CODES)
_LETTER_BEFORE = r"(?<![A-Za-z])"


def _named(unit: str, amount: str) -> str:
    return unit if amount == "1" else PLURALS.get(unit) or plural(unit, amount)


def _money(match: re.Match[str]) -> str:
    unit, part = CURRENCIES[match["sign"]]
    amount = match["amount"]
    minus = "minus " if match["minus"] else ""
    if match["scale"]:
        scale = SCALES.get(match["scale"], match["scale"].lower())
        many = unit if is_adjective(match) else _named(unit, "0")
        return f"{minus}{decimal(amount)} {scale} {many}"
    if is_adjective(match) and "." not in amount:
        return f"{minus}{decimal(amount)} {unit}"
    whole, _, fraction = plain(amount).partition(".")
    if not part or len(fraction) not in {1, 2}:
        return f"{minus}{decimal(amount)} {_named(unit, amount)}"
    small = fraction.ljust(2, "0").lstrip("0")
    only_cents = small and not whole.strip("0")
    said = [] if only_cents else [f"{decimal(whole)} {_named(unit, whole)}"]
    if small:
        said.append(f"{cardinal(int(small))} {_named(part, small)}")
    return minus + " and ".join(said)


def _range(match: re.Match[str]) -> str:
    unit, _ = CURRENCIES[match["sign"]]
    scale = f" {SCALES.get(match['scale'], match['scale'].lower())}" if match["scale"] else ""
    noun = unit if is_adjective(match) else _named(unit, "0")
    return f"{decimal(match['a'])} to {decimal(match['b'])}{scale} {noun}"


def _ranged(match: re.Match[str]) -> str | None:
    """$10-15: the larger one last; anything else is no range."""
    first, second = float(plain(match["a"])), float(plain(match["b"]))
    return _range(match) if first < second else None


def _coded(match: re.Match[str]) -> str:
    scale = f"{SCALES.get(match['scale'], match['scale'].lower())} " if match["scale"] else ""
    amount = "0" if scale else match["amount"]
    return f"{decimal(match['amount'])} {scale}{_named(CODES[match['code']], amount)}"


def _dollars(match: re.Match[str]) -> str:
    """$20 USD, 20 US dollars."""
    return _coded(match)


def _cents(match: re.Match[str]) -> str:
    amount = match["a"] or match["b"]
    return f"{decimal(amount)} {plural('cent', amount)}"


PRICE = re.compile(r"(?:[$£€¥₩₹]\ ?[\d.,]*\d|\d\ ?[€¢])[kKmMB]?$")


def _price_of(match: re.Match[str]) -> str | None:
    """$0.02/1K tokens, $3/1M: what so many cost."""
    if not PRICE.search(match.string[max(0, match.start() - 20) : match.start()]):
        return None
    scale = {"K": " thousand", "M": " million", "B": " billion"}.get(match["scale"].upper(), "")
    one = match["number"] == "1" and scale
    return "per" + (scale if one else f" {decimal(match['number'])}{scale}")


def _price_of_tokens(match: re.Match[str]) -> str:
    """$3/MTok."""
    return f"per {'thousand' if match['scale'] == 'K' else 'million'} tokens"


MONEY: tuple[Rule, ...] = (
    rule(r"/(?P<scale>[KM])\ ?[Tt]ok(?:ens?)?\b", _price_of_tokens),
    rule(r"/(?P<number>\d[\d,]*)(?P<scale>[kKMB]?)\b(?!\.\d|/)", _price_of),
    rule(rf"¢\ ?(?P<a>{AMOUNT})|(?P<b>{AMOUNT})\ ?¢", _cents),
    rule(
        rf"{_LETTER_BEFORE}(?P<sign>{_SIGN})(?P<a>{AMOUNT})\ ?[-–]\ ?(?P<b>{AMOUNT})"
        rf"{SCALE}(?![\w.,]*\d|\w)",
        _ranged,
    ),
    rule(
        rf"{_LETTER_BEFORE}(?:US\ )?\$\ ?(?P<amount>{AMOUNT})(?P<scale>)\ ?(?P<code>USD|AUD|CAD"
        rf"|NZD|HKD|SGD)\b",
        _dollars,
    ),
    rule(
        rf"(?P<minus>(?<!\w)[-−])?{_LETTER_BEFORE}(?P<sign>{_SIGN})\ ?[-−]?(?P<amount>{AMOUNT})"
        rf"{SCALE}(?:\+(?=\s|$))?",
        lambda match: _money(match) if "-" not in match[0][1:] else "minus " + _money(match),
    ),
    rule(
        rf"(?P<minus>(?<!\w)[-−])?(?P<amount>{AMOUNT}){SCALE}[\ \u00a0]?"
        rf"(?P<sign>US\$|AU\$|CA\$|[€£¥￥₩₹₽₺₴₦₱₫₪฿₿₸₾元円원]|zł|\$(?!\d))(?![A-Za-z])",
        _money,
    ),
    rule(rf"(?P<amount>{AMOUNT}){SCALE}\ ?(?P<code>{_CODE})\b", _coded),
    rule(rf"\b(?P<code>{_CODE})\ ?(?P<amount>{AMOUNT}){SCALE}", _coded),
)
"""The rules for currencies before and behind their amounts."""
