"""Numbers that name something, said digit by digit: telephones, cards, codes, post codes."""

import re

from dragoman.phonemes.english.numbers import cardinal, digits
from dragoman.phonemes.scan import Rule, rule

EMERGENCY = "000|100|101|102|108|110|111|112|118|119|120|211|311|411|511|611|711|811|988|995|999"
"""The numbers that are dialled, somewhere, in need: 911 is always one."""
DIALLED = re.compile(
    r"(?i:\b(?:call(?:ing|ed|s)?|dial(?:ing|led|ed|s)?|ring(?:ing)?|rang|phon(?:e|ed|ing)|text(?:ing|ed)?"
    r"|contact|hotline|helpline|lifeline|emergenc(?:y|ies)|police|ambulance|fire\ (?:brigade"
    r"|department))"
    r"\b[^.!?\n]{0,32}$)",
    re.VERBOSE,
)
COUNTED = re.compile(
    r"\ (?!(?:for|if|or|and|in|immediately|now|when|to|right|from|at|as|before|but|with|on|is|was"
    r"|services?|emergency|operators?|calls?|dispatch\w*|first|straight|instead|hotline|any|day"
    r"|because|after|a?nd|the|whenever|not)\b)[a-z]+",
    re.VERBOSE,
)
"""The words that make the number before them a count: "call 110 people"."""
NAMED = re.compile(
    r"(?i:\b(?:code|pin|otp|passcode|password|passkey|order|invoice|account|acct|ticket|case|confirmation"
    r"|tracking|reference|ref|serial|id|routing|license|licence|passport|policy|member(?:ship)?|booking"
    r"|reservation|model|part|sku|isbn|zip|postcode|postal\ code|phone|telephone|tel|fax"
    r"|mobile|cell"
    r"|number|no|call|dial|text|sms|whatsapp|contact|extension|ext|ending\ in|ends\ in|card"
    r"|verification"
    r"|docket|claim|shipment|parcel|patient|student|employee|user|customer)"
    r"(?:\ (?:number|no|id|code|is|was|at|of|in|us|me|to|ending))*[.:#]?\ (?:is\ |at\ |:\ ?)?\#?$)",
    re.VERBOSE,
)
"""The words before a number that make it a name."""
SECRET = re.compile(
    r"(?i:\b(?:code|pin|otp|passcode|password|passkey|ending\ in|ends\ in|extension|ext|zip"
    r"|verification)"
    r"(?:\ (?:number|no|code|is|was|of))*[.:#]?\ ?\#?$)",
    re.VERBOSE,
)
"""The words before which even four digits are said one by one."""
BEHIND = re.compile(
    r"\ (?:is|as)\ (?:your|the|my)\ [\w\s-]{0,24}(?:code|pin|otp|password)\b", re.IGNORECASE
)
FEWEST_OF_A_NUMBER, MOST_OF_A_COUNT = 5, 9
"""The fewest digits of a number that has a name before it, and the most of one that may still be a
count."""


def _groups(text: str) -> str:
    """Groups of digits, a pause between them."""
    plus = "plus " if text.startswith("+") else ""
    return plus + ", ".join(digits(group) for group in re.findall(r"\d+", text))


def _in_groups(text: str) -> str:
    """A run of digits in groups as people say them: 3, 3, 4 in America, else threes or fours."""
    if len(text) == 11 and text[0] == "1":
        return digits(text[0]) + ", " + _in_groups(text[1:])
    if len(text) == 10:
        parts = [text[:3], text[3:6], text[6:]]
    elif len(text) <= 6:
        parts = [text]
    else:
        size = 4 if len(text) % 4 == 0 else 3
        cuts = range(0, len(text) - (1 if len(text) % size == 1 else 0), size)
        parts = [text[at : at + size] for at in cuts]
        if len(text) % size == 1:
            parts[-1] += text[-1]
    return ", ".join(digits(part) for part in parts)


def _international(match: re.Match[str]) -> str:
    return "plus " + _in_groups(match["digits"])


def _national(match: re.Match[str]) -> str | None:
    """020 7946 0958, 01 23 45 67 89: nine to eleven digits after a zero."""
    return _groups(match[0]) if 9 <= len(re.sub(r"\D", "", match[0])) <= 12 else None


def _emergency(match: re.Match[str]) -> str | None:
    text = match.string
    before = text[max(0, match.start() - 60) : match.start()]
    if match[0] == "911":
        if re.search(r"Porsche\ $", before):
            return "nine eleven"
        return (
            None
            if re.match(r"\ (?:people|kg|km|dollars|miles)\b", text[match.end() :])
            else digits("911")
        )
    if re.match(r"\ (?:hotline|lifeline|helpline|emergency)\b", text[match.end() :]):
        return digits(match[0])
    if not DIALLED.search(before) or COUNTED.match(text, match.end()):
        return None
    return digits(match[0])


