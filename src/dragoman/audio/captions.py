"""Captions: spoken words gathered into what is read at a glance."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dragoman.domain.speech import SpokenWord

LONGEST = 80
"""Characters: two lines of a film's subtitles."""
SENTENCE_END = re.compile(r"[.!?…。！？‥\n]")


@dataclass(frozen=True, slots=True)
class Caption:
    """A piece of the text, and when it is heard."""

    start_s: float
    end_s: float
    text: str


def captions(
    text: str, words: Sequence[SpokenWord], shown: Callable[[int, int], str] | None = None
) -> list[Caption]:
    """All of `text` with its punctuation, cut at sentences and before `LONGEST` characters.

    `shown`: what is to be read of `text[start:stop]`, where that is not all of it. A text in which
    no word is spoken has no captions.
    """
    if not words:
        return []
    cuts: list[int] = []
    first = 0
    for at in range(1, len(words)):
        between = text[words[at - 1].end : words[at].start]
        is_long = words[at].end - words[first].start > LONGEST
        is_apart = words[at].start >= words[at - 1].end
        if is_apart and (is_long or SENTENCE_END.search(between)):
            cuts.append(at)
            first = at
    borders = [0, *(_border(text, words[at - 1].end, words[at].start) for at in cuts), len(text)]
    numbers = [0, *cuts, len(words)]
    return [
        Caption(
            words[begin].start_s,
            words[end - 1].end_s,
            (shown(start, stop) if shown else text[start:stop]).strip(),
        )
        for begin, end, start, stop in zip(numbers, numbers[1:], borders, borders[1:], strict=False)
    ]


def _border(text: str, end: int, start: int) -> int:
    """Find where the text between two words is cut: closing marks stay with the first word."""
    space = re.search(r"\s", text[end:start])
    return end + space.start() if space else start
