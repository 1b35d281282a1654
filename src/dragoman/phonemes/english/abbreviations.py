"""Short forms of English words: titles, streets, parts of books, states."""

import re
from collections.abc import Mapping

from dragoman.phonemes.english.numbers import cardinal
from dragoman.phonemes.scan import Rule, rule
from dragoman.phonemes.tables import paired

ABBREVIATIONS: Mapping[str, str] = {
    "Dr": "doctor",
    "Mr": "mister",
    "Mrs": "missus",
    "Ms": "Ms",
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
    "Maj": "major",
    "Cpl": "corporal",
    "Cmdr": "commander",
    "Adm": "admiral",
    "Pres": "president",
    "Messrs": "messieurs",
    "Atty": "attorney",
    "Esq": "esquire",
    "Mt": "mount",
    "Ft": "fort",
    "Ave": "avenue",
    "Blvd": "boulevard",
    "Rd": "road",
    "Ln": "lane",
    "Ct": "court",
    "Pl": "place",
    "Sq": "square",
    "Cir": "circle",
    "Ter": "terrace",
    "Hwy": "highway",
    "Pkwy": "parkway",
    "Fwy": "freeway",
    "Apt": "apartment",
    "Ste": "suite",
    "Bldg": "building",
    "Rm": "room",
    "Dept": "department",
    "dept": "department",
    "Inc": "incorporated",
    "Ltd": "limited",
    "Corp": "corporation",
    "Co": "company",
    "Bros": "brothers",
    "Assn": "association",
    "Govt": "government",
    "Intl": "international",
    "Natl": "national",
    "Tel": "telephone",
    "tel": "telephone",
    "Eq": "equation",
    "Figs": "figures",
    "Nos": "numbers",
    "nos": "numbers",
    "Univ": "university",
    "etc": "et cetera",
    "vs": "versus",
    "approx": "approximately",
    "incl": "including",
    "Fig": "figure",
    "fig": "figure",
    "Vol": "volume",
    "vol": "volume",
    "Ch": "chapter",
    "ch": "chapter",
    "Ver": "version",
    "ver": "version",
    "pp": "pages",
    "al": "al",
    "ca": "circa",
    "cf": "compare",
    "viz": "namely",
    "max": "maximum",
    "avg": "average",
    "misc": "miscellaneous",
}
BARE_TITLES = "Dr|Mr|Mrs|Ms|Prof|Capt|Sgt|Lt|Mt|Ft"
"""The titles that are also written without a full stop, before a name."""
ROADS = "Ave|Blvd|Rd|Ln|Ct|Pl|Sq|Hwy|Pkwy|Fwy|Cir|Ter"
HOUSE = re.compile(
    r"\d[A-Za-z]?\ (?:(?:[NSEW]|NE|NW|SE|SW)\.?\ |North\ |South\ |East\ |West\ )?"
    r"(?:[A-Z][a-z'’]+\ |\d+(?:st|nd|rd|th)\ )+$",
    re.VERBOSE,
)
"""The number and the name of a street, before its kind."""
NAME = re.compile(r"(?:[A-Z][a-z'’]+|\d(?:st|nd|rd|th))$")
SAINTS = re.compile(
    "John|Paul|Peter|Vincent|Anthony|Louis|James|George|Andrew|Mary|Thomas|Patrick|Francis|Joseph|Michael"
    "|Nicholas|Helena|Kitts|Lucia|Martin|Moritz|Albans|Pancras|Tropez|Lawrence|Bernard|Germain|Clair|Ives"
)
QUARTERS = {"N": "north", "S": "south", "E": "east", "W": "west"}
ROAD_BEFORE = re.compile(
    r"\b(?:St|Street|Ave|Avenue|Rd|Road|Blvd|Boulevard|Dr|Drive|Ln|Lane)\.?\ $"
)
STATES: Mapping[str, str] = {
    "AL": "Alabama",
    "AK": "Alaska",
    "AZ": "Arizona",
    "AR": "Arkansas",
    "CA": "California",
    "CO": "Colorado",
    "CT": "Connecticut",
    "DE": "Delaware",
    "DC": "D C",
    "FL": "Florida",
    "GA": "Georgia",
    "HI": "Hawaii",
    "ID": "Idaho",
    "IL": "Illinois",
    "IN": "Indiana",
    "IA": "Iowa",
    "KS": "Kansas",
    "KY": "Kentucky",
    "LA": "Louisiana",
    "ME": "Maine",
    "MD": "Maryland",
    "MA": "Massachusetts",
    "MI": "Michigan",
    "MN": "Minnesota",
    "MS": "Mississippi",
    "MO": "Missouri",
    "MT": "Montana",
    "NE": "Nebraska",
    "NV": "Nevada",
    "NH": "New Hampshire",
    "NJ": "New Jersey",
    "NM": "New Mexico",
    "NY": "New York",
    "NC": "North Carolina",
    "ND": "North Dakota",
    "OH": "Ohio",
    "OK": "Oklahoma",
    "OR": "Oregon",
    "PA": "Pennsylvania",
    "RI": "Rhode Island",
    "SC": "South Carolina",
    "SD": "South Dakota",
    "TN": "Tennessee",
    "TX": "Texas",
    "UT": "Utah",
    "VT": "Vermont",
    "VA": "Virginia",
    "WA": "Washington",
    "WV": "West Virginia",
    "WI": "Wisconsin",
    "WY": "Wyoming",
}


