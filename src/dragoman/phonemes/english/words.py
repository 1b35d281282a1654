"""Abbreviations, acronyms, signs between words, and words: the rest of the English table."""

import re
import unicodedata
from collections.abc import Mapping

from dragoman.phonemes.english.dates import DATES
from dragoman.phonemes.english.numbers import cardinal, decimal, ordinal
from dragoman.phonemes.english.signs import SIGNS
from dragoman.phonemes.scan import Rule, rule
from dragoman.phonemes.tables import listed

ABBREVIATIONS: Mapping[str, str] = {
    "Dr": "doctor",
    "Mr": "mister",
    "Mrs": "missus",
    "Ms": "miz",
    "Prof": "professor",
    "Sr": "senior",
    "Jr": "junior",
    "Gen": "general",
    "Col": "colonel",
    "Sgt": "sergeant",
    "Capt": "captain",
    "Lt": "lieutenant",
    "Rev": "reverend",
    "Gov": "governor",
    "Sen": "senator",
    "Rep": "representative",
    "Hon": "honorable",
    "Mt": "mount",
    "Ave": "avenue",
    "Blvd": "boulevard",
    "Rd": "road",
    "Dept": "department",
    "Inc": "incorporated",
    "Ltd": "limited",
    "Corp": "corporation",
    "Co": "company",
    "Univ": "university",
    "etc": "et cetera",
    "vs": "versus",
    "approx": "approximately",
    "incl": "including",
    "est": "established",
    "Fig": "figure",
    "fig": "figure",
    "Vol": "volume",
    "vol": "volume",
    "Ch": "chapter",
    "ch": "chapter",
    "pp": "pages",
    "al": "al",
}
SIGNS_BETWEEN: Mapping[str, str] = {
    "&": "and",
    "+": "plus",
    "=": "equals",
    "≈": "is about",
    "≠": "is not equal to",
    "≤": "is at most",
    "≥": "is at least",
    "±": "plus or minus",
    "×": "times",
    "÷": "divided by",
    "→": "to",
    "<": "less than",
    ">": "greater than",
    "@": "at",
    "#": "hash",
    "%": "percent",
    "/": "slash",
    "\\": "backslash",
    "°": "degrees",
    "©": "copyright",
    "®": "registered",
    "™": "trademark",
    "§": "section",
    "$": "dollar",
    "£": "pound",
    "€": "euro",
    "¥": "yen",
    "₩": "won",
    "^": "caret",
    "|": "",
    "*": "",
    "_": "",
    "`": "",
    "•": "",
    "~": "",
}
MARKS: Mapping[str, str] = {
    "–": "—",
    "―": "—",
    "−": "—",
    "、": ",",
    "，": ",",
    "。": ".",
    "！": "!",
    "？": "?",
    "：": ":",
    "；": ";",
    "‥": "…",
    "·": ",",
    "«": "“",
    "»": "”",
    "「": "“",
    "」": "”",
    "『": "“",
    "』": "”",
    "《": "“",
    "》": "”",
    "[": "(",
    "]": ")",
    "{": "(",
    "}": ")",
    "（": "(",
    "）": ")",
    "‘": "",
    "’": "",
    "'": "",
    "-": "",
}
ROMAN = {
    numeral: number
    for number, numeral in enumerate(
        listed("II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX"), start=2
    )
}
KINGS = re.compile(
    r"\b(?:Henry|Louis|Elizabeth|George|Edward|Charles|Richard|William|Pius|Benedict|Philip|Paul) $"
)
PARTS = re.compile(
    r"\b(?:War|Chapter|Part|Act|Volume|Book|Section|Phase|Type|Level|Article|Appendix|Bowl) $"
)


def _mark(match: re.Match[str]) -> str:
    return MARKS.get(match[0], match[0])


def _dash(match: re.Match[str]) -> str:
    return "—" if match[0].strip("-") == "" or match[0] in "–—" else ""


def _initials(match: re.Match[str]) -> str:
    return " ".join(match[0].replace(".", " ").split())