def _run(match: re.Match[str]) -> str | None:
    """A bare run of digits: a name where a word says so, or where nobody would count so far."""
    run, text = match[0], match.string
    before = text[max(0, match.start() - 40) : match.start()]
    is_count = run.endswith("000") or re.match(r"\ ?(?:%|[€£])", text[match.end() :])
    if len(run) > MOST_OF_A_COUNT:
        return None if is_count else _in_groups(run)
    if SECRET.search(before) or BEHIND.match(text, match.end()):
        return digits(run)
    if len(run) >= FEWEST_OF_A_NUMBER and NAMED.search(before) and not is_count:
        return None if COUNTED.match(text, match.end()) else _in_groups(run)
    return None


def _standard(match: re.Match[str]) -> str:
    """802.11ax, of wireless networks."""
    return " ".join(("eight oh two dot eleven", *(match["kind"] or "").upper()))


def _room(match: re.Match[str]) -> str:
    """Room 1408, flight 1549: by pairs."""
    first, second = match["n"][:2], match["n"][2:]
    if second == "00":
        return f"{cardinal(int(first))} hundred"
    return f"{cardinal(int(first))} " + ("oh " if second[0] == "0" else "") + cardinal(int(second))


def _grouped_code(match: re.Match[str]) -> str | None:
    """The code 483 201: groups of digits, where a word says that they are a secret."""
    before = match.string[max(0, match.start() - 40) : match.start()]
    return _groups(match[0]) if SECRET.search(before) else None


TELEPHONES: tuple[Rule, ...] = (
    rule(r"(?<![\w.,-])\d{2,4}(?:[-\ ]\d{2,4}){1,3}(?![\w-]|[.,]\d)", _grouped_code),
    rule(
        r"\b(?P<name>CV[CV]2?)(?P<is>(?:\ is|:)?)\ (?P<n>\d{3,4})(?!\d)",
        lambda match: f"{' '.join(match['name'][:3])} {match['is'].strip()} {digits(match['n'])}",
    ),
    rule(r"\b802\.11(?P<kind>[a-z]{1,2})?\b", _standard),
    rule(
        r"(?<![\w-])(?=\d*[A-Z]+\d+[A-Z]|\d+[A-Z]+\d)[A-Z\d]{8,24}(?![\w-])",
        lambda match: " ".join(digits(sign) or sign for sign in match[0]),
    ),
    rule(
        r"\+\d{1,3}[-\ .]\(?\d{1,4}\)?(?:[-\ .]\d{2,4}){1,4}(?!\d)"
        r"|\+?\d{0,2}[-\ .]?\(\d{3}\)[-\ .]?\d{3}[-\ .]\d{4}(?!\d)"
        r"|(?<![\d-])1-\d{3}-\d{3}-\d{4}(?![\d-])"
        r"|(?<![\d.,-])(?:1[-\ .])?\d{3}([-\ .])\d{3}\1\d{4}(?:-\d{1,5})?(?![\d-]|[.,]\d)"
        r"|(?<![\d-])\d{2,4}-\d{3,4}-\d{4}(?![\d-])|(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])"
        r"|(?<![\d-])\d{3}-(?!\d\d00)\d{4}(?![\d-])"
        r"|(?<![\d.,])\d{4}(?:([-\ ])\d{4})(?:\2\d{4}){1,2}(?!\d)",
        lambda match: _groups(match[0]),
    ),
    rule(r"\+(?P<digits>\d{8,15})(?!\d)", _international),
    rule(r"(?<![\d.,])0\d{1,4}(?:[-\ ]\d{2,6}){1,4}(?![\d-]|[.,]\d)", _national),
    rule(r"(?<![\d.,])00\d{1,3}(?:\ \d{2,5}){2,4}(?!\d)", lambda match: _groups(match[0])),
    rule(rf"(?<![\w.,$£€#-])(?:911|{EMERGENCY})(?![\w%-]|[.,]\d|\ ?%)", _emergency),
    rule(
        r"(?<=\b[A-Z]{2}\ )\d{5}(?:-\d{4})?(?!\d)",
        lambda match: _groups(match[0]),
    ),
    rule(
        r"(?:\b[Ee]xt\.?\ |\b[Ee]xtension\ |(?<=\d\ )x)(?P<n>\d{2,5})(?!\d)",
        lambda match: "extension " + digits(match["n"]),
    ),
    rule(
        r"(?<=ISBN\ )(?P<n>\d[\d-]{8,16})(?P<x>X?)\b",
        lambda match: _groups(match["n"]) + (" X" if match["x"] else ""),
    ),
    rule(
        r"(?i:(?<=\bRTX\ )|(?<=\bGTX\ )|(?<=\broom\ )|(?<=\bflight\ )|(?<=\bsuite\ )"
        r"|(?<=\bhighway\ ))(?P<n>[1-9]\d[0-9]{2})(?!\d|,\d|\.\d)",
        _room,
    ),
    rule(
        r"\b40[13]\((?P<letter>[bk])\)",
        lambda match: "four oh " + {"k": "one K", "b": "three B"}[match["letter"]],
    ),
    rule(
        r"(?<=[A-Za-z])(?!(?:19|20)\d\d(?!\d))\d{4,19}(?![\d.,]*\d)",
        lambda match: digits(match[0]),
    ),
    rule(r"(?<![\w.,$£€¥₩₹/-])\d{4,19}(?![\w/]|[.,]\d|-\d)", _run),
)
"""The rules for such numbers; to be tried before plain numbers."""
