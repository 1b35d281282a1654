"""Residue that no Markdown parser knows: citations, emoji, other bullets."""

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from dragoman.phonemes.markup.stretch import LINE
from dragoman.phonemes.tables import listed
from dragoman.phonemes.traced import Traced

Places: TypeAlias = Sequence[tuple[int, int]]

_NUMBERS = r"\[\^?[1-9]\d{0,2}(?:\s?[,;–-]\s?\^?\d{1,3})*\]"
CITATIONS = re.compile(rf"(?P<gap>[ ]?)(?:{_NUMBERS})+(?=[\s.,;:!?)\"”’。、，]|$)")
SOURCES = re.compile(r"[ ]?【[^】\n]{0,80}[†‡][^】\n]{0,80}】|[ ]?\[citation needed\]")
"""A pattern for sources as assistants with files write them: 【4:0†report.pdf】."""
NUMBERED = frozenset(
    listed(
        "press option options step equation eq figure fig section key button choose type see ref"
        " reference chapter table line item question enter select pick or and to is with than"
        " number column row index version level note"
    )
)
"""The words whose number in brackets is said: "press [1]."."""
ARRAYS = frozenset(listed("argv args arg arr list array data items values rows row line lines vec"))
EMOJI = (
    "[\u2600-\u26ff\u2700-\u2712\u2714-\u2716\u271d-\u2775\u2b05-\u2b07\u2b1b-\u2b55\u3030\u303d"
    "\U0001f004-\U0001f0cf\U0001f18e-\U0001f19a\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff"
    "\u200d\ufe0e\ufe0f\u20e3\U000e0020-\U000e007f]"
)
BETWEEN_WORDS = re.compile(rf"(?<=[\w)])[ \t]*(?:{EMOJI}[ \t]*)+(?=[\w(])")
OTHER_EMOJI = re.compile(rf"{EMOJI}+")
BULLET = re.compile(
    r"(?P<break>^|[\n\u2028])[ \t]*[•●‣◦▪▫■□○◆◇▶►➤➔→➜✦✓✔☑☐✗✘★☆·∙⁃][ \t]+", re.MULTILINE
)
ROW = re.compile(r"(?:(?<=[\n\u2028])|^)[ \t]*\|(?P<cells>[^\n\u2028]*)\|[ \t]*(?=[\n\u2028]|$)")
RULE = re.compile(r"(?:(?<=[\n\u2028])|^)[ \t]*[-=_*~#|:+─━═—]{3,}[ \t]*(?=[\n\u2028]|$)")


def cleared(plain: Traced, code: Places) -> Traced:
    """`plain` without its residue; code is left as it is."""

    def outside(match: re.Match[str]) -> bool:
        start, end = plain.place(match.start(), match.end())
        return not any(start < last and first < end for first, last in code)

    steps: tuple[tuple[re.Pattern[str], str, Callable[[re.Match[str]], bool]], ...] = (
        (SOURCES, "", bool),
        (CITATIONS, "", _is_citation),
        (RULE, "", bool),
        (BULLET, LINE, bool),
        (BETWEEN_WORDS, ", ", bool),
        (OTHER_EMOJI, "", bool),
    )
    for pattern, by, where in steps:
        plain = plain.replaced(
            pattern, by, lambda match, where=where: bool(where(match)) and outside(match)
        )
    return _rows(plain)


def _is_citation(match: re.Match[str]) -> bool:
    """Whether numbers in brackets are no part of what is said: not argv[1], not "press [1]"."""
    before = match.string[: match.start()]
    after = match.string[match.end() :]
    if re.match(r"\s*[=+*/<>%-]", after) or not before or before[-1] in "\n\u2028":
        return False
    if match["gap"]:
        word = before.split()[-1:] or [""]
        ends = not after.strip(" \t") or after[0] in "\n\u2028.,;:!?"
        return ends and word[0].lower().strip("(\"'") not in NUMBERED
    if before[-1] in '.,;:!?"”’)]»。、！？':
        return True
    token = re.split(r"\s", before)[-1]
    return len(token) > 1 and token.isalpha() and token.lower() not in ARRAYS


def _rows(plain: Traced) -> Traced:
    """The cells of a row that stands alone, with pauses between."""
    match = ROW.search(plain.text)
    if match is None:
        return plain
    inside = plain.part(match.start("cells"), match.end("cells"))
    cells = inside.replaced(re.compile(r"\s*\|\s*"), ", ")
    head = plain.part(0, match.start())
    tail = _rows(plain.part(match.end(), len(plain.text)))
    return _joined(head, cells, tail)


def _joined(*parts: Traced) -> Traced:
    return Traced(
        "".join(part.text for part in parts),
        [at for part in parts for at in part.starts],
        [at for part in parts for at in part.ends],
    )