OVER = {"YoY": "year over year", "QoQ": "quarter over quarter", "MoM": "month over month"}
SECTIONS = {"Sec": "section", "Art": "article", "Para": "paragraph"}
CHATTED: Mapping[str, str] = paired(
    "thx=thanks pls=please plz=please msg=message msgs=messages rgds=regards mkt=market"
    " mgmt=management mtg=meeting appt=appointment qty=quantity amt=amount acct=account"
)
CONTRACTED = {
    "gov": "government",
    "int": "international",
    "nat": "national",
    "dep": "department",
    "ass": "association",
}


def _chatted(match: re.Match[str]) -> str | None:
    """Thx, msgs; capitals may be a name (MTG)."""
    short = match[0].rstrip(".")
    is_name = short.isupper() and short not in {"THX", "PLS", "PLZ"}
    return None if is_name else CHATTED[short.lower()]


def _contracted(match: re.Match[str]) -> str:
    return CONTRACTED[match["a"].lower()]


def _every(match: re.Match[str]) -> str:
    """Q6h, in a prescription."""
    return f"every {cardinal(int(match['hours']))} hours"


def _before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - 60) : match.start()]


def _saint_or_street(match: re.Match[str]) -> str:
    before = _before(match).rstrip()
    after = match.string[match.end() :].lstrip()
    if SAINTS.match(after) and not HOUSE.search(before + " "):
        return "saint"
    street = NAME.search(before) and (match[0][-1] == "." or HOUSE.search(before + " "))
    return "saint" if after[:1].isupper() and not street else "street"


def _doctor_or_drive(match: re.Match[str]) -> str:
    before = _before(match)
    after = match.string[match.end() :].lstrip()
    return (
        "drive"
        if HOUSE.search(before) or (NAME.search(before.rstrip()) and not after[:1].isupper())
        else "doctor"
    )


def _road(match: re.Match[str]) -> str | None:
    """5th Ave, without a full stop."""
    named = HOUSE.search(_before(match)) or re.search(r"\d(?:st|nd|rd|th)\ $", _before(match))
    number = re.match(r"\ \d", match.string[match.end() :])
    return ABBREVIATIONS[match[0]] if named or (match[0] == "Hwy" and number) else None


def _quarter(match: re.Match[str]) -> str | None:
    """12 N. Main St., 5th Ave NW."""
    letters = match["quarter"]
    before, after = _before(match), match.string[match.end() :]
    road = re.match(
        r"\ (?:[A-Z][a-z'’]+|\d+(?:st|nd|rd|th))\ (?:[A-Z][a-z]+\ )?(?:St|Ave|Rd|Blvd|Dr|Ln)", after
    )
    if not ROAD_BEFORE.search(before) and not (road and re.search(r"\d\ $", before)):
        return None
    return "".join(QUARTERS[letter] for letter in letters)


def _estimated(match: re.Match[str]) -> str:
    """$1.29 est., est. 1998."""
    is_year = re.match(r"\ (?:in\ )?[12]\d{3}\b", match.string[match.end() :])
    return "established" if is_year else "estimated"