def _street(match: re.Match[str]) -> str:
    before = match.string[: match.start()].rstrip()
    after = match.string[match.end() :].lstrip()
    name_before = re.search(r"(?:[A-Z][a-z]+|\d(?:st|nd|rd|th))$", before)
    return "saint" if after[:1].isupper() and not name_before else "street"


def _numeral(match: re.Match[str]) -> str | None:
    """A number that is one sign: ⑤, Ⅻ, ⁴."""
    if match[0].isalpha():
        return None
    return decimal(f"{unicodedata.numeric(match[0], 0):g}")


def _roman(match: re.Match[str]) -> str | None:
    number = 1 if match[0] == "I" else ROMAN.get(match[0])
    before = match.string[max(0, match.start() - 20) : match.start()]
    if number is None:
        return None
    if KINGS.search(before) and number > 1:
        return "the " + ordinal(number)
    return cardinal(number) if PARTS.search(before) else None


PER = r"(?<=\d)/(?=(?:month|year|week|day|hour|night|person|user|kg|lb|oz)\b)"
LETTERS = r"[^\W\d_²³¹⁰⁴-⁹₀-₉①-⓿½⅓⅔¼¾⅛]"
MARK_RULES: tuple[Rule, ...] = (
    rule(r"\.{2,}|…+", lambda _: "…"),
    rule(r"(?:[!?]\s?){2,}", lambda match: "?" if "?" in match[0] else "!"),
    rule(r"--+|[–—]|(?<=\s)-(?=\s)", _dash),
    rule(r"[.,!?;:…\"()“”–―−、，。！？：；‥·«»「」『』《》\[\]{}（）‘’'-]", _mark),
)
"""Punctuation of any script, as the marks that are heard."""

ENGLISH: tuple[Rule, ...] = (
    rule(r"\b(?:e\.\ ?g\.|eg\.)", lambda _: "for example"),
    rule(r"\b(?:i\.\ ?e\.|ie\.)", lambda _: "that is"),
    rule(r"\b(?P<half>[ap])\.m\.(?=\s|$|[,;:!?)])", lambda match: match["half"].upper() + " M"),
    rule(r"\bPh\.?D\b\.?(?=[\s,;:!?)]|$)", lambda _: "P H D"),
    rule(r"\bSt\.(?=\s|$|,)", _street),
    rule(
        rf"\b(?P<short>{'|'.join(sorted(ABBREVIATIONS, key=len, reverse=True))})\.(?=\s|$|,)",
        lambda match: ABBREVIATIONS[match["short"]],
    ),
    rule(r"\bWi-?Fi\b", lambda _: "wifi"),
    rule(r"(?<=\b[A-G])\#", lambda _: "sharp"),
    rule(r"(?<=:\d\d)\ ?[-–]\ ?(?=\d)", lambda _: "to"),
    rule(r"\bw/o\b", lambda _: "without"),
    rule(r"\bw/(?=\s)", lambda _: "with"),
    rule(r"\b24/7\b", lambda _: "twenty four seven"),
    *DATES,
    rule(r"\bp\.\ ?(?=\d)", lambda _: "page"),
    rule(r"\bv(?=\d+(?:\.\d+)*\b)", lambda _: "version"),
    rule(r"\^(?=-?\d)", lambda _: "to the power of"),
    rule(PER, lambda _: "per"),
    *SIGNS,
    rule(r"\b[IVX]+\b(?!['’])", _roman),
    rule(r"\b(?:[A-Z]\.){2,}(?=\W|$)|\b[A-Z]\.(?=\s+[A-Z])", _initials),
    rule(r"[²³]", lambda match: {"²": "squared", "³": "cubed"}[match[0]]),
    rule(r"[^\W\d_]", _numeral),
    rule(LETTERS + r"+(?:['’]" + LETTERS + r"+)*", lambda match: match[0].replace("’", "'")),
    rule(r"['’](?:s|d|ll|re|ve|m|t|em|cause|til|tis|twas)\b", lambda m: m[0].replace("’", "'")),
    *MARK_RULES,
    rule(
        "|".join(re.escape(sign) for sign in SIGNS_BETWEEN),
        lambda match: SIGNS_BETWEEN[match[0]],
    ),
)
"""How English text is read, in the order of trying."""
