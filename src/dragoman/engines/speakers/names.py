"""Who says each piece: by name where the voice is known, by letter elsewhere."""

from collections.abc import Iterator, Sequence
from itertools import count
from string import ascii_uppercase

import numpy as np

from dragoman.engines.speakers.groups import Voices
from dragoman.engines.speakers.networks import Voice

ALIKE = 0.45
"""Likeness from which a voice is taken for a known one; see docs/rooms/speakers.md."""


def named(
    voices: Sequence[Voice], speakers: Voices, known: Sequence[tuple[str, Voice]]
) -> list[str]:
    """The name of who speaks with each of the `voices`, which are in the order of their times.

    Every one is given to the speaker most alike. Speakers who are most like the same known voice
    are one; a known voice that is no speaker's (who says one word) is one beside them.
    """
    names = [_known(speaker, known) for speaker in speakers]
    beside = [(name, voice) for name, voice in known if name not in names]
    fresh = _letters({name for name, _ in known})
    letters: dict[int, str] = {}
    found: list[str] = []
    for voice in voices:
        likeness = speakers @ voice
        best = int(likeness.argmax())
        other = _known(voice, [pair for pair in beside if pair[1] @ voice > likeness[best]])
        name = other or names[best]
        if name is None:
            if best not in letters:
                letters[best] = next(fresh)
            name = letters[best]
        found.append(name)
    return found


def _known(voice: Voice, known: Sequence[tuple[str, Voice]]) -> str | None:
    likeness = [float(np.dot(voice, other)) for _, other in known]
    best = max(likeness, default=-1.0)
    return known[likeness.index(best)][0] if best >= ALIKE else None


def _letters(used: set[str]) -> Iterator[str]:
    """A … Z, AA, AB …, without names that are known speakers'."""
    for number in count():
        letters, rest = "", number + 1
        while rest:
            rest, letter = divmod(rest - 1, len(ascii_uppercase))
            letters = ascii_uppercase[letter] + letters
        if letters not in used:
            yield letters
