"""What the pages for readers are made of: blocks of code, rows of tables, bullets, paragraphs."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[1]
LEDGER = ROOT / "tests/claims"
PAGES = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "examples/README.md",
    *sorted(ROOT.glob("docs/**/*.md")),
)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code: which page it is on, its language ("" where it has none), its text."""

    page: str
    language: str
    text: str

    @property
    def first(self) -> str:
        """Its first line, by which lists name it."""
        return self.text.split("\n", 1)[0]


def blocks() -> list[Block]:
    """All blocks of all pages, fenced or indented."""
    return [
        Block(path.relative_to(ROOT).as_posix(), token.info.strip(), token.content)
        for path in PAGES
        for token in _parsed(path.read_text(encoding="utf-8"))
        if token.type in ("fence", "code_block")
    ]


def read_list(name: str, key: str) -> list[dict[str, Any]]:
    """The entries `[[key]]` of a file of the ledger."""
    return tomllib.loads((LEDGER / name).read_text(encoding="utf-8"))[key]


def plain(text: str) -> str:
    """The text with each run of white space as one space."""
    return " ".join(text.split())


def rows(text: str) -> list[str]:
    """The rows of the tables of a page, without their heads."""
    found: list[str] = []
    body = False
    for token in _parsed(text):
        if token.type in ("tbody_open", "tbody_close"):
            body = token.type == "tbody_open"
        elif token.type == "tr_open" and body:
            found.append(_source(text, token))
    return found


def bullets(text: str) -> list[str]:
    """The items of the lists of a page."""
    return [_source(text, token) for token in _parsed(text) if token.type == "list_item_open"]


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a page that stand in no list."""
    return [
        _source(text, token)
        for token in _parsed(text)
        if token.type == "paragraph_open" and token.level == 0
    ]


def _parsed(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(text)


def _source(text: str, token: Token) -> str:
    assert token.map is not None
    return plain("\n".join(text.split("\n")[token.map[0] : token.map[1]]))
