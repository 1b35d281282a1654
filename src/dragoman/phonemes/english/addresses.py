"""URLs, e-mail addresses and names of files in English words."""

import re

from dragoman.phonemes.english.numbers import digits, year
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
    "\\": "backslash",
}
FILES = (
    "py|js|md|txt|json|toml|html|csv|pdf|mp3|wav|conf|cfg|ini|ya?ml|xml|sh|env|log|lock|docx?|xlsx?"
    "|pptx?|odt|rtf|tsx?|jsx|mjs|css|scss|rs|java|kt|swift|rb|php|cpp|hpp|sql|ipynb|png|jpe?g|gif"
    "|svg|webp|mp4|mov|mkv|flac|ogg|zip|gz|tar|whl|exe|dmg|apk|gguf|onnx|safetensors|parquet"
)
"""The ends of names of files that are no words."""
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
    return " ".join(year(int(word)) if word.isdecimal() else word for word in words)


ADDRESSES: tuple[Rule, ...] = (
    rule(
        r"(?:https?://|www\.)[^\s<>\"”]*[^\s<>\"”.,;:!?)\]'’]",
        lambda match: address(match[0]),
    ),
    rule(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", lambda match: address(match[0])),
    rule(
        r"(?<![\w@.])[A-Za-z][\w-]*(?:\.[a-z][\w-]*)*\.(?:us|me|tv|gg|app|co|gl|ly|be)/[\w./?=&-]*\w",
        lambda match: address(match[0]),
    ),
    rule(
        r"(?<![\w@.])[A-Za-z][\w-]*(?:\.[\w-]+)*\.(?:com|org|net|io|dev|ai|edu|gov|co|uk|kr|de"
        rf"|{FILES})\b(?:/[\w./-]*[\w/])?",
        lambda match: address(match[0]),
    ),
    rule(
        r"(?<![\w/.)])(?:(?:~|\.{1,2})/\.?[\w-]|/\.?[\w-]+(?:\.[\w-]+)*/\.?[\w-])"
        r"[\w-]*(?:[./][\w-]+|/\.[\w-]+)*/?",
        lambda match: address(match[0]),
    ),
    rule(
        r"\b[A-Z]:\\[\w-]+(?:[.\\][\w-]+)*",
        lambda match: address(match[0]),
    ),
    rule(
        r"\b(?i:doi):\ ?(?P<doi>10\.\d{4,9}/[\w./()-]*\w)",
        lambda match: "D O I " + address(match["doi"]),
    ),
)
"""The rules for addresses; to be tried before everything that has dots and dashes in it."""
