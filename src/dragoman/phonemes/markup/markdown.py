"""Markdown in a text: its signs are not said, and some of them are pauses.

pyromark (pulldown-cmark) finds them, and tells of each where it is: that is what word times need.
What only looks like Markdown ("5*3*2", ">= 5", "5~7") is hidden from it.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping
from itertools import accumulate
from typing import Any, cast

import pyromark

from dragoman.domain.speech import Pronunciation
from dragoman.phonemes.markup import html
from dragoman.phonemes.markup.elements import ELEMENT, is_html, tag
from dragoman.phonemes.markup.sounds import sayable
from dragoman.phonemes.markup.stretch import Script
from dragoman.phonemes.traced import Traced

OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
)
HIDDEN = "\x1a"
"""The stand-in for a sign that is no Markdown."""
NO_MARKDOWN = re.compile(
    r"(?<=[\d)])\*{1,2}(?=[\dA-Za-z(])|(?<=[A-Za-z)])\*{1,2}(?=\d)"  # 5*3*2, 2*x, x**2
    r"|(?<!~)~(?!~)"  # 5~7
    r"|^[ ]{0,3}>(?==)"  # >= 5
    r"|^[ ]{0,3}\#(?=\ of\b)",  # "# of items"
    re.MULTILINE,
)
LABEL = re.compile(
    r"^(?P<before>[ ]{0,3}(?:(?:>|[-+*]|\d{1,9}[.)])[ ]+)*)\[(?!\^)"
    r"(?=[^\]\n]*\]:[ \t]*(?!\S*[/.:\#@])\S)",
    re.MULTILINE,
)
"""A pattern for [Bob]: hello, which is not the address of a link that is called so."""
LONE_QUOTE = re.compile(
    r"(?<![^\n])(?<!>\n)[ ]{0,3}>(?=[ ]?[-+$€£₩]?\d)(?![^\n]*\n[ ]{0,3}>)", re.MULTILINE
)
"""A pattern for one quoted line: "> 5 °C" is a comparison; in a quotation of several lines it is a
quote."""
ITEM = re.compile(r"\s*(?P<mark>\d{1,9}[.)])[ \t]*")
GIVEN = re.compile(r"/(?P<phonemes>[^/]*[^\x00-\x7f/][^/]*)/$")
"""A pattern for a target that is no address but phonemes, in Kokoro's own notation:
`[Kokoro](/kˈOkəɹO/)`."""
BLOCKS = frozenset(
    {"Paragraph", "Heading", "BlockQuote", "CodeBlock", "HtmlBlock", "List", "Table"}
    | {"FootnoteDefinition"}
)


def write(script: Script, source: Traced) -> list[tuple[int, int]]:
    """Add what is said of a text in Markdown, and return where code is."""
    walk = _Walk(script, source)
    walk.all()
    return walk.code


class _Walk:
    def __init__(self, script: Script, source: Traced) -> None:
        self.code: list[tuple[int, int]] = []
        self._script = script
        self._source = source
        self._hidden = _hidden(source.text)
        self._bytes = [0, *accumulate(len(sign.encode()) for sign in self._hidden)]
        self._html: int | None = None
        """Where a block of HTML begins, while one is open."""
        self._marked = False
        """Whether the number of an item was just said, and its text is to follow."""

    def all(self) -> None:
        for event, places in pyromark.events_with_range(self._hidden, options=OPTIONS):
            start, end = (bisect_left(self._bytes, places[side]) for side in ("start", "end"))
            if isinstance(event, str):
                self._sign(event, start, end)
                continue
            ((kind, value),) = cast("Mapping[str, Any]", event).items()
            if kind == "Start":
                self._begin(_name(value), start, end)
                if _name(value) == "Link":
                    self._link(str(value["Link"]["dest_url"]), start)
            elif kind == "End":
                self._end(_name(value), end)
            elif kind in {"Html", "InlineHtml"}:
                self._tag(start, end)
            elif kind in {"Text", "Code"}:
                self._text(str(value), start, end, is_code=kind == "Code")

    def _sign(self, event: str, start: int, end: int) -> None:
        if event == "Rule":
            self._script.paragraph()
        elif event == "HardBreak":
            self._script.line()
        else:
            self._script.put("\n", *self._source.place(start, end))

    def _begin(self, name: str, start: int, end: int) -> None:
        if (name in BLOCKS and not self._marked) or name == "Item":
            self._script.line()
        self._marked = False
        if name == "CodeBlock":
            self.code.append(self._source.place(start, end))
        elif name == "HtmlBlock":
            self._html = start
        elif name == "Item" and (found := ITEM.match(self._hidden, start, end)):
            self._script.join(self._source.part(found.start("mark"), found.end("mark")))
            self._script.put(" ", *self._source.place(found.end() - 1, found.end()))
            self._marked = True
        elif name == "TableCell":
            self._script.cell(*self._source.place(start, start + 1))

    def _end(self, name: str, end: int) -> None:
        if name == "HtmlBlock" and self._html is not None:
            html.write(self._script, self._source.part(self._html, end))
            self._html = None
        if name in BLOCKS:
            self._script.paragraph()
        elif name in {"Item", "TableHead", "TableRow"}:
            self._script.line()

    def _link(self, target: str, start: int) -> None:
        """What is between brackets is said, in the sounds that the target may give."""
        found = GIVEN.match(target)
        if found and (known := sayable(found["phonemes"])):
            shown = self._hidden.index("]", start)
            if shown > start + 1:
                self._script.pronunciations.append(
                    Pronunciation(*self._source.place(start + 1, shown), known)
                )

    def _tag(self, start: int, end: int) -> None:
        """A tag within a line; one that is none is text."""
        if self._html is not None:
            return
        part = self._source.part(start, end)
        match = ELEMENT.match(self._source.text, start)
        found = tag(match) if match else None
        if match is None or (found is not None and not is_html(self._source.text, match, found)):
            html.write_text(self._script, part)
        elif found is not None:
            html.act(self._script, found, *part.place(0, end - start))

    def _text(self, value: str, start: int, end: int, *, is_code: bool) -> None:
        if self._html is not None:
            return
        if is_code:
            self.code.append(self._source.place(start, end))
            at = self._hidden.find(value, start, end)
            if at >= 0:
                start, end = at, at + len(value)
        if self._hidden[start:end] == value:
            self._script.join(self._source.part(start, end))
        elif end > start:
            self._script.put(value, *self._source.place(start, end))


def _name(element: str | Mapping[str, object]) -> str:
    """What an element is: the only key, where more is known of it."""
    return element if isinstance(element, str) else next(iter(element))


def _hidden(text: str) -> str:
    """`text` as the parser is to see it, sign by sign."""
    shown = NO_MARKDOWN.sub(lambda match: re.sub(r"\S", HIDDEN, match[0]), text)
    shown = LABEL.sub(lambda match: match["before"] + HIDDEN, shown)
    shown = LONE_QUOTE.sub(lambda match: match[0].replace(">", HIDDEN), shown)
    return re.sub("[\0\ud800-\udfff]", HIDDEN, shown)