BOOKS: Mapping[str, str] = paired(
    "Gen=Genesis Ex=Exodus Exod=Exodus Lev=Leviticus Num=Numbers Deut=Deuteronomy Josh=Joshua"
    " Judg=Judges Sam=Samuel Chron=Chronicles Neh=Nehemiah Ps=Psalm Prov=Proverbs Eccl=Ecclesiastes"
    " Isa=Isaiah Jer=Jeremiah Ezek=Ezekiel Dan=Daniel Hos=Hosea Mic=Micah Hab=Habakkuk"
    " Zech=Zechariah Mal=Malachi Matt=Matthew Rom=Romans Cor=Corinthians Gal=Galatians"
    " Eph=Ephesians Phil=Philippians Col=Colossians Thess=Thessalonians Tim=Timothy Heb=Hebrews"
    " Jas=James Pet=Peter Rev=Revelation"
)
"""The short names of books of the Bible, before chapter and verse."""


def _verse(match: re.Match[str]) -> str:
    """1 Cor. 13:4–7: "first Corinthians thirteen, four to seven"."""
    number = {"1": "first ", "2": "second ", "3": "third "}.get(match["number"] or "", "")
    said = f"{number}{BOOKS[match['book']]} {cardinal(int(match['chapter']))}, "
    said += cardinal(int(match["first"]))
    return said + (f" to {cardinal(int(match['last']))}" if match["last"] else "")


SHORT_FORMS: tuple[Rule, ...] = (
    rule(
        rf"\b(?:(?P<number>[123])\ )?(?P<book>{'|'.join(sorted(BOOKS, key=len, reverse=True))})\.?"
        r"\ (?P<chapter>\d{1,3}):(?P<first>\d{1,3})(?:[-–](?P<last>\d{1,3}))?(?![\d:])",
        _verse,
    ),
    rule(r"\b[Ee]st\.(?=\s|$|[,;)])", _estimated),
    rule(r"\bvs(?=\s)", lambda _: "versus"),
    rule(r"\b(?P<part>[Ss]ec|Art|Para)\.\ ?(?=\d)", lambda m: SECTIONS[m["part"].title()]),
    rule(r"\b(?P<a>YoY|QoQ|MoM)\b", lambda match: OVER[match["a"]]),
    rule(r"\b[Qq]trs?\b\.?(?!\w)", lambda match: "quarters" if "s" in match[0] else "quarter"),
    rule(r"\b(?P<a>[Gg]ov|[Ii]nt|[Nn]at|[Dd]ep|[Aa]ss)['’](?:t|l|n)\b", _contracted),
    rule(r"(?:(?<=\dst\ )|(?<=\d[nr]d\ )|(?<=\dth\ ))[Ff]lr?\.", lambda _: "floor"),
    rule(r"\bb/c\b", lambda _: "because"),
    rule(rf"\b(?i:{'|'.join(CHATTED)})\b\.?(?!\w)", _chatted),
    rule(r"\bTL;\ ?DR\b", lambda _: "T L D R"),
    rule(r"\bq(?P<hours>\d{1,2})h(?:rs?)?\b", _every),
    rule(r"\bSt\.(?=\s|$|,)|\bSt(?=\ [A-Z][a-z])", _saint_or_street),
    rule(r"(?:(?<=St\.\ )|(?<=St\ )|(?<=Saint\ ))Louis\b", lambda _: "Lewis"),
    rule(r"\bSt(?=[,.;]|\s|$)", lambda m: "street" if HOUSE.search(_before(m)) else None),
    rule(r"\bDr\.(?=\s|$|,)|\bDr(?=[,;]|\s|$)", _doctor_or_drive),
    rule(r"\b(?P<quarter>[NS][EW]?|[EW])(?:\.|\b)(?=\s|[,.]|$)", _quarter),
    rule(
        rf"\b(?P<short>{'|'.join(sorted(ABBREVIATIONS, key=len, reverse=True))}|Approx|Incl|Max|Min"
        r"|Ext)\.(?=\s|$|,)",
        lambda match: (
            ABBREVIATIONS.get(match["short"]) or ABBREVIATIONS.get(match["short"].lower())
        ),
    ),
    rule(rf"\b(?:{BARE_TITLES})(?=\ [A-Z][a-z])", lambda match: ABBREVIATIONS[match[0]]),
    rule(rf"\b(?:{ROADS})\b", _road),
    rule(r"\bApt(?=\ \d)", lambda _: "apartment"),
    rule(
        rf"(?<=[a-z],\ )(?:{'|'.join(STATES)})(?=\ \d{{5}}\b|\.?$|,\ (?:USA|U\.S)|\.\s+[A-Z])",
        lambda match: STATES[match[0]],
    ),
    rule(r"\ba\.?k\.?a\.?(?=\s)", lambda _: "also known as"),
)
"""The rules for short forms; to be tried before words."""
