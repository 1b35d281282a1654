"""The prompt, given back: what a recogniser writes where there are voices and no words."""

import re
from difflib import SequenceMatcher
from typing import Final

from dragoman.engines.whisper_ct2.doubt import bare

NEARLY = 0.8
"""The share of a sentence that stands in the prompt in one piece, and makes it an echo of it."""

ALIKE = 0.5
"""How much two texts of the same sound have in common, at least, however names are spelled."""

SHORTEST = 3
"""Signs: less is said often enough by itself."""

LONGEST = 2000
"""Characters of a text, and of a prompt, that are compared: more than a window or a prompt has."""

_SENTENCES: Final = re.compile(r"[.?!…。？！,，、;:\n]+\s*")


def echoed(text: str, given: str) -> bool:
    """Whether every sentence of `text` is nearly a part of what was `given` before it."""
    known = bare(given[-LONGEST:])
    said = [bare(sentence) for sentence in _SENTENCES.split(text[:LONGEST])]
    sentences = dict.fromkeys(sentence for sentence in said if sentence)
    return len("".join(sentences)) >= SHORTEST and all(
        _part(sentence, known) for sentence in sentences
    )


def alike(one: str, other: str) -> bool:
    """Whether two texts may be of the same words."""
    letters = [bare(text[:LONGEST]).replace(" ", "") for text in (one, other)]
    return SequenceMatcher(None, *letters, autojunk=False).ratio() >= ALIKE


def _part(sentence: str, known: str) -> bool:
    match = SequenceMatcher(None, sentence, known, autojunk=False).find_longest_match()
    return match.size >= NEARLY * len(sentence)
