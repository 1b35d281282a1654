"""Text in one Unicode form, whatever form it came in, with the place of each character."""

import re
import unicodedata
from dataclasses import replace

from dragoman.phonemes.chunk import Chunk
from dragoman.phonemes.letters import legible
from dragoman.phonemes.traced import Traced, Tracing

CLUSTER = re.compile(
    r"[\u1100-\u115f][\u1160-\u11a7][\u11a8-\u11ff]?|[^\u0300-\u036f][\u0300-\u036f]+|.", re.DOTALL
)
"""A cluster: Hangul in single letters, a letter with its accents, or any one character."""
INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
"""Soft hyphens and joiners: they are inside words, and nothing of them is heard."""
LOOSE = re.compile("(?<=[^\u0300-\u036f])[\u0300-\u036f]+")
"""Accents that belong to no letter, as text that is made to look eerie has them; `ñ̃` of
International phonetics too."""

ROW = re.compile(r"(?P<signs>(?:[^\w\s]|_){1,20}?)(?:[ \t]*(?P=signs)){3,}[^\w\s.!?,;:…—–'\"()-]*")
"""A sign, or several, four times and more: a line that is drawn, not words."""
PUNCTUATION = frozenset(".!?,;:…—–'\"- \t")
"""The punctuation that is heard as a pause or a melody anyway."""


def compose(traced: Traced) -> Traced:
    """The text in Unicode's form C, in letters that can be read, without what is invisible.

    A row of signs ("<<<<<<", "=-=-=-=-") is a pause.
    """
    composed = Tracing()
    for match in CLUSTER.finditer(traced.text):
        if match[0] in INVISIBLE:
            continue
        sign = LOOSE.sub("", unicodedata.normalize("NFC", match[0]))
        composed.put(sign, *traced.place(match.start(), match.end()))
    return legible(composed.traced().replaced(ROW, ", ", _is_drawn))


def _is_drawn(match: re.Match[str]) -> bool:
    """Whether a row has a sign that would be said by its name."""
    return not PUNCTUATION.issuperset(match[0])


def moved(chunk: Chunk, traced: Traced) -> Chunk:
    """`chunk` of a text, with its places in the text that this one was made of."""
    places = [traced.place(word.start, word.end) for word in chunk.words]
    words = tuple(
        replace(word, start=start, end=end)
        for word, (start, end) in zip(chunk.words, places, strict=True)
    )
    return replace(chunk, start=words[0].start, end=words[-1].end, words=words)
