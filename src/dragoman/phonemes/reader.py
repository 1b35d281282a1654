"""Reading aloud: text to chunks of phonemes, sentence by sentence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from dragoman.phonemes import language as languages
from dragoman.phonemes.assemble import assemble, tokens
from dragoman.phonemes.chunk import Chunk
from dragoman.phonemes.compose import compose, moved
from dragoman.phonemes.english import lexicon, unknown
from dragoman.phonemes.english.lexicon import Region
from dragoman.phonemes.english.pronounce import English
from dragoman.phonemes.english.words import ENGLISH
from dragoman.phonemes.korean.words import KOREAN
from dragoman.phonemes.scan import Language, Piece, scan
from dragoman.phonemes.sentences import sentences

CLAUSE_MS = 120
HANGUL_RUN = re.compile(r"\S*[가-힣ㄱ-ㅣ]\S*(?:\s+\S*[가-힣ㄱ-ㅣ]\S*)*")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads English in two regions' ways, Korean, and both mixed."""

    english: dict[Region, English]

    def read(
        self, text: str, language: str | None = None, region: Region = "us", longest: int = 160
    ) -> Iterator[Chunk]:
        """The chunks of `text`, in order, none longer than `longest` symbols.

        Every letter and digit of `text` is in one of the words. Nothing at all comes of a text
        without letters, digits and signs that have a name.

        Raises:
            RequestInvalid: at once, for a language that is not spoken here.
        """
        composed, places = compose(text)
        languages.check(composed, language)
        spoken = languages.SPOKEN.get(language or "")
        chunks = self._chunks(composed, spoken, region, longest)
        return (moved(chunk, places) for chunk in chunks)

    def _chunks(
        self, text: str, language: Language | None, region: Region, longest: int
    ) -> Iterator[Chunk]:
        for sentence in sentences(text):
            melody = language or languages.melody(text, sentence.start, sentence.end)
            pieces = pieces_of(text, sentence.start, sentence.end, melody)
            chunk = assemble(tokens(pieces), self.english[region], melody)
            if chunk is not None:
                yield from fit(replace(chunk, pause_after_ms=sentence.pause_after_ms), longest)


def pieces_of(text: str, start: int, end: int, melody: Language) -> list[Piece]:
    """The readings of a sentence; in English, runs with Hangul go by the Korean table."""
    if melody == "ko":
        return scan(text, start, end, KOREAN, "ko")
    found: list[Piece] = []
    for run in HANGUL_RUN.finditer(text, start, end):
        found += scan(text, start, run.start(), ENGLISH, "en")
        found += scan(text, run.start(), run.end(), KOREAN, "ko")
        start = run.end()
    return found + scan(text, start, end, ENGLISH, "en")


def fit(chunk: Chunk, longest: int) -> Iterator[Chunk]:
    """`chunk` in pieces of at most `longest` symbols, cut at clauses, else between words."""
    while len(chunk.phonemes) > longest and len(chunk.words) > 1:
        at, pause_ms = _cutting_point(chunk, longest)
        head, chunk = chunk.cut(at, pause_ms)
        yield head
    yield chunk


def _cutting_point(chunk: Chunk, longest: int) -> tuple[int, int]:
    """The number of the word to cut before, and the pause there in milliseconds.

    A clause in the second half of what fits is best, then the last word that fits; what is one
    place of the text ("$5") is only cut where nothing else is left.
    """
    words = chunk.words
    fitting = [at for at in range(1, len(words)) if words[at].first - 1 <= longest] or [1]
    good = [at for at in fitting if chunk.is_border(at)]
    for at in reversed(good):
        border = words[at].first
        if border >= longest // 2 and chunk.phonemes[:border].rstrip()[-1] in ",;:—)":
            return at, CLAUSE_MS
    return (good or fitting)[-1], 0


def load(directory: Path) -> Reader:
    """Read the dictionaries and the network for unknown words from `directory`."""
    guesser = unknown.load(directory)
    regions: tuple[Region, ...] = ("us", "gb")
    return Reader({region: English(lexicon.load(directory, region), guesser) for region in regions})
