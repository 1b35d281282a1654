"""Reading aloud: text to chunks of phonemes, sentence by sentence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dragoman.phonemes import language as languages
from dragoman.phonemes.assemble import Speaker, Speakers, assemble, tokens
from dragoman.phonemes.chinese import reading as chinese
from dragoman.phonemes.chunk import Chunk
from dragoman.phonemes.compose import compose, moved
from dragoman.phonemes.english import lexicon, unknown
from dragoman.phonemes.english.lexicon import Region
from dragoman.phonemes.english.pronounce import English
from dragoman.phonemes.english.words import ENGLISH
from dragoman.phonemes.french import pronounce as french
from dragoman.phonemes.french.words import FRENCH
from dragoman.phonemes.italian import pronounce as italian
from dragoman.phonemes.italian.words import ITALIAN
from dragoman.phonemes.japanese import reading as japanese
from dragoman.phonemes.korean import pronounce as korean
from dragoman.phonemes.korean.words import KOREAN
from dragoman.phonemes.portuguese import pronounce as portuguese
from dragoman.phonemes.portuguese.words import PORTUGUESE
from dragoman.phonemes.scan import Language, Piece, Rule, scan
from dragoman.phonemes.scripts import CHINESE_OR_JAPANESE_RUN, HANGUL_RUN, KANA_RUN
from dragoman.phonemes.sentences import sentences
from dragoman.phonemes.spanish import pronounce as spanish
from dragoman.phonemes.spanish.words import SPANISH
from dragoman.phonemes.traced import itself

CLAUSE_MS = 120
TABLES: Mapping[Language, Sequence[Rule]] = {
    "en": ENGLISH,
    "ko": KOREAN,
    "es": SPANISH,
    "fr": FRENCH,
    "it": ITALIAN,
    "pt": PORTUGUESE,
}
"""Japanese and Chinese are not read by a table alone."""
SPEAKERS: Mapping[Language, Speaker] = {
    "ko": korean.phonemes,
    "es": spanish.phonemes,
    "fr": french.phonemes,
    "it": italian.phonemes,
    "pt": portuguese.phonemes,
    "ja": japanese.phonemes,
    "zh": chinese.phonemes,
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads English in two regions' ways, seven other languages, and all of them mixed."""

    english: dict[Region, English]
    languages: languages.Languages

    def read(
        self, text: str, language: str | None = None, region: Region = "us", longest: int = 160
    ) -> Iterator[Chunk]:
        """The chunks of `text`, in order, none longer than `longest` symbols.

        Every letter and digit of `text` is in one of the words. Nothing at all comes of a text
        without letters, digits and signs that have a name.

        Raises:
            RequestInvalid: at once, for a language that is not spoken here.
        """
        composed = compose(itself(text))
        self.languages.check(text, language)
        spoken = languages.SPOKEN.get(language or "")
        chunks = self._chunks(composed.text, spoken, region, longest)
        return (moved(chunk, composed) for chunk in chunks)

    def _chunks(
        self, text: str, language: Language | None, region: Region, longest: int
    ) -> Iterator[Chunk]:
        speakers: Speakers = {**SPEAKERS, "en": self.english[region].phonemes}
        around = language or self.languages.of(text)
        for sentence in sentences(text):
            own = text[sentence.start : sentence.end]
            melody = language or self.languages.melody(text, own, around)
            pieces = pieces_of(text, sentence.start, sentence.end, melody)
            chunk = assemble(tokens(pieces), speakers, melody)
            if chunk is not None:
                yield from fit(replace(chunk, pause_after_ms=sentence.pause_after_ms), longest)


def pieces_of(text: str, start: int, end: int, melody: Language) -> list[Piece]:
    """The readings of a sentence; runs in an East Asian script go by the rules of its language."""
    if melody == "ko":
        return _with_runs(text, (start, end), melody)
    found: list[Piece] = []
    for run in HANGUL_RUN.finditer(text, start, end):
        found += _with_runs(text, (start, run.start()), melody)
        found += pieces_of(text, run.start(), run.end(), "ko")
        start = run.end()
    return found + _with_runs(text, (start, end), melody)


def _with_runs(text: str, place: tuple[int, int], melody: Language) -> list[Piece]:
    """The readings of a part of a sentence without Hangul."""
    start, end = place
    if melody == "ja":
        return _in_one(text, start, end, melody)
    script = KANA_RUN if melody == "zh" else CHINESE_OR_JAPANESE_RUN
    language = "ja" if melody == "zh" else languages.han_language(text)
    found: list[Piece] = []
    for run in script.finditer(text, start, end):
        found += _in_one(text, start, run.start(), melody)
        found += _in_one(text, run.start(), run.end(), language)
        start = run.end()
    return found + _in_one(text, start, end, melody)


def _in_one(text: str, start: int, end: int, language: Language) -> list[Piece]:
    """The readings of a part of a sentence that is in one language."""
    if language == "ja":
        return japanese.pieces(text, start, end)
    if language == "zh":
        return chinese.pieces(text, start, end)
    return scan(text, start, end, TABLES[language], language)


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
    return Reader(
        {region: English(lexicon.load(directory, region), guesser) for region in regions},
        languages.load(),
    )
