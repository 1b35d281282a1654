"""From pieces of a sentence to its phonemes, with every word's place in both."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dragoman.phonemes.chunk import Chunk, Word
from dragoman.phonemes.english.pronounce import English
from dragoman.phonemes.korean import pronounce as korean
from dragoman.phonemes.scan import MARKS, Language, Piece

OPENING = frozenset("(“")
FINAL = frozenset(".!?…")
HANGUL = re.compile("[가-힣]")
PART = re.compile("[가-힣]+|,|[^가-힣,]+")
LONGEST_WORD = 100
"""Symbols; a longer word is cut, so that no chunk has to be longer than a model takes."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word to be said, or a mark; several words may come from one place ("$5")."""

    start: int
    end: int
    said: str
    language: Language


def tokens(pieces: Sequence[Piece]) -> list[Token]:
    """The words of `pieces` one by one; Korean pieces that touch are one word."""
    found: list[Token] = []
    for piece in pieces:
        for number, said in enumerate(piece.said.split()):
            for part in PART.findall(said):
                token = Token(piece.start, piece.end, part, _language(part, piece))
                if found and not number and _continues(found[-1], token):
                    last = found.pop()
                    token = Token(last.start, token.end, last.said + part, "ko")
                found.append(token)
    return found


def _language(said: str, piece: Piece) -> Language:
    """Of one word: an address in Korean text has Latin words in it, and the other way round."""
    if HANGUL.search(said):
        return "ko"
    return "en" if said.isalpha() or "'" in said else piece.language


def _continues(last: Token, token: Token) -> bool:
    """Whether both are Korean and written without a space."""
    return (
        last.end == token.start
        and last.language == token.language == "ko"
        and last.said not in MARKS
        and token.said not in MARKS
    )


def assemble(found: Sequence[Token], english: English, language: Language) -> Chunk | None:
    """The chunk of one sentence; None where there is nothing to say."""
    sounds = _sounds(found, english)
    phonemes = ""
    words: list[Word] = []
    pending = ""
    last: Token | None = None
    for token, sound in zip(found, sounds, strict=True):
        if token.said in MARKS:
            phonemes, pending = _mark(phonemes, pending, token.said)
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
        phonemes += "."
    return Chunk(phonemes, language, words[0].start, words[-1].end, tuple(words), 0)


def _grows(last: Token, token: Token) -> bool:
    """Whether `token` is a Korean ending of an English word, or an English word in a Korean one."""
    return last.end == token.start and last.language != token.language


def _mark(phonemes: str, pending: str, mark: str) -> tuple[str, str]:
    """`phonemes` and what is to stand before the next word, after one more mark."""
    opens = mark in OPENING or (mark == '"' and phonemes.count('"') % 2 == 0)
    if opens:
        return phonemes, pending + mark
    if not phonemes or pending:
        return phonemes, ""  # nothing said yet that it could end
    if phonemes[-1] in MARKS and mark not in '")”' and phonemes[-1] not in '")”':
        return (phonemes[:-1] + mark if mark in FINAL else phonemes), ""
    return phonemes + mark, ""


def _sounds(found: Sequence[Token], english: English) -> list[str]:
    """The phonemes of each token ("" for marks), runs of one language said together."""
    sounds = [""] * len(found)
    spoken = [at for at, token in enumerate(found) if token.said not in MARKS]
    in_english = [at for at in spoken if found[at].language == "en"]
    said = english.phonemes([found[at].said for at in in_english])
    for at, sound in zip(in_english, said, strict=True):
        sounds[at] = sound
    for run in _korean_runs(found):
        for at, sound in zip(run, korean.phonemes([found[at].said for at in run]), strict=True):
            sounds[at] = sound
    return sounds


def _korean_runs(found: Sequence[Token]) -> list[list[int]]:
    """Korean words that follow each other without a mark between."""
    runs: list[list[int]] = [[]]
    for at, token in enumerate(found):
        if token.said in MARKS or token.language != "ko":
            runs.append([])
        else:
            runs[-1].append(at)
    return [run for run in runs if run]
