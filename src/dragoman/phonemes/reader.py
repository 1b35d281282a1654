"""The reader: text to chunks of phonemes, sentence by sentence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dragoman.domain.speech import Pronunciation
from dragoman.phonemes import breath
from dragoman.phonemes import language as languages
from dragoman.phonemes.assemble import Speaker, Speakers, assemble, tokens
from dragoman.phonemes.chinese import reading as chinese
from dragoman.phonemes.chunk import Chunk
from dragoman.phonemes.compose import compose, moved
from dragoman.phonemes.english import lexicon, unknown
from dragoman.phonemes.english.arpabet import Region
from dragoman.phonemes.english.british import BRITISH
from dragoman.phonemes.english.pronounce import English
from dragoman.phonemes.english.words import ENGLISH
from dragoman.phonemes.french import pronounce as french
from dragoman.phonemes.french.words import FRENCH
from dragoman.phonemes.italian import pronounce as italian
from dragoman.phonemes.italian.words import ITALIAN
from dragoman.phonemes.japanese import reading as japanese
from dragoman.phonemes.korean import hanja
from dragoman.phonemes.korean import pronounce as korean
from dragoman.phonemes.korean.words import KOREAN
from dragoman.phonemes.markup.reading import stretches, unmarked
from dragoman.phonemes.markup.sounds import in_language
from dragoman.phonemes.markup.stretch import Stretch
from dragoman.phonemes.portuguese import pronounce as portuguese
from dragoman.phonemes.portuguese.words import PORTUGUESE
from dragoman.phonemes.scan import MARKS, SPOKEN, Language, Piece, Rule, scan
from dragoman.phonemes.scripts import CHINESE_OR_JAPANESE_RUN, HANGUL_RUN, KANA_RUN
from dragoman.phonemes.sentences import Sentence, sentences
from dragoman.phonemes.spanish import pronounce as spanish
from dragoman.phonemes.spanish.words import SPANISH
from dragoman.phonemes.traced import Traced

CLAUSE_MS = 120
TABLES: Mapping[Language, Sequence[Rule]] = {
    "en": ENGLISH,
    "ko": KOREAN,
    "es": SPANISH,
    "fr": FRENCH,
    "it": ITALIAN,
    "pt": PORTUGUESE,
}
"""The rules by language; Japanese and Chinese are not read by a table alone."""
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
        self,
        text: str,
        language: str | None = None,
        region: Region = "us",
        longest: int = 160,
        *,
        pronunciations: Sequence[Pronunciation] | None = None,
        usual: str | None = None,
    ) -> Iterator[Chunk]:
        """Read `text` to chunks, in order, none of them longer than `longest` symbols.

        Markup in the text (room `markup`) is not said. Where there are `pronunciations`, nothing
        is markup, and they say how some words sound. `usual` is the language of a text that does
        not show its own. Every letter and digit that is no markup is in one of the words. A text
        without letters, digits and signs that have a name gives no chunk.

        Raises:
            RequestInvalid: at once, for a language that is not spoken here.
        """
        parts = stretches(text) if pronunciations is None else unmarked(text, pronunciations)
        self.languages.check("".join(stretch.plain.text for stretch in parts), language)
        chosen = SPOKEN.get(language or "")
        chunks = self._chunks(parts, chosen, SPOKEN.get(usual or "", "en"), region)
        return (part for chunk in chunks for part in fit(chunk, longest, text))

    def _chunks(
        self,
        parts: Sequence[Stretch],
        language: Language | None,
        usual: Language,
        region: Region,
    ) -> Iterator[Chunk]:
        composed = [compose(stretch.plain) for stretch in parts]
        whole = "".join(each.text for each in composed)
        around = language or self.languages.of(whole, usual)
        speakers: Speakers = {**SPEAKERS, "en": self.english[region].phonemes}
        before_ms = 0
        for stretch, traced in zip(parts, composed, strict=True):
            own = SPOKEN.get(stretch.manner.language or "") or language
            after_ms = stretch.pause_ms
            for sentence in sentences(traced.text):
                words = traced.text[sentence.start : sentence.end]
                melody = own or self.languages.melody(whole, words, around)
                pieces = _pronounced(traced, sentence, stretch, melody, region)
                is_last = not traced.text[sentence.end :].strip()
                ending = "," if is_last and stretch.continues else "."
                chunk = assemble(tokens(pieces), speakers, melody, ending)
                if chunk is None:
                    continue
                pause_ms = _pause_ms(sentence, stretch) if is_last else sentence.pause_after_ms
                after_ms = 0 if is_last else after_ms
                yield replace(
                    moved(chunk, traced),
                    pause_after_ms=pause_ms,
                    pause_before_ms=before_ms,
                    rate=stretch.manner.rate,
                    gain_db=stretch.manner.gain_db,
                )
                before_ms = 0
            before_ms += after_ms


def _pause_ms(sentence: Sentence, stretch: Stretch) -> int:
    """The silence after the last sentence of a stretch."""
    usual = 0 if stretch.continues else sentence.pause_after_ms
    return max(usual, stretch.pause_ms)


def _pronounced(
    traced: Traced, sentence: Sentence, stretch: Stretch, melody: Language, region: Region
) -> list[Piece]:
    """The readings of a sentence; words with a pronunciation of the caller's have that one."""
    text = traced.text
    at = sentence.start
    found: list[Piece] = []
    for each in stretch.pronunciations_in(traced, sentence.start, sentence.end):
        if each.start < at:
            continue
        found += pieces_of(text, at, each.start, melody, region)
        said = in_language(each.phonemes, melody)
        found.append(Piece(each.start, each.end, text[each.start : each.end], melody, said))
        at = each.end
    return found + pieces_of(text, at, sentence.end, melody, region)


