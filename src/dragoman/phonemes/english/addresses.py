"""URLs, e-mail addresses and names of files in English words."""

import re

from dragoman.phonemes.english.numbers import cardinal, digits
from dragoman.phonemes.scan import Rule, rule

URL_SIGNS = {
    ".": "dot",
    "/": "slash",
    "@": "at",
    "-": "dash",
    "_": "underscore",
    "?": "question mark",
    "=": "equals",
    "&": "and",
    "#": "hash",
    ":": "colon",
    "+": "plus",
    "%": "percent",
    "~": "tilde",
}
SPELLED = frozenset(("a", "ai", "de", "io", "js", "kr", "md", "py", "uk"))
"""Parts of addresses that are said letter by letter."""


def address(text: str) -> str:
    """A URL or an e-mail address, without its scheme: "example.com/a" → "example dot com …"."""
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", text, flags=re.IGNORECASE).rstrip("/")
    words = [
        part.upper()
        if part in SPELLED
        else URL_SIGNS.get(part, digits(part) if part.isdecimal() and len(part) > 4 else part)
        for part in re.findall(r"[^\W\d_]+|\d+|\S", bare)
    ]
    return " ".join(cardinal(int(word)) if word.isdecimal() else word for word in words)


ADDRESSES: tuple[Rule, ...] = (
    rule(
        r"(?:https?://|www\.)[^\s<>\"”]*[^\s<>\"”.,;:!?)\]'’]",
        lambda match: address(match[0]),
    ),
    rule(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", lambda match: address(match[0])),
    rule(
        r"(?<![\w@.])[A-Za-z][\w-]*(?:\.[\w-]+)*\.(?:com|org|net|io|dev|ai|edu|gov|co|uk|kr|de"
        r"|py|js|md|txt|json|toml|html|csv|pdf|mp3|wav)\b(?:/[\w./-]*[\w/])?",
        lambda match: address(match[0]),
    ),
)
"""The rules for addresses; to be tried before everything that has dots and dashes in it."""
