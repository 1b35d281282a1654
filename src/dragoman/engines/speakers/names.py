"""The name of the speaker of each piece: a known speaker's name, or a letter."""

from collections.abc import Iterator, Sequence
from itertools import count
from string import ascii_uppercase

import numpy as np

from dragoman.engines.speakers.clustering import Embeddings
from dragoman.engines.speakers.networks import Embedding

SIMILARITY_THRESHOLD = 0.45
"""A voice is a known one from this likeness on; see docs/rooms/speakers.md."""


def assigned_names(
    voices: Sequence[Embedding], speakers: Embeddings, known: Sequence[tuple[str, Embedding]]
) -> list[str]:
    """The speaker's name for each of the `voices`, which are in the order of their times.

    Each voice is assigned to the speaker that is most alike. Speakers who are most like the same
    known voice are one; a known voice that is no speaker's (who says one word) is one beside them.
    """
    names = [_known(speaker, known) for speaker in speakers]
    beside = [(name, voice) for name, voice in known if name not in names]
    fresh = _letters({name for name, _ in known})
    letters: dict[int, str] = {}
    names_of_voices: list[str] = []
    for voice in voices:
        likeness = speakers @ voice
        best = int(likeness.argmax())
        known_name = _known(voice, [pair for pair in beside if pair[1] @ voice > likeness[best]])
        name = known_name or names[best]
        if name is None:
            if best not in letters:
                letters[best] = next(fresh)
            name = letters[best]
        names_of_voices.append(name)
    return names_of_voices


def _known(voice: Embedding, known: Sequence[tuple[str, Embedding]]) -> str | None:
    likeness = [float(np.dot(voice, embedding)) for _, embedding in known]
    best = max(likeness, default=-1.0)
    return known[likeness.index(best)][0] if best >= SIMILARITY_THRESHOLD else None


def _letters(reserved: set[str]) -> Iterator[str]:
    """Names A … Z, AA, AB …, without those that are reserved for known speakers."""
    for number in count():
        letters, rest = "", number + 1
        while rest:
            rest, letter = divmod(rest - 1, len(ascii_uppercase))
            letters = ascii_uppercase[letter] + letters
        if letters not in reserved:
            yield letters
