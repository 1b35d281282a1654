"""Money, measures, addresses and signs in English words."""

import re
from collections.abc import Mapping

from dragoman.phonemes.english.numbers import cardinal, decimal, digits, ordinal, plural
from dragoman.phonemes.scan import Rule, rule

CURRENCIES = {
    "$": ("dollar", "cent"),
    "£": ("pound", "penny"),
    "€": ("euro", "cent"),
    "¥": ("yen", ""),
    "₩": ("won", ""),
}
CODES = {"USD": "dollar", "EUR": "euro", "GBP": "pound", "KRW": "won", "JPY": "yen"}
SCALES = {
    "k": "thousand",
    "K": "thousand",
    "m": "million",
    "M": "million",
    "bn": "billion",
    "b": "billion",
    "B": "billion",
    "T": "trillion",
}
UNITS: Mapping[str, str] = {
    "kg": "kilogram",
    "g": "gram",
    "mg": "milligram",
    "km/h": "kilometer per hour",
    "kph": "kilometer per hour",
    "mph": "mile per hour",
    "m/s": "meter per second",
    "km": "kilometer",
    "cm": "centimeter",
    "mm": "millimeter",
    "nm": "nanometer",
    "km²": "square kilometer",
    "m²": "square meter",
    "m³": "cubic meter",
    "m": "meter",
    "mi": "mile",
    "ft": "foot",
    "lb": "pound",
    "lbs": "pound",
    "oz": "ounce",
    "l": "liter",
    "L": "liter",
    "ml": "milliliter",
    "mL": "milliliter",
    "KB": "kilobyte",
    "kB": "kilobyte",
    "MB": "megabyte",
    "GB": "gigabyte",
    "TB": "terabyte",
    "GiB": "gibibyte",
    "MiB": "mebibyte",
    "kbps": "kilobit per second",
    "Mbps": "megabit per second",
    "Gbps": "gigabit per second",
    "Hz": "hertz",
    "kHz": "kilohertz",
    "MHz": "megahertz",
    "GHz": "gigahertz",
    "ms": "millisecond",
    "µs": "microsecond",
    "μs": "microsecond",
    "s": "second",
    "sec": "second",
    "min": "minute",
    "h": "hour",
    "hr": "hour",
    "hrs": "hour",
    "W": "watt",
    "kW": "kilowatt",
    "kWh": "kilowatt hour",
    "V": "volt",
    "mA": "milliamp",
    "mAh": "milliamp hour",
    "dB": "decibel",
    "°C": "degree Celsius",
    "°F": "degree Fahrenheit",
    "℃": "degree Celsius",
    "℉": "degree Fahrenheit",
    "°": "degree",
    "px": "pixel",
    "fps": "frame per second",
}
FRACTIONS = {
    "½": "one half",
    "⅓": "one third",
    "⅔": "two thirds",
    "¼": "one quarter",
    "¾": "three quarters",
    "⅛": "one eighth",
}
NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
URL_SIGNS = {
    ".": "dot",
    "/": "slash",
    "@": "at",
    "-": "dash",
    "_": "underscore",
    "?": "question mark",
    "=": "equals",
    "&": "and",
    "#": "hash",
    ":": "colon",
    "+": "plus",
    "%": "percent",
    "~": "tilde",
}
SPELLED = frozenset(("a", "ai", "de", "io", "js", "kr", "md", "py", "uk"))
"""Parts of addresses that are said letter by letter."""
_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))


def address(text: str) -> str:
    """A URL or an e-mail address, without its scheme: "example.com/a" → "example dot com …"."""
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", text, flags=re.IGNORECASE).rstrip("/")
    words = [
        part.upper()
        if part in SPELLED
        else URL_SIGNS.get(part, digits(part) if part.isdecimal() and len(part) > 4 else part)
        for part in re.findall(r"[^\W\d_]+|\d+|\S", bare)
    ]
    return " ".join(cardinal(int(word)) if word.isdecimal() else word for word in words)


