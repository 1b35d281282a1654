"""The rest of the English rules: abbreviations, acronyms, signs between words, and words."""

import re
import unicodedata
from collections.abc import Mapping

from dragoman.phonemes.english.abbreviations import SHORT_FORMS
from dragoman.phonemes.english.dates import DATES
from dragoman.phonemes.english.numbers import cardinal, decimal, ordinal
from dragoman.phonemes.english.signs import SIGNS
from dragoman.phonemes.scan import Rule, rule

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
ROMAN = re.compile(r"(?=.)X{0,3}(?:IX|IV|V?I{0,3})|(?:X?L|LX{1,3}|XC)(?:IX|IV|V?I{0,3})")
ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
KINGS = re.compile(
    r"\b(?:Henry|Louis|Elizabeth|George|Edward|Charles|Richard|William|Pius|Benedict|Philip|Paul|James|John"
    r"|Mary|Alexander|Nicholas|Peter|Catherine|Frederick|Ferdinand|Alfonso|Leopold|Francis|Joseph|Napoleon"
    r"|Wilhelm|Leo|Gregory|Innocent|Urban|Clement|Constantine|Theodosius|Justinian|Otto|Umberto|Emmanuel"
    r"|Harald|Olav|Gustav|Christian|Carl|Margrethe|Carlos|Felipe|Suleiman|Mehmed|Murad|Selim|Hamid"
    r"|Mohammed|Hassan|Abdullah|Rama|Thutmose|Ramesses|Ramses|Amenhotep|Ptolemy|Darius|Xerxes|Ivan|Boniface"
    r"|Sixtus|Julius|Robert|Malcolm|Kenneth|Albert|Maximilian|Wenceslaus|Sigismund|Haakon"
    r"|Baldwin|Afonso) $"
)
PARTS = re.compile(
    r"\b(?:War|Chapter|Part|Act|Volume|Book|Section|Phase|Type|Level|Article|Appendix|Bowl|Stage|Class"
    r"|Grade|Title|Scene|Canto|Figure|Table|Schedule|Unit|Module|Option|Mark|Apollo|Tier"
    r"|Category) $",
    re.IGNORECASE,
)
HEADING = re.compile(r"\.?[ \t]*(?:\n|$)|:")
NAMED = re.compile(r"[a-z]\ ?[A-Z][a-z]+ $|^[A-Z][a-z]+ $|[A-Z][a-z]+ [A-Z][a-z]+ $")
"""The names behind which a numeral of several letters is one: Rocky II."""


def _mark(match: re.Match[str]) -> str:
    return MARKS.get(match[0], match[0])


def _dash(match: re.Match[str]) -> str:
    return "—" if match[0].strip("-") == "" or match[0] in "–—" else ""


def _initials(match: re.Match[str]) -> str:
    return " ".join(match[0].replace(".", " ").split())


def _numeral(match: re.Match[str]) -> str | None:
    """A number that is one sign: ⑤, Ⅻ, ⁴."""
    if match[0].isalpha():
        return None
    return decimal(f"{unicodedata.numeric(match[0], 0):g}")


def _roman(match: re.Match[str]) -> str | None:
    numeral = match[0]
    before = match.string[max(0, match.start() - 30) : match.start()]
    if not ROMAN.fullmatch(numeral):
        return None
    values = [ROMAN_VALUES[sign] for sign in numeral]
    number = sum(-value if value < max(values[at:]) else value for at, value in enumerate(values))
    initial = len(numeral) == 1 and match.string.startswith(".", match.end())
    if KINGS.search(before) and number > 1 and not initial:
        return "the " + ordinal(number)
    named = len(numeral) > 1 and "I" in numeral and NAMED.search(before)
    alone = (
        len(numeral) > 1
        and not before.rpartition("\n")[2].strip()
        and HEADING.match(match.string, match.end())
    )
    certain = numeral == "II" or (
        len(numeral) > 2 and set(numeral) <= set("IVX") and "I" in numeral
    )
    return cardinal(number) if PARTS.search(before) or named or alone or certain else None


FUNCTIONS = {"sin": "sine", "cos": "cosine", "tan": "tangent", "lim": "limit"}
LETTERS = r"[^\W\d_²³¹⁰⁴-⁹₀-₉①-⓿½⅓⅔¼¾⅛]"
MARK_RULES: tuple[Rule, ...] = (
    rule(r"\.{2,}|…+", lambda _: "…"),
    rule(r"(?:[!?]\s?){2,}", lambda match: "?" if "?" in match[0] else "!"),
    rule(r"--+|[–—]|(?<=\s)-(?=\s)", _dash),
    rule(r"[.,!?;:…\"()“”–―−、，。！？：；‥·«»「」『』《》\[\]{}（）‘’'-]", _mark),
)
"""The rules for punctuation of any script, as the marks that are heard."""

ENGLISH: tuple[Rule, ...] = (
    rule(r"\b(?:e\.\ ?g\.|eg\.)", lambda _: "for example"),
    rule(r"\b(?:i\.\ ?e\.|ie\.)", lambda _: "that is"),
    rule(r"\b(?P<half>[ap])\.m\.(?=\s|$|[,;:!?)])", lambda match: match["half"].upper() + " M"),
    rule(r"\bPh\.?D\b\.?(?=[\s,;:!?)]|$)", lambda _: "P H D"),
    *SHORT_FORMS,
    rule(r"\bWi-?Fi\b", lambda _: "wifi"),
    rule(r"(?<=\b[A-G])\#", lambda _: "sharp"),
    rule(r"(?<=:\d\d)\ ?[-–]\ ?(?=\d)", lambda _: "to"),
    rule(r"(?<=\b[A-Z])/(?=[A-Z]\b)|(?<=[A-Z]{2})/(?=[A-Z]{2,}\b)", lambda _: ""),
    rule(r"\b[Tt]h['’](?=\ [a-z])", lambda _: "the"),
    rule(r"\bw/o\b", lambda _: "without"),
    rule(r"\bw/(?=\s)", lambda _: "with"),
    rule(r"\b24/7\b", lambda _: "twenty four seven"),
    *DATES,
    rule(r"\bp\.\ ?(?=\d)", lambda _: "page"),
    rule(r"\bv(?=\d+(?:\.\d+)*\b)", lambda _: "version"),
    rule(
        r"(?<![\w.])(?!(?:[cdkmnµ]?m|ft|in|yd|mi|ha)[²³^])[a-z]{2,3}(?=[²³]|\^\d)",
        lambda match: " ".join(match[0]),
    ),
    rule(
        r"\b(?:sin|cos|tan|lim)(?=\s{0,2}(?:[\u0370-\u03ff]|\([a-z]\))|\s{1,2}[b-hj-z](?:\W|$)"
        r"|\s{1,2}a\s?[-+=*/^)])",
        lambda match: FUNCTIONS[match[0]],
    ),
    *SIGNS,
    rule(r"\b[IVXLC]+\b(?!['’.]\w)", _roman),
    rule(r"\b(?:(?:[A-Z]\.){2,}|(?:[a-z]\.){2,})(?=\W|$)|\b[A-Z]\.(?=\s+[A-Z])", _initials),
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
"""The rules for English text, in the order of trying."""
