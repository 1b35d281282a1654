"""Assembly of a sentence's phonemes from its pieces, with every word's place in both."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dragoman.phonemes.chunk import Chunk, Word
from dragoman.phonemes.scan import MARKS, Language, Piece
from dragoman.phonemes.scripts import EAST_ASIAN, HAN, IS_HANGUL, KANA

Speaker: TypeAlias = Callable[[Sequence[str]], list[str]]
"""A function from the words of one language to the phonemes of each; none of them is empty."""
Speakers: TypeAlias = Mapping[Language, Speaker]

OPENING = frozenset("(“")
FINAL = frozenset(".!?…")
PART = re.compile(f"[가-힣]+|[{HAN}{KANA}]+|,|[^가-힣{HAN}{KANA},]+")
LATIN: frozenset[Language] = frozenset({"en", "es", "fr", "it", "pt"})
LATIN_LETTER = re.compile("[A-Za-zÀ-ɏḀ-ỿ]")
LONGEST_WORD = 100
"""The most symbols of a word; a longer one is cut, so that no chunk is longer than a model
takes."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word to be said, or a mark; several words may come from one place ("$5")."""

    start: int
    end: int
    spoken: str
    language: Language
    phonemes: str = ""
    """The phonemes that the caller gave for the word; empty: none."""


def tokens(pieces: Sequence[Piece]) -> list[Token]:
    """The words of `pieces` one by one; Korean pieces that touch are one word."""
    tokens: list[Token] = []
    for piece in pieces:
        if piece.phonemes:
            tokens += [
                Token(piece.start, piece.end, piece.spoken, piece.language, word)
                for word in piece.phonemes.split()
            ]
            continue
        for number, word in enumerate(piece.spoken.split()):
            for part in PART.findall(word):
                token = Token(piece.start, piece.end, part, _language(part, piece))
                if tokens and not number and _continues(tokens[-1], token):
                    last = tokens.pop()
                    token = Token(last.start, token.end, last.spoken + part, "ko")
                tokens.append(token)
    return tokens


def _language(word: str, piece: Piece) -> Language:
    """Of one word: an address in Korean text has Latin words in it, and the other way round.

    What has no letter of its language's script is said in English, by its name.
    """
    if EAST_ASIAN.search(word):
        if IS_HANGUL.search(word):
            return "ko"
        return "ja" if piece.language == "ja" else "zh"
    if word in MARKS:
        return piece.language
    return piece.language if piece.language in LATIN and LATIN_LETTER.search(word) else "en"


def _continues(last: Token, token: Token) -> bool:
    """Whether both are Korean and written without a space."""
    return (
        last.end == token.start
        and last.language == token.language == "ko"
        and last.spoken not in MARKS
        and token.spoken not in MARKS
        and not last.phonemes
    )


def assemble(
    tokens: Sequence[Token], speakers: Speakers, language: Language, ending: str = "."
) -> Chunk | None:
    """The chunk of one sentence; None where there is nothing to say.

    `ending`: the mark at its end, where it has none.
    """
    sounds = _sounds(tokens, speakers)
    phonemes = ""
    words: list[Word] = []
    pending = ""
    last: Token | None = None
    for token, sound in zip(tokens, sounds, strict=True):
        if token.spoken in MARKS:
            phonemes, pending = _mark(phonemes, pending, token.spoken)
            continue
        if last is not None and not _grows(last, token):
            phonemes += " "
        phonemes += pending
        pending, last = "", token
        for at in range(0, len(sound), LONGEST_WORD):
            part = sound[at : at + LONGEST_WORD]
            first = len(phonemes)
            phonemes += part
            words.append(Word(token.start, token.end, first, first + len(part)))
    if not words:
        return None
    if phonemes[-1] not in MARKS:
        phonemes += ending
    return Chunk(phonemes, language, words[0].start, words[-1].end, tuple(words), 0)


def _grows(last: Token, token: Token) -> bool:
    """Whether `token` is a Korean ending of an English word, or an English word in a Korean one."""
    both = {last.language, token.language}
    return last.end == token.start and len(both) == 2 and "ko" in both


def _mark(phonemes: str, pending: str, mark: str) -> tuple[str, str]:
    """`phonemes` and what is to stand before the next word, after one more mark."""
    opens = mark in OPENING or (mark == '"' and phonemes.count('"') % 2 == 0)
    if opens:
        return phonemes, pending if mark in pending else pending + mark
    if not phonemes or pending:
        return phonemes, ""  # nothing said yet that it could end
    if len(phonemes) > 1 and phonemes[-1] in MARKS and phonemes[-2] in MARKS:
        return phonemes, ""  # two are enough
    if phonemes[-1] in MARKS and mark not in '")”' and phonemes[-1] not in '")”':
        return (phonemes[:-1] + mark if mark in FINAL else phonemes), ""
    return phonemes + mark, ""


def _sounds(tokens: Sequence[Token], speakers: Speakers) -> list[str]:
    """The phonemes of each token ("" for marks), runs of one language said together."""
    sounds = [token.phonemes for token in tokens]
    for run in _runs(tokens):
        words = [tokens[at].spoken for at in run]
        for at, sound in zip(run, speakers[tokens[run[0]].language](words), strict=True):
            sounds[at] = sound
    return sounds


def _runs(tokens: Sequence[Token]) -> list[list[int]]:
    """Words of one language that follow each other without a mark between.

    All that is English in a sentence is one run: its words look at neighbours beyond marks.
    """
    english: list[int] = []
    runs: list[list[int]] = [english]
    last: Language | None = None
    for at, token in enumerate(tokens):
        if token.spoken in MARKS or token.phonemes:
            last = None
            continue
        if token.language == "en":
            english.append(at)
        elif token.language == last:
            runs[-1].append(at)
        else:
            runs.append([at])
        last = token.language
    return [run for run in runs if run]
