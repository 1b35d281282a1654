"""Bounds on grammars of custom tools, found before anything is built.

The builder recurses and multiplies terminals out; a grammar within these bounds costs it little.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dragoman.domain.conversation import Grammar

LONGEST_CHARS = 16_384
"""The most characters of one definition."""
MOST_NAMES = 512
MOST_REPEATS = 10_000
"""Product of the counted repetitions of one expression or definition."""
LARGEST_TERMINAL = 20_000
"""Characters of a terminal, with those that it is made of multiplied out."""
START = "start"

Kind: TypeAlias = Literal["text", "name", "other"]
# What follows a backslash begins no text: else each of thousands is looked at to the end.
_TOKEN = re.compile(
    r"""(?P<text>"(?:\\.|[^"\\\n])*"i?|/(?:\\.|[^/\\])+/[imslux]*)"""
    r"""|(?P<comment>(?://|\#)[^\n]*)|(?P<name>[A-Za-z_][\w-]*)|(?P<other>\s+|\\.|.)""",
    re.DOTALL,
)
_REPEATS = re.compile(r"(?<!\\)\{(\d*)(?:,(\d*))?\}|~\s*(\d+)(?:\s*\.\.\s*(\d+))?")
_BARRED = (
    (re.compile(r"%(?!import\b|ignore\b)\s*\w*"), "only %import and %ignore are known, not {!r}"),
    (re.compile(r"<[^>]*>"), "tokens are not supported: {!r}"),
    (re.compile(r"@\w*"), "references to other grammars are not supported: {!r}"),
    (
        re.compile(r"(?<=\w)\[(?!lazy\])[^\]]*\](?=\s*:)"),
        "no attribute but 'lazy' is supported: {!r}",
    ),
)


@dataclass(frozen=True, slots=True)
class _Terminal:
    length: int
    """Characters of its own."""
    repeats: int
    parts: Counter[str]
    """The names that it is made of."""

    def size(self, sizes: Mapping[str, int]) -> int:
        below = sum(sizes.get(name, 0) * count for name, count in self.parts.items())
        return (self.length + below) * self.repeats


def fault(grammar: Grammar) -> str | None:
    """The reason why a grammar is refused unseen; None: it may be tried."""
    size = len(grammar.definition)
    if size > LONGEST_CHARS:
        return f"it has {size} characters, the limit is {LONGEST_CHARS}"
    if grammar.syntax == "regex":
        return _repeated(grammar.definition)
    tokens = list(_tokens(grammar.definition))
    bare = "".join(text if kind != "text" else '""' for kind, text in tokens)
    for barred, wrong in _BARRED:
        if hit := barred.search(bare):
            return wrong.format(hit[0])
    if len({text for kind, text in tokens if kind == "name"}) > MOST_NAMES:
        return f"it has more than {MOST_NAMES} names"
    for kind, text in tokens:
        if kind == "text" and (wrong := _repeated(text)):
            return wrong
    return _multiplied(tokens)


def _repeated(text: str) -> str | None:
    return f"it repeats more than {MOST_REPEATS} times" if _repeats(text) > MOST_REPEATS else None


def _repeats(text: str) -> int:
    product = 1
    for hit in _REPEATS.finditer(text):
        # Numbers of more digits are cut: they are far above the limit anyway.
        bounds = (int(bound[:9]) for bound in hit.groups() if bound)
        product *= max((1, *bounds))
    return product


def _multiplied(tokens: list[tuple[Kind, str]]) -> str | None:
    """Refuse terminals that get too large when those that they are made of are put in."""
    definitions = _definitions(tokens)
    sizes: dict[str, int] = {}
    while left := definitions.keys() - sizes.keys():
        ready = [name for name in left if not (definitions[name].parts.keys() & left)]
        if not ready:
            return f"the terminal {min(left)} is made of itself"
        for name in ready:
            sizes[name] = definitions[name].size(sizes)
            if sizes[name] > LARGEST_TERMINAL:
                return f"the terminal {name} has more than {LARGEST_TERMINAL} characters"
    return None


def _definitions(tokens: list[tuple[Kind, str]]) -> dict[str, _Terminal]:
    solid = [(kind, text) for kind, text in tokens if text.strip()]
    begins = [
        at
        for at, (kind, _) in enumerate(solid)
        if kind == "name" and at + 1 < len(solid) and solid[at + 1][1] in (":", ".", "[")
    ]
    definitions: dict[str, _Terminal] = {}
    for at, end in zip(begins, [*begins, len(solid)][1:], strict=True):
        name, body = solid[at][1], solid[at + 1 : end]
        if name.upper() == name:
            definitions[name] = _Terminal(
                length=sum(len(text) for kind, text in body if kind == "text"),
                repeats=_repeats("".join(text for kind, text in body if kind == "other")),
                parts=Counter(text for kind, text in body if kind == "name"),
            )
    return definitions


def _tokens(text: str) -> Iterator[tuple[Kind, str]]:
    for hit in _TOKEN.finditer(text):
        match hit.lastgroup:
            case "comment":
                continue
            case "text" | "name" as kind:
                yield kind, hit[0]
            case _:
                yield "other", hit[0]


def renamed(rules: str) -> tuple[str, str]:
    """The rules with another name for their first, which comes with them."""
    tokens = list(_tokens(rules))
    names = {text for kind, text in tokens if kind == "name"}
    name = "typed"
    while name in names:
        name += "_"
    texts = (name if (kind, text) == ("name", START) else text for kind, text in tokens)
    return name, "".join(texts)


def slashed(pattern: str) -> str:
    """A regular expression as a terminal: slashes and line ends inside are escaped."""
    inside = re.sub(r"\\.|/", lambda hit: hit[0] if hit[0] != "/" else r"\/", pattern, flags=re.S)
    return "/" + inside.replace("\n", r"\n").replace("\r", r"\r") + "/"
