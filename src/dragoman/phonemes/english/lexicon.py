"""Words and their phonemes, as misaki's dictionaries give them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeAlias

Region: TypeAlias = Literal["us", "gb"]
Entry: TypeAlias = str | Mapping[str, str | None]
"""Phonemes; or phonemes by part of speech ("NOUN", "VERB", "VBD" …), "DEFAULT" among them.

None: spelled out letter by letter in that part.
"""

SYMBOLS = str.maketrans({"ɾ": "T", "ʔ": "t"})
"""Kokoro's symbol table writes the American flap as T, and has no use for the glottal stop."""


class Lexicon:
    """The dictionary of one region: checked entries first, then the longer, unchecked list."""

    def __init__(self, gold: Mapping[str, Entry], silver: Mapping[str, str]) -> None:
        self._gold = gold
        self._silver = silver

    def find(self, word: str) -> Entry | None:
        """The entry for `word`, as it is written or else with the usual capitals."""
        lower = word.lower()
        for form in dict.fromkeys((word, lower, lower.capitalize())):
            entry = self._gold.get(form)
            if entry is not None:
                return entry
        for form in dict.fromkeys((word, lower, lower.capitalize())):
            entry = self._silver.get(form)
            if entry is not None:
                return entry
        return None

    def knows_exactly(self, word: str) -> bool:
        """Whether `word` is listed with just these capitals ("NASA")."""
        return word in self._gold

    def letter(self, letter: str) -> str:
        """The name of a letter from A to Z."""
        entry = self._gold[letter.upper()]
        return entry if isinstance(entry, str) else entry["DEFAULT"] or ""


def load(directory: Path, region: Region) -> Lexicon:
    """Read `us_gold.json` and `us_silver.json`, or `gb_…`."""
    gold: Mapping[str, Entry] = json.loads((directory / f"{region}_gold.json").read_bytes())
    silver: Mapping[str, str] = json.loads((directory / f"{region}_silver.json").read_bytes())
    return Lexicon(gold, silver)


def as_spoken(phonemes: str) -> str:
    """An entry's phonemes in Kokoro's symbols."""
    return phonemes.translate(SYMBOLS)