def _money(match: re.Match[str]) -> str:
    unit, part = CURRENCIES[match["sign"]]
    whole, _, fraction = match["amount"].partition(".")
    minus = "minus " if match["minus"] else ""
    if match["scale"]:
        scale = SCALES.get(match["scale"], match["scale"].lower())
        return f"{minus}{decimal(match['amount'])} {scale} {plural(unit, '0')}"
    if not part or len(fraction) not in {1, 2}:
        return f"{minus}{decimal(match['amount'])} {plural(unit, match['amount'])}"
    small = fraction.ljust(2, "0").lstrip("0")
    said = [] if small and whole == "0" else [f"{decimal(whole)} {plural(unit, whole)}"]
    if small:
        said.append(f"{cardinal(int(small))} {plural(part, small)}")
    return minus + " and ".join(said)


def _money_range(match: re.Match[str]) -> str:
    unit, _ = CURRENCIES[match["sign"]]
    return f"{decimal(match['a'])} to {decimal(match['b'])} {plural(unit, '0')}"


def _pixels(match: re.Match[str]) -> str:
    """1920 x 1080, 6 x 4: by pairs of digits where there are four."""

    def side(text: str) -> str:
        first, rest = text[:-2], text[-2:]
        pairs = (len(text) == 4 and rest[0] != "0" and text[1] != "0") or text == "1080"
        return f"{cardinal(int(first))} {cardinal(int(rest))}" if pairs else decimal(text)

    return f"{side(match['a'])} by {side(match['b'])}"


def _coded_money(match: re.Match[str]) -> str:
    return f"{decimal(match['amount'])} {plural(CODES[match['code']], match['amount'])}"


def _measure(match: re.Match[str]) -> str:
    unit = UNITS[match["unit"]]
    amount = match["amount"]
    if unit.startswith("degree"):
        unit = "degree" + ("" if amount == "1" else "s") + unit[len("degree") :]
    elif match["hyphen"]:
        pass
    else:
        unit = plural(unit, amount)
    return f"{decimal(match['sign'] + amount)} {unit}"


def _phone(match: re.Match[str]) -> str:
    plus = "plus " if match[0].startswith("+") else ""
    return plus + ", ".join(digits(group) for group in re.findall(r"\d+", match[0]))


def _fraction(match: re.Match[str]) -> str | None:
    over, under = int(match["over"]), int(match["under"])
    if not (0 < over < under <= 20):
        return None
    name = {2: "half", 4: "quarter"}.get(under, ordinal(under))
    if over > 1:
        name = "halves" if name == "half" else name + "s"
    whole = f"{cardinal(int(match['whole']))} and " if match["whole"] else ""
    return f"{whole}{cardinal(over)} {name}"


def _dotted(match: re.Match[str]) -> str:
    return " point ".join(cardinal(int(part)) for part in match[0].lstrip("v").split("."))


