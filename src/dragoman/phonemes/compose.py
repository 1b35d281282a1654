"""Text in one form, whatever form it came in, and where each character was."""

import re
import unicodedata
from dataclasses import replace

from dragoman.phonemes.chunk import Chunk

CLUSTER = re.compile(
    r"[\u1100-\u115f][\u1160-\u11a7][\u11a8-\u11ff]?|[^\u0300-\u036f][\u0300-\u036f]+|.", re.DOTALL
)
"""Hangul in single letters, a letter with its accents, or any one character."""
INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
"""Soft hyphens and joiners: they are inside words, and nothing of them is heard."""


def compose(text: str) -> tuple[str, list[int]]:
    """`text` in Unicode's form C, without what is invisible; the place of each character in it.

    The list has one entry more than the new text has characters: the end.
    """
    composed: list[str] = []
    places: list[int] = []
    for match in CLUSTER.finditer(text):
        if match[0] in INVISIBLE:
            continue
        for sign in unicodedata.normalize("NFC", match[0]):
            composed.append(sign)
            places.append(match.start())
    return "".join(composed), [*places, len(text)]


def moved(chunk: Chunk, places: list[int]) -> Chunk:
    """`chunk` of a composed text, with its places in the original."""
    words = tuple(
        replace(word, start=places[word.start], end=places[word.end]) for word in chunk.words
    )
    return replace(chunk, start=words[0].start, end=words[-1].end, words=words)
