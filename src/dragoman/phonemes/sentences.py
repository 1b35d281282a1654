"""The ends of sentences and paragraphs, in all languages that are spoken here."""

import re
from dataclasses import dataclass

from dragoman.phonemes.scripts import EAST_ASIAN

SENTENCE_MS, PARAGRAPH_MS = 250, 500

ENDS = re.compile(r"(?:[.!?…。！？‥]+)[\"'”’)\]」』》]*")
NOT_LAST = re.compile(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|Prof|Sr|Jr|St|Apt|Ste|Bldg|Hwy|Ft|Maj|Cpl|Cmdr|Adm|Pres|Gen|Col|Sgt|Capt|Lt|Rev|Gov|Sen|Rep|Hon|Mt|No|Fig|fig|Vol|vol"
    r"|Sra|Srta|Dra|Dña|Ud|Uds|EE|Sig|Dott|Avv|Ing|Mme|Mlle|Profa|Av|av|núm|pág|págs|pag|tel|ej|ex"
    r"|pp|p|vs|approx|cf|al|e\.g|i\.e|eg|ie|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)"
    r"|(?:^|[\s(“\"])[A-Z])\.$"
)
"""The ends of words after which a full stop ends no sentence: abbreviations and initials."""
BEFORE_A_NUMBER = re.compile(
    r"(?:^|[\s(/])(?:[Ee]xt|temp|no|n|ap|apto|l'art|[Ee]xp|ca|c|[Vv]ol|[Cc]hap|ch|[Mm]ax|[Mm]in|fig|[Ss]ec|[Aa]rt|par"
    r"|[Vv]er|[Ff]ax|[Tt][eé]l|pta|m[aá]x|m[ií]n|cap|pl|voit|d[eé]p|arr|t|cp|comp|s|ss|est|incl"
    r"|lun|mar|mer|jeu|ven|sam|dim|mi[eé]|jue|vie|s[aá]b|gio|seg|ter|qua|qui|sex"
    r"|Cor|Thess|Tim|Pet|Sam|Ps|Matt|Rom|Gal|Eph|Heb|Isa|Jer|Deut|Prov|Ex|Lev)\.$"
)
"""The ends of words after which a full stop before a number ends no sentence."""
NUMBER = re.compile(r"[(]?\d|[IVX]{1,5}\b")
DENIED = re.compile(r"\b(?:says?|said|answers?|answered|is|was|or|but|oh)\ no\.$")
"""A "no." that is no number: "She said no. 2 days later …"."""
OPERATOR = re.compile(r"[×÷=≈≤≥<>&/]")
"""A sign that begins no sentence."""
MAY_BE_LAST = re.compile(r"\b(?:etc|Inc|Ltd|Co|Corp|Ph\.?D|a\.m|p\.m)\.$")
"""Abbreviations that end a sentence where a capital follows."""
ZONE = re.compile(r"(?:[ECMP][SD]?T|UTC|GMT|BST|CET|IST|KST|JST)\b")
"""A time zone, which belongs to the "a.m." before it."""
INITIALS = re.compile(r"\b(?:[A-Z]\.)+[A-Z]\.$")
OPENING = re.compile(
    r"[\"“‘(]?(?:The|An?|It|He|She|They|We|You|I|In|On|At|But|And|Or|So|This|That|These|Those|There|Then"
    r"|When|While|If|As|After|Before|For|From|With|His|Her|Its|Their|Our|My|Your|What|Who|Why|How|Where"
    r"|Which|To|By|Some|Many|Most|All|No|Not|Now|However|Meanwhile|Yesterday|Today|Tomorrow|Last|Next|Is"
    r"|Was|Are|Were|Did|Do|Does|Can|Could|Will|Would|Please|Let|Since|Although|Because|Both|Each|Every)\b"
)
"""The words that begin a sentence; any other capital behind initials is a name: J.R.R. Tolkien."""
LIST_MARK = re.compile(r"(?:[-*•–]|\d{1,3}[.)])\s+")
HARD_END = re.compile(r"\s*\u2028\s*")
"""A line separator ends a sentence whatever comes next; Markdown is read into such."""
WRAPPED = 40
"""The characters from which on a line without an end mark is taken to go on in the next."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text[start:end]`, without space around it, and the silence after it."""

    start: int
    end: int
    pause_after_ms: int


