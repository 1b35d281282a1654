r"""LaTeX formulas, as models write them, in signs that every language has words for.

`$\frac{1}{2} m v^2 \leq E$` is "1/2 m v² ≤ E". What is no formula ("$5 and $10") stays as it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dragoman.phonemes.markup.latex_names import DROPPED, PLAIN, SIGNS, UNIT_LETTERS
from dragoman.phonemes.traced import Traced, Tracing

LONGEST = 2000
"""The most characters of a formula; a longer one stays as it is."""
DEEPEST = 12
"""The most braces within braces."""
_BRACED = r"\{[^{}\n]{1,60}\}"
FORMULA = re.compile(
    r"(?P<code>```.*?(?:```|\Z)|(?<!`)`[^`\n]+`(?!`))"
    rf"|\$\$(?P<display>[^$]{{1,{LONGEST}}})\$\$"
    rf"|\\\[(?P<square>.{{1,{LONGEST}}}?)\\\]"
    rf"|\\\((?P<round>.{{1,{LONGEST}}}?)\\\)"
    r"|\\begin\{(?P<name>(?:equation|align|aligned|gather|multline|cases|[bpv]?matrix|array)\*?)\}"
    rf"(?P<body>.{{1,{LONGEST}}}?)\\end\{{(?P=name)\}}"
    r"|(?<![\w$\\])\$(?P<inline>[^\s$](?:[^$\n]{0,400}[^\s$\\])?)\$(?![\w$])"
    rf"|(?P<bare>\\(?:[dt]?frac\s?{_BRACED}\s?{_BRACED}|sqrt\s?{_BRACED}))",
    re.DOTALL,
)
COMMAND = re.compile(r"\\[A-Za-z]+|[\^_{}\\]")
"""A pattern that only a formula matches."""
SHORT = re.compile(r"(?:(?<![A-Za-z])[A-Za-z](?![A-Za-z])|[\d\s()\[\]+\-*/=<>.,!'|])+")
"""A pattern for a formula without commands: single letters, numbers and signs ("x", "2n + 1")."""
TOKEN = re.compile(
    r"\\(?:[A-Za-z]+\*?|.)|(?P<number>\d+(?:[.,]\d+)*)|(?P<gap>\s+)|(?P<sign>.)", re.DOTALL
)
RAISED = str.maketrans("23", "²³")
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
ROOTS = {"": "√", "2": "√", "3": "∛"}
WORDS_IN_BRACES = frozenset(
    ["text", "textbf", "textit", "textrm", "mathrm", "operatorname", "mbox", "mathit", "textsf"]
)
UNSAID_BRACES = frozenset(["label", "tag", "hspace", "vspace", "begin", "end", "ref", "color"])
SPACED = {"*": " × ", "=": " = ", "+": " + ", "~": " ", "'": "′"}


def plain(source: Traced) -> Traced:
    """`source` with its formulas in signs; code stays as it is."""
    if "$" not in source.text and "\\" not in source.text:
        return source
    found = Tracing()
    last = 0
    for match in FORMULA.finditer(source.text):
        inside = _inside(match)
        if inside is None:
            continue
        formula = _Formula(source, *match.span(inside))
        try:
            spoken = formula.read()
        except _Unreadable:
            continue
        found.join(source.part(last, match.start()))
        for text, start, end in spoken:
            found.put(text, *source.place(start, end))
        last = match.end()
    if not last:
        return source
    found.join(source.part(last, len(source.text)))
    return found.traced()


def _inside(match: re.Match[str]) -> str | None:
    """The group that has the formula; None: this is code, money, or text."""
    kinds = ("display", "square", "round", "body", "inline", "bare")
    kind = next((name for name in kinds if match[name] is not None), None)
    if kind == "inline" and not (COMMAND.search(match[kind]) or _is_short(match[kind])):
        return None
    if kind in {"square", "round"} and not COMMAND.search(match[kind]):
        return kind if SHORT.fullmatch(match[kind]) else None
    return kind


def _is_short(text: str) -> bool:
    """Whether text between dollars is a formula, though no command is in it."""
    return (
        SHORT.fullmatch(text) is not None
        and re.search(r"[A-Za-z]|\d\s?[=<>+*/-]", text) is not None
    )


class _Unreadable(Exception):
    """Braces that do not match, or are too deep."""


@dataclass(slots=True)
class _Formula:
    """A formula while it is read: its tokens with their places, and what they say so far."""

    source: Traced
    start: int
    end: int
    _tokens: list[re.Match[str]] = field(init=False)
    _at: int = 0
    _depth: int = 0

    def __post_init__(self) -> None:
        self._tokens = list(TOKEN.finditer(self.source.text, self.start, self.end))

    def read(self) -> "list[_Said]":
        """What the whole formula says, piece by piece."""
        spoken = list(self._until(None))
        if self._at < len(self._tokens):
            raise _Unreadable
        return spoken

    def _until(self, closing: str | None) -> "Iterator[_Said]":
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token[0] == closing:
                return
            if token[0] == "}":
                raise _Unreadable
            self._at += 1
            yield from self._read(token)
        if closing:
            raise _Unreadable

    def _read(self, token: re.Match[str]) -> "Iterator[_Said]":
        sign = token[0]
        if sign == "{":
            yield from self._group()
        elif sign in "^_":
            yield from self._script(token)
        elif sign.startswith("\\"):
            yield from self._command(token)
        elif sign == "&" or token["gap"]:
            yield " ", *token.span()
        elif sign.isalpha() and sign.isascii():
            yield self._letter(token), *token.span()
        elif sign in "-−":
            yield (" − " if self._is_after_operand(token) else " −"), *token.span()
        else:
            yield SPACED.get(sign, sign), *token.span()

    def _is_after_operand(self, token: re.Match[str]) -> bool:
        before = self.source.text[self.start : token.start()].rstrip()
        return before[-1:].isalnum() or before[-1:] in {"}", ")", "]", "'", "!"}

    def _letter(self, token: re.Match[str]) -> str:
        """A letter, which is a name of its own: never a part of a word, nor a unit."""
        before = self.source.text[token.start() - 1] if token.start() > self.start else ""
        after = self.source.text[token.end()] if token.end() < self.end else ""
        unit = before.isdecimal() and token[0] in UNIT_LETTERS and not after.isalpha()
        return (
            ("×" if unit else " " if before.isalnum() or before == "}" else "")
            + token[0]
            + (" " if after.isalnum() or after == "\\" else "")
        )

    def _group(self) -> "list[_Said]":
        """What is between braces, the first of which is read."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise _Unreadable
        spoken = list(self._until("}"))
        self._at += 1
        self._depth -= 1
        return spoken

    def _argument(self) -> "list[_Said]":
        """The next group, or the next token."""
        while self._at < len(self._tokens) and self._tokens[self._at]["gap"]:
            self._at += 1
        if self._at >= len(self._tokens):
            raise _Unreadable
        token = self._tokens[self._at]
        self._at += 1
        if token[0] == "{":
            return self._group()
        if token["number"] and len(token[0]) > 1:
            raise _Unreadable
        return list(self._read(token))

    def _script(self, token: re.Match[str]) -> "Iterator[_Said]":
        spoken = self._argument()
        text = "".join(piece for piece, _, _ in spoken).strip()
        place = token.span()
        if token[0] == "_":
            yield (text.translate(LOWERED) if text.isdecimal() else f" {text} "), *place
        elif text in {"2", "3"}:
            yield text.translate(RAISED), *place
        elif text in {"°", "′", "″", "∗", "*"}:
            yield text.strip("∗*"), *place
        elif text in {"T", "⊤", "†", "+", "−"}:
            yield f" {text}", *place
        else:
            yield "^" + (text.replace("− ", "-") if _is_atom(text) else f"({text})"), *place

    def _command(self, token: re.Match[str]) -> "Iterator[_Said]":
        name, place = token[0][1:].rstrip("*"), token.span()
        if name in {"frac", "dfrac", "tfrac", "cfrac"}:
            over, under = self._argument(), self._argument()
            yield from _quotient(over, under, place)
        elif name in {"binom", "dbinom", "tbinom"}:
            over, under = self._argument(), self._argument()
            yield from [("(", *place), *over, (", ", *place), *under, (")", *place)]
        elif name == "sqrt":
            yield from self._root(place)
        elif name in UNSAID_BRACES:
            self._argument()
            yield " ", *place
        elif name in WORDS_IN_BRACES:
            yield from self._words()
        elif name in {"sum", "prod", "int", "lim", "max", "min", "oint", "iint"}:
            yield from self._operator(name, place)
        elif name == "\\":
            yield ", ", *place
        elif not name.isalpha():
            yield PLAIN.get(name, " "), *place
        else:
            yield from self._named(name, place)

    def _named(self, name: str, place: tuple[int, int]) -> "Iterator[_Said]":
        if name in SIGNS:
            yield f" {SIGNS[name]} " if not SIGNS[name].isalpha() else f" {SIGNS[name]}", *place
        elif name not in DROPPED:
            yield f" {name} ", *place

    def _words(self) -> "Iterator[_Said]":
        """Text within a formula: letters that are words."""
        first = self._at
        self._argument()
        inside = self._tokens[first : self._at]
        if len(inside) > 2:
            start, end = inside[1].start(), inside[-1].start()
            yield f" {self.source.text[start:end]} ", start, end

    def _root(self, place: tuple[int, int]) -> "Iterator[_Said]":
        degree = ""
        if self._at < len(self._tokens) and self._tokens[self._at][0] == "[":
            self._at += 1
            degree = "".join(text for text, _, _ in self._until("]")).strip()
            self._at += 1
        spoken = self._argument()
        sign = ROOTS.get(degree, f"{degree} √")
        yield from [(f" {sign}", *place), *_bracketed(spoken, place)]

    def _operator(self, name: str, place: tuple[int, int]) -> "Iterator[_Said]":
        """A sum, an integral or a limit with its bounds: "∑ i = 1 → n, "."""
        bounds: dict[str, list[_Said]] = {}
        while self._at < len(self._tokens) and (
            self._tokens[self._at][0] in "_^" or self._tokens[self._at][0] == "\\limits"
        ):
            kind = self._tokens[self._at][0]
            self._at += 1
            if kind in "_^":
                bounds[kind] = self._argument()
        yield f" {SIGNS[name]} ", *place
        yield from bounds.get("_", [])
        if "^" in bounds:
            yield " → ", *place
            yield from bounds["^"]
        yield (", " if bounds else " "), *place


_Said = tuple[str, int, int]
"""A piece of what is spoken, and the place of the token that it comes from."""


def _is_atom(text: str) -> bool:
    return re.fullmatch(r"(?:− ?)?(?:[A-Za-z\u0370-\u03ff∞]|\d+)", text) is not None


def _bracketed(spoken: list[_Said], place: tuple[int, int]) -> list[_Said]:
    """What is spoken, in brackets where it is more than a number or a letter."""
    text = "".join(piece for piece, _, _ in spoken).strip()
    return spoken if re.fullmatch(r"\w*[²³₀-₉]?", text) else [("(", *place), *spoken, (")", *place)]


def _quotient(over: list[_Said], under: list[_Said], place: tuple[int, int]) -> Iterator[_Said]:
    """A fraction of numbers as people write it; else a division."""
    texts = ["".join(piece for piece, _, _ in spoken).strip() for spoken in (over, under)]
    if all(text.isdecimal() for text in texts):
        yield from [(" ", *place), (f"{texts[0]}/{texts[1]} ", *place)]
        return
    yield " ", *place
    yield from _bracketed(over, place)
    yield " ÷ ", *place
    yield from _bracketed(under, place)
    yield " ", *place
