"""Words and their phonemes, as misaki's dictionaries give them, then as the CMU's does."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from dragoman.phonemes.english import cmudict
from dragoman.phonemes.english.arpabet import Region, phonemes
from dragoman.phonemes.english.preferred import NAMES, WORDS, is_preferred

Entry: TypeAlias = str | Mapping[str, str | None]
"""An entry: phonemes, or phonemes by part of speech ("NOUN", "VERB", "VBD" …), "DEFAULT" among
them. None: spelled out letter by letter as that part of speech."""

SYMBOLS = str.maketrans({"ɾ": "T", "ʔ": "t"})
"""Kokoro's symbol table writes the American flap as T, and has no use for the glottal stop."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The dictionary of one region: checked entries, the longer, unchecked list, then the CMU's.

    Slips of the first, and names that are other words there ("beth", a letter), are the CMU's.
    """

    gold: Mapping[str, Entry]
    silver: Mapping[str, str]
    cmu: Mapping[str, str] = field(default_factory=dict[str, str])
    """The CMU's entries, in symbols of their own: only of words that neither of the others has, and
    of names."""
    region: Region = "us"

    def find(self, word: str) -> Entry | None:
        """The entry for `word`, as it is written or else with the usual capitals."""
        lower = word.lower()
        if is_preferred(word, self.region) and lower in self.cmu:
            return self._of_cmu(lower)
        listed = self.listed(word)
        return listed if listed is not None else self._of_cmu(lower)

    def listed(self, word: str) -> Entry | None:
        """The entry for `word` in misaki's dictionaries."""
        lower = word.lower()
        for entries in (self.gold, self.silver):
            for form in dict.fromkeys((word, lower, lower.capitalize())):
                entry = entries.get(form)
                if entry is not None:
                    return entry
        return None

    def _of_cmu(self, lower: str) -> str | None:
        phones = self.cmu.get(lower)
        return phonemes(phones.split(), self.region, lower) if phones else None

    def knows_exactly(self, word: str) -> bool:
        """Whether `word` is listed with just these capitals ("NASA")."""
        return word in self.gold

    def letter(self, letter: str) -> str:
        """The name of a letter from A to Z."""
        entry = self.gold[letter.upper()]
        return entry if isinstance(entry, str) else entry["DEFAULT"] or ""


def load(directory: Path) -> Mapping[Region, Lexicon]:
    """Read `us_gold.json`, `us_silver.json`, `gb_…` and `cmudict.txt`."""

    def read(name: str) -> dict[str, Entry]:
        entries: dict[str, Entry] = json.loads((directory / f"{name}.json").read_bytes())
        return entries

    regions: tuple[Region, ...] = ("us", "gb")
    gold = {region: read(f"{region}_gold") for region in regions}
    silver = {region: _strings(read(f"{region}_silver")) for region in regions}

    def is_wanted(word: str) -> bool:
        forms = word, word.capitalize()
        known = (
            any(form in gold[region] or form in silver[region] for form in forms)
            for region in regions
        )
        return word in NAMES or word in WORDS or not all(known)

    cmu = cmudict.load(directory, is_wanted)
    return {region: Lexicon(gold[region], silver[region], cmu, region) for region in regions}


def _strings(entries: Mapping[str, Entry]) -> Mapping[str, str]:
    return {word: entry for word, entry in entries.items() if isinstance(entry, str)}


def as_spoken(phonemes: str) -> str:
    """The phonemes of an entry in Kokoro's symbols."""
    return phonemes.translate(SYMBOLS)