SIGNS: tuple[Rule, ...] = (
    rule(
        r"(?<![\d'])(?P<feet>\d)['′’](?P<inches>\d{1,2})[\"″”]",
        lambda match: f"{cardinal(int(match['feet']))} foot {cardinal(int(match['inches']))}",
    ),
    rule(r"(?<=ft\ )(?P<a>\d{1,2})\ in\b", lambda match: cardinal(int(match["a"])) + " inches"),
    rule(r"(?<![\w.,])(?P<a>\d{1,5})\ ?[x×]\ ?(?P<b>\d{1,5})(?![\w.,]*\d)", _pixels),
    rule(
        rf"¢\ ?(?P<a>{NUMBER})|(?P<b>{NUMBER})\ ?¢",
        lambda match: (
            f"{decimal(match['a'] or match['b'])} {plural('cent', match['a'] or match['b'])}"
        ),
    ),
    rule(
        rf"(?P<sign>[$£€¥₩])(?P<a>{NUMBER})\ ?[-–]\ ?(?P=sign)?(?P<b>{NUMBER})"
        r"(?![\w.,]*\d|\ ?[kKmMbB])",
        _money_range,
    ),
    rule(
        r"(?:https?://|www\.)[^\s<>\"”]*[^\s<>\"”.,;:!?)\]'’]",
        lambda match: address(match[0]),
    ),
    rule(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", lambda match: address(match[0])),
    rule(
        r"(?<![\w@.])[A-Za-z][\w-]*(?:\.[\w-]+)*\.(?:com|org|net|io|dev|ai|edu|gov|co|uk|kr|de"
        r"|py|js|md|txt|json|toml|html|csv|pdf|mp3|wav)\b(?:/[\w./-]*[\w/])?",
        lambda match: address(match[0]),
    ),
    rule(
        rf"(?P<minus>[-−])?(?P<sign>[$£€¥₩])\ ?(?P<amount>{NUMBER})"
        r"(?:\ ?(?P<scale>(?:hundred|thousand|million|billion|trillion|k|K|m|M|bn|b|B|T)\b))?",
        _money,
    ),
    rule(rf"(?P<amount>{NUMBER})\ ?(?P<code>USD|EUR|GBP|KRW|JPY)\b", _coded_money),
    rule(rf"(?P<code>USD|EUR|GBP|KRW|JPY)\ ?(?P<amount>{NUMBER})", _coded_money),
    rule(
        r"\+\d{1,3}[-\ .]\(?\d{1,4}\)?(?:[-\ .]\d{2,4}){1,4}(?!\d)"
        r"|\(\d{3}\)\ ?\d{3}-\d{4}(?!\d)|(?<![\d-])1-\d{3}-\d{3}-\d{4}(?![\d-])"
        r"|(?<![\d-])\d{2,4}-\d{3,4}-\d{4}(?![\d-])"
        r"|(?<![\d-])\d{3}-\d{4}(?![\d-])",
        _phone,
    ),
    rule(
        rf"(?<![\d.,])(?P<a>{NUMBER})\ ?[-–]\ ?(?P<b>{NUMBER})"
        rf"(?=\ ?(?:%|{_UNIT})(?!\w)|(?![\w-]|\.\d))",
        lambda match: f"{decimal(match['a'])} to {decimal(match['b'])}",
    ),
    rule(rf"(?P<a>[-−]?(?:{NUMBER}))\ ?%", lambda match: decimal(match["a"]) + " percent"),
    rule(
        rf"(?P<sign>(?<!\w)[-−]|)(?P<amount>{NUMBER})(?P<hyphen>-(?=\w)|)"
        rf"\ ?(?P<unit>{_UNIT})(?!\w)",
        _measure,
    ),
    rule(
        r"(?<![\d/])(?:(?P<whole>\d+)\ )?(?P<over>\d{1,2})/(?P<under>\d{1,2})(?![\d/])",
        _fraction,
    ),
    rule("[½⅓⅔¼¾⅛]", lambda match: FRACTIONS[match[0]]),
    rule(r"(?<![\w.])v?\d+(?:\.\d+){2,}(?!\w)", _dotted),
    rule(r"(?P<number>\d{1,12})(?:st|nd|rd|th)\b", lambda match: ordinal(int(match["number"]))),
    rule(rf"(?:\#|№|[Nn]o\.\ ?)(?P<a>{NUMBER})", lambda match: "number " + decimal(match["a"])),
    rule(rf"(?<![\w.])[-−](?P<a>{NUMBER})", lambda match: "minus " + decimal(match["a"])),
    rule(rf"(?<=\d)\ ?[:](?P<b>{NUMBER})(?!\d)", lambda match: "to " + decimal(match["b"])),
    rule(NUMBER, lambda match: decimal(match[0])),
)
"""Everything with digits or an address; dates come before."""
