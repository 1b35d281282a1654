"""How English words are said, beside the CMU Pronouncing Dictionary.

    python bench/english_words.py KOKORO WORDS [--names NAMES] [--all] [--blind]

KOKORO: the directory of the installed model. WORDS: a file with a word a line, the commonest
first: `top_n_list("en", 120000)` of the package `wordfreq`, the first 60,000 of letters alone.
NAMES: the same of names with their capitals; the commonest of the US census are in the package
`names`. Neither package is needed for anything else.

A word agrees when one pronunciation of the CMU's has the same consonants, and the same vowel under
the main stress at the same place. Not told apart: weak vowels, flaps, weaker stresses, the w of
"annual", and the vowels of "cot" and "caught", which most Americans do not tell apart either.

`--blind`: as if that dictionary were not there, so that the rules for endings and the network are
measured. `--all`: every disagreement, not the first fifty.
"""

import argparse
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from dragoman.phonemes.english import cmudict, lexicon, unknown
from dragoman.phonemes.english.arpabet import american
from dragoman.phonemes.english.inflections import inflected
from dragoman.phonemes.english.lexicon import Lexicon
from dragoman.phonemes.english.pronounce import English

SAME = (
    ("ʔn", "tən"),
    ("ɾ", "t"),
    ("T", "t"),
    ("ʔ", "t"),
    ("ɔ", "ɑ"),
    ("hw", "w"),
    ("ju", "u"),
    ("ɜɹ", "əɹ"),
    ("ʊɹ", "əɹ"),
    ("iɹ", "ɪɹ"),
    ("ɛɹ", "æɹ"),
    ("ᵻ", "ə"),
    ("ᵊ", "ə"),
    ("ɐ", "ə"),
    ("nʧ", "nʃ"),
    ("ll", "l"),
    ("ɹɹ", "ɹ"),
)
WEAK = re.compile(r"(?<!ˈ)[ɪəʌɛæɑʊiuO]")
"""Vowels without the main stress: they are all one to the ear of this bench."""


def loosely(phonemes: str) -> str:
    plain = phonemes.replace("ˌ", "").replace(" ", "")
    for one, other in SAME:
        plain = plain.replace(one, other)
    if "ˈ" not in plain:
        plain = re.sub("([AIOQWYaeiouæɑɒɔəɛɜɪʊʌ])", r"ˈ\1", plain, count=1)
    return re.sub("[əw]", "", WEAK.sub("ə", plain.replace("əw", "")))


def way(words: Lexicon, word: str) -> str:
    """Where the phonemes of a word come from."""
    for name, entries in (("gold", words.gold), ("silver", words.silver)):
        if any(form in entries for form in (word, word.lower(), word.capitalize())):
            return name
    if word.lower() in words.cmu:
        return "cmudict"

    def known(stem: str) -> str | None:
        entry = words.find(stem)
        return entry if entry is None or isinstance(entry, str) else entry["DEFAULT"]

    return "ending" if inflected(word, known) else "parts or network"


def all_of(directory: Path) -> Mapping[str, Sequence[str]]:
    """Every pronunciation of every word."""
    found: dict[str, list[str]] = {}
    for line in (directory / cmudict.NAME).read_text(encoding="utf-8").splitlines():
        word, _, phones = line.partition("#")[0].strip().partition(" ")
        found.setdefault(re.sub(r"\(\d\)$", "", word), []).append(american(phones.split()))
    return found


def compare(
    english: English, words: Lexicon, listed: Sequence[str], cmu: Mapping[str, Sequence[str]]
) -> tuple[Counter[str], Counter[str], list[str]]:
    """Words by the way they are found, those that disagree, and these in full."""
    ways, wrong = Counter[str](), Counter[str]()
    lines: list[str] = []
    for word in listed:
        where = way(words, word)
        ways[where] += 1
        right = cmu.get(word.lower())
        if not right:
            ways["not in cmudict"] += 1
            continue
        said = english.word(word)
        if loosely(said) not in map(loosely, right):
            wrong[where] += 1
            lines.append(f"{word} ({where}): {said}, cmudict {', '.join(right)}")
    return ways, wrong, lines


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("kokoro", type=Path)
    parser.add_argument("words", type=Path)
    parser.add_argument("--names", type=Path)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--blind", action="store_true")
    asked = parser.parse_args()
    words = lexicon.load(asked.kokoro)["us"]
    if asked.blind:
        words = replace(words, cmu={})
    english = English(words, unknown.load(asked.kokoro))
    cmu = all_of(asked.kokoro)
    for path in filter(None, (asked.words, asked.names)):
        listed = path.read_text(encoding="utf-8").split()
        ways, wrong, lines = compare(english, words, listed, cmu)
        print(f"{path.name}: {len(listed)} words, {sum(wrong.values())} disagree")
        for where, count in ways.most_common():
            print(f"  {where}: {count}, of which disagree {wrong[where]}")
        print("\n".join(lines if asked.all else lines[:50]))


if __name__ == "__main__":
    main()
