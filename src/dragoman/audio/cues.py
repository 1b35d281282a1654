"""Cues that can be read: segments cut at words, pauses and ends of sentences."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from dragoman.domain.transcription import Segment
from dragoman.domain.written import divided

LINES = 2
"""The most lines of one cue."""

PAUSE_S = 0.8
"""Quiet between two words that begins a new cue."""

ENDS = tuple(".?!…。？！")
"""Signs that end a sentence."""


ABBREVIATED = re.compile(r"\b(?:[^\W\d_]\.){2,}$")
"""Letters with a full stop each."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One line of text, to be wrapped; seconds from the beginning."""

    text: str
    start_s: float
    end_s: float


def cues(
    segments: Iterable[Segment], width: int, chars_per_second: float | None = None
) -> list[Cue]:
    """Cut segments into cues of at most `LINES` lines of `width` characters.

    A segment without words is taken to be spoken evenly. With `chars_per_second` a cue stays as
    long as its text takes to be read, but never into the next one.
    """
    cut = [cue for segment in segments for cue in _cut(_words(segment), width)]
    if chars_per_second is None:
        return cut
    following = [cue.start_s for cue in cut[1:]]
    return [
        replace(cue, end_s=max(cue.end_s, min(cue.start_s + len(cue.text) / chars_per_second, to)))
        for cue, to in zip(cut, [*following, float("inf")], strict=True)
    ]


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` characters, broken between words, two of them about equally long.

    Text without spaces is broken where the line is full, but not within a number or a word of
    another script; only a word that is longer than a line is.
    """
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.extend(_filled(word, width))
    if len(lines) == 2 and " ".join(lines) == " ".join(text.split()):
        return _even(" ".join(lines))
    return lines


def _filled(word: str, width: int) -> Iterator[str]:
    """Yield the lines of one word, which may be longer than a line."""
    line = ""
    for part in divided(word):
        if line and len(line) + len(part) > width:
            yield line
            line = ""
        line += part
        while len(line) > width:
            yield line[:width]
            line = line[width:]
    if line:
        yield line


def _even(text: str) -> list[str]:
    """Break `text` into two lines of which the longer one is as short as can be."""
    breaks = [at for at, sign in enumerate(text) if sign == " "]
    best = min(breaks, key=lambda at: max(at, len(text) - at - 1))
    return [text[:best], text[best + 1 :]]


def _words(segment: Segment) -> Iterator[Cue]:
    """Yield the words with the spaces between them, if there are any: Chinese has none."""
    if not segment.words:
        length = max(1, len(segment.text))
        pace_s = (segment.end_s - segment.start_s) / length
        at = 0
        for word in segment.text.split():
            at = segment.text.index(word, at)
            begun_s = segment.start_s + at * pace_s
            at += len(word)
            yield Cue(f" {word}", begun_s, segment.start_s + at * pace_s)
        return
    at = 0
    for word in segment.words:
        found = segment.text.find(word.text, at)
        space = " " if found < 0 or segment.text[at:found] else ""
        at = max(at, found + len(word.text))
        yield Cue(space + word.text, word.start_s, word.end_s)


def _ends(text: str) -> bool:
    """Tell whether a sentence ends with `text`; `a.m.` and `U.S.` need not end one."""
    return text.endswith(ENDS) and not ABBREVIATED.search(text)


def _cut(words: Iterable[Cue], width: int) -> Iterator[Cue]:
    cue: Cue | None = None
    for word in words:
        if cue is not None:
            longer = Cue(cue.text + word.text, cue.start_s, word.end_s)
            if (
                word.start_s - cue.end_s < PAUSE_S
                and not _ends(cue.text)
                and len(wrapped(longer.text, width)) <= LINES
            ):
                cue = longer
                continue
            yield cue
        cue = Cue(word.text.lstrip(), word.start_s, word.end_s)
    if cue is not None:
        yield cue
