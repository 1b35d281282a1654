"""Hangul words to Kokoro's symbols, across word borders."""

from collections.abc import Sequence

from dragoman.phonemes.korean.phonology import pronounce
from dragoman.phonemes.korean.syllables import Syllable
from dragoman.phonemes.korean.symbols import symbols


def phonemes(words: Sequence[str]) -> list[str]:
    """The symbols of each word, in order; the words are said in one breath, as one phrase."""
    said = ["" for _ in words]
    owner = [number for number, word in enumerate(words) for _ in word + " "]
    before: Syllable | None = None
    for index, unit in enumerate(pronounce(" ".join(words))):
        if isinstance(unit, Syllable):
            said[owner[index]] += symbols(unit, before)
            before = unit
        else:
            before = None
    return said
