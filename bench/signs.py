"""How signs and numbers are read, held against what people say, without sound.

    python bench/signs.py [choosing | reporting] [LANGUAGE …]

`signs.toml` has rows of what is written and what is said, often in several ways. `choosing` was
looked at while rules were made, `reporting` only counted.
"""

import re
import sys
import tomllib
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dragoman.phonemes.compose import compose
from dragoman.phonemes.reader import pieces_of
from dragoman.phonemes.scan import Language
from dragoman.phonemes.traced import itself

ROWS: dict[str, dict[Language, Any]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text("utf-8")
)
JOINED: frozenset[Language] = frozenset({"ko", "zh", "ja", "it"})
"""Where spaces mean little: Italian writes numbers in one word."""


def words(text: str, language: Language) -> str:
    """A text in small letters, without marks."""
    plain = unicodedata.normalize("NFC", text).lower().replace("’", "'")
    return ("" if language in JOINED else " ").join(re.findall(r"[\w']+", plain))


def said(text: str, language: Language) -> str:
    """What is said of a text."""
    whole = compose(itself(text)).text
    pieces = pieces_of(whole, 0, len(whole), language)
    return words(" ".join(piece.spoken for piece in pieces if not piece.is_mark), language)


def right(language: Language, row: Sequence[str]) -> bool:
    """Whether a row is said in one of its ways; Japanese is compared as kana."""
    written, *ways = row
    meant = said if language == "ja" else words
    return said(written, language) in [meant(way, language) for way in ways]


def main() -> None:
    half = sys.argv[1] if len(sys.argv) > 1 else "reporting"
    for language, table in ROWS[half].items():
        if sys.argv[2:] and language not in sys.argv[2:]:
            continue
        rows = table["rows"]
        wrong = [row for row in rows if not right(language, row)]
        print(f"{language}: {len(rows) - len(wrong)} of {len(rows)}")
        for row in wrong:
            print(f"    {row[0]}  |  {said(row[0], language)}")


if __name__ == "__main__":
    main()
