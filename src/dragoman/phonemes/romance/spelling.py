"""Spelling to sounds, by a table of spellings that are tried in order at each place of a word."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

VOWELS = frozenset("aeiouyɑɐæɛɔəɨɪʊøœIAYOWQ")
"""Symbols that may carry stress, besides the letters of the table."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """Letters, with those that must stand around them, and their symbols ("": silent)."""

    letters: re.Pattern[str]
    sound: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A sound of a word, `word[start:end]`; `nucleus` is where its vowel is, −1 for a consonant."""

    start: int
    end: int
    sound: str
    nucleus: int


def spellings(table: str) -> tuple[Spelling, ...]:
    """Read a table with a line for each spelling: a regular expression and the symbols.

    A dot before the symbols: they make no syllable, whatever vowel is among them.
    Symbols come apart (NFD): a nasal vowel is a vowel and a tilde.
    """
    sounds: list[Spelling] = []
    for line in table.strip().splitlines():
        letters, sound = line.split()
        sound = "" if sound == "-" else unicodedata.normalize("NFD", sound)
        sounds.append(Spelling(re.compile(letters), sound))
    return tuple(sounds)


def units(word: str, table: Sequence[Spelling]) -> list[Unit]:
    """The sounds of `word`, in order; letters that are not in the table are silent."""
    sounds: list[Unit] = []
    at = 0
    while at < len(word):
        for spelling in table:
            match = spelling.letters.match(word, at)
            if match is not None and match.end() > at:
                sound = spelling.sound.removeprefix("·")
                nucleus = -1 if sound != spelling.sound else _nucleus(sound)
                sounds.append(Unit(at, match.end(), sound, nucleus))
                at = match.end()
                break
        else:
            at += 1
    return sounds


def nuclei(sounds: Sequence[Unit]) -> list[int]:
    """The numbers of the units that are the middle of a syllable."""
    return [number for number, unit in enumerate(sounds) if unit.nucleus >= 0]


def stressed(sounds: Sequence[Unit], main: int, secondary: Sequence[int] = ()) -> list[Unit]:
    """`sounds` with a mark before the vowel of unit `main`, and weaker ones in `secondary`."""
    marks = {main: "ˈ"} | {number: "ˌ" for number in secondary if number != main}
    marked = list(sounds)
    for number, mark in marks.items():
        unit = sounds[number]
        if unit.nucleus >= 0:
            sound = unit.sound[: unit.nucleus] + mark + unit.sound[unit.nucleus :]
            marked[number] = replace(unit, sound=sound)
    return marked


def rhythm(sounds: Sequence[Unit], main: int) -> list[int]:
    """The weaker stresses of a long word: every second syllable before the stressed one."""
    syllables = nuclei(sounds)
    return [syllables[at] for at in range(0, syllables.index(main) - 1, 2)]


def joined(sounds: Sequence[Unit]) -> str:
    """The symbols of all units."""
    return "".join(unit.sound for unit in sounds)


def _nucleus(sound: str) -> int:
    return next((at for at, sign in enumerate(sound) if sign in VOWELS), -1)