def sentences(text: str) -> list[Sentence]:
    """The sentences of `text`, in order: all of it but white space."""
    borders = sorted({*_line_ends(text), *_mark_ends(text), len(text)})
    found: list[Sentence] = []
    start = 0
    for border in borders:
        piece = text[start:border]
        stripped = piece.strip()
        if stripped:
            first = start + piece.index(stripped)
            gap = re.compile(r"\s*").match(text, border)
            blank = text[first + len(stripped) : border] + (gap[0] if gap else "")
            pause = PARAGRAPH_MS if re.search(r"\n\s*\n", blank) else SENTENCE_MS
            found.append(Sentence(first, first + len(stripped), pause))
        start = border
    return found


def _line_ends(text: str) -> list[int]:
    """Line breaks that are meant, not those of a wrapped line."""
    ends = [match.end() for match in HARD_END.finditer(text)]
    for match in re.finditer(r"[ \t\r]*\n\s*", text):
        line = text[_line_start(text, match.start()) : match.start()]
        after = text[match.end() : match.end() + 1]
        is_wrapped = (
            match[0].count("\n") == 1
            and len(line.strip()) >= WRAPPED
            and not LIST_MARK.match(text, match.end())
            and (after.islower() or "가" <= after <= "힣")
        )
        if not is_wrapped:
            ends.append(match.end())
    return ends


def _line_start(text: str, before: int) -> int:
    return max(text.rfind("\n", 0, before), text.rfind("\u2028", 0, before)) + 1


def _mark_ends(text: str) -> list[int]:
    ends: list[int] = []
    for match in ENDS.finditer(text):
        end = match.end()
        after = text[end : end + 2]
        if after and not after[0].isspace() and not _is_cjk_end(match[0], after[0]):
            continue
        if match[0][0] in ".…" and not _is_full_stop(text, match):
            continue
        if match[0][-1] not in ".!?…。！？" and _goes_on(text, end):
            continue
        ends.append(end)
    return ends


def _goes_on(text: str, end: int) -> bool:
    """Whether a sentence goes on after a quotation: "Stop!" she said; “가자!”라고."""
    return text[end:].lstrip()[:1].islower() or "가" <= text[end : end + 1] <= "힣"


def _is_cjk_end(mark: str, after: str) -> bool:
    """Whether a sentence may end without a space: 。 always, others before East Asian signs."""
    return mark[0] in "。！？" or EAST_ASIAN.match(after) is not None


def _is_full_stop(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 12) : match.start() + 1]
    rest = text[match.end() :].lstrip()
    if match[0].startswith(("..", "…")):
        return not rest[:1].islower()
    if NOT_LAST.search(before):
        return not rest
    if _goes_on_with_a_number(before, rest):
        return False
    if INITIALS.search(before):
        return not rest or OPENING.match(rest) is not None or "가" <= rest[0] <= "힣"
    if MAY_BE_LAST.search(before):
        return not rest or (rest[0].isupper() and not ZONE.match(rest)) or "가" <= rest[0] <= "힣"
    line = text[_line_start(text, match.start()) : match.start() + 1]
    return not (LIST_MARK.fullmatch(line.strip() + " ") or rest[:1].islower())


def _goes_on_with_a_number(before: str, rest: str) -> bool:
    """Whether a sign or a number after a short form belongs to it: "max. 3", "$5/mo. × 24"."""
    is_number = BEFORE_A_NUMBER.search(before) and NUMBER.match(rest) and not DENIED.search(before)
    return bool(OPERATOR.match(rest) or is_number)