def pieces_of(
    text: str, start: int, end: int, melody: Language, region: Region = "us"
) -> list[Piece]:
    """The pieces of a sentence; runs in an East Asian script go by the rules of its language."""
    if melody == "ko":
        return _with_runs(text, (start, end), melody, region)
    found: list[Piece] = []
    for run in HANGUL_RUN.finditer(text, start, end):
        found += _with_runs(text, (start, run.start()), melody, region)
        found += pieces_of(text, run.start(), run.end(), "ko", region)
        start = run.end()
    return found + _with_runs(text, (start, end), melody, region)


def _with_runs(text: str, place: tuple[int, int], melody: Language, region: Region) -> list[Piece]:
    """The readings of a part of a sentence without Hangul."""
    start, end = place
    if melody == "ja":
        return _in_one(text, start, end, melody)
    script = KANA_RUN if melody == "zh" else CHINESE_OR_JAPANESE_RUN
    language = "ja" if melody == "zh" else languages.han_language(text)
    found: list[Piece] = []
    for run in script.finditer(text, start, end):
        found += _in_one(text, start, run.start(), melody, region)
        sounds = hanja.sounds(run[0]) if melody == "ko" else None
        if sounds is None:
            found += _in_one(text, run.start(), run.end(), language)
        else:
            found.append(Piece(run.start(), run.end(), sounds, "ko"))
        start = run.end()
    return found + _in_one(text, start, end, melody, region)


def _in_one(
    text: str, start: int, end: int, language: Language, region: Region = "us"
) -> list[Piece]:
    """The readings of a part of a sentence that is in one language."""
    if language == "ja":
        return japanese.pieces(text, start, end)
    if language == "zh":
        return chinese.pieces(text, start, end)
    british = language == "en" and region == "gb"
    return scan(text, start, end, BRITISH if british else TABLES[language], language)


def fit(chunk: Chunk, longest: int, text: str) -> Iterator[Chunk]:
    """Cut `chunk` of `text` into pieces of at most `longest` symbols, where a person breathes."""
    while len(chunk.phonemes) > longest and len(chunk.words) > 1:
        at, pause_ms = _cutting_point(chunk, longest, text)
        head, chunk = chunk.cut(at, pause_ms)
        if pause_ms and head.phonemes[-1] not in MARKS:
            head = replace(head, phonemes=head.phonemes + ",")  # the voice does not fall there
        yield head
    yield chunk


def _cutting_point(chunk: Chunk, longest: int, text: str) -> tuple[int, int]:
    """The number of the word to cut before, and the pause there in milliseconds.

    A mark in the second half of what fits is best, then where a clause or a phrase begins
    (`breath.py`); what is one place of the text ("$5") is only cut where nothing else is left.
    """
    words = chunk.words
    fitting = [at for at in range(1, len(words)) if words[at].first <= longest] or [1]
    good = [at for at in fitting if chunk.is_border(at)]
    later = [at for at in good if words[at].first >= longest // 2]
    for at in reversed(later):
        if chunk.phonemes[: words[at].first].rstrip()[-1] in ",;:—)":
            return at, CLAUSE_MS
    if not later:
        return (good or fitting)[-1], 0
    language = SPOKEN[chunk.language]
    said = [text[word.start : word.end] for word in words[: fitting[-1] + 1]]
    worths = [breath.worth(said, at, language) for at in later]
    best = max(worths)
    at = max(at for at, worth in zip(later, worths, strict=True) if worth == best)
    return at, CLAUSE_MS if best > breath.INSIDE else 0


def load(directory: Path) -> Reader:
    """Read the dictionaries and the network for unknown words from `directory`."""
    guesser = unknown.load(directory)
    lexicons = lexicon.load(directory)
    english: dict[Region, English] = {
        region: English(words, guesser) for region, words in lexicons.items()
    }
    return Reader(english, languages.load(english["us"].knows))
