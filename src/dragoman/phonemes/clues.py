"""Clues to the language of a text: its words, but for names, codes, addresses and numbers."""

import re
from dataclasses import dataclass

from dragoman.phonemes.tables import listed

LONGEST = 4096
"""The characters that are looked at: what comes later tells nothing new."""
CODE = re.compile(r"[\d_@/\\|=<>{}$~^`]|\w[.:]\w|\b\w\(")
"""The signs of a code, which no word of a language has in it."""
ODD_LETTER = re.compile("[^\\W\\d_a-zA-ZàâäæçéèêëîïôœùûüÿáíóúñìòãõÀÂÄÆÇÉÈÊËÎÏÔŒÙÛÜŸÁÍÓÚÑÌÒÃÕ]")
"""A letter that no language in Latin script that is spoken here writes: a name or a foreign word
has it."""
OPTION = re.compile("--?[A-Za-z]")
"""The beginning of an option of a command."""
UNITS = frozenset(listed("mi km in m cm mm ml l g kg mg lb oz ft yd h min s tsp pts"))
"""What behind a number is no word."""
JOINED = re.compile(r"(?<=[^\W\d_]{3})/(?=[^\W\d_]{3})(?![^\s]*[/.@])")
"""A stroke between two words."""
EDGES = ".,;:!?¿¡()[]\"“”«»„…'’‘*_#`~-–—•"
END = re.compile(r"[.!?:…]+[\"”»)*_]*$")
LETTERS_THAT_ARE_WORDS = frozenset("aàyeéoói")
PARTICLES = frozenset(
    listed("de del della di da do dos das von van der den het zu nad lui y e the of la le du des")
)
"""The particles inside of names, which are written small there."""


@dataclass(frozen=True, slots=True)
class Clues:
    """The words of a text that tell its language, and what speaks against believing them."""

    words: tuple[str, ...]
    """The words, without those that begin with a capital inside of a sentence."""
    is_name: bool
    """Whether all words begin with a capital, but for the particles of names."""

    @property
    def text(self) -> str:
        """The words in one line."""
        return " ".join(self.words)

    @property
    def without_first(self) -> "Clues | None":
        """The clues without a first word that may be a name ("José manages"); None: it has none."""
        may_be_name = len(self.words) > 1 and self.words[0][0].isupper()
        return Clues(self.words[1:], self.is_name) if may_be_name else None

    @property
    def without_strangers(self) -> "Clues":
        """The clues without names in letters of languages not spoken here: "Erdoğan", "Łódź"."""
        words = [word for word in self.words if word.islower() or not ODD_LETTER.search(word)]
        return Clues(tuple(words), self.is_name)

    @property
    def without_accents(self) -> "Clues":
        """The words in the letters of English, which every language that is spoken here has too."""
        return Clues(tuple(word for word in self.words if word.isascii()), self.is_name)


def clues_of(text: str) -> Clues:
    """The clues to the language of `text`, a sentence or more."""
    shouted = text.isupper()
    words: list[str] = []
    plain = names = 0
    first = True
    counted = False
    for token in re.sub(JOINED, " ", text[:LONGEST]).split():
        word = token.strip(EDGES)
        if not word:
            first = first or END.search(token) is not None
            continue
        is_unit, counted = counted and word in UNITS, word[-1].isdecimal()
        if _is_word(word, shouted=shouted) and not (is_unit or OPTION.match(token)):
            if shouted or first or not word[0].isupper():
                words.append(word)
            if word[0].isupper() and not shouted:
                names += 1
            elif word not in PARTICLES:
                plain += 1
        first = END.search(token) is not None and not _is_short(word)
    if all(len(word) == 1 for word in words):
        words = []  # letters of codes ("A to E")
    return Clues(tuple(words), names > 1 and not plain)


def _is_word(word: str, *, shouted: bool) -> bool:
    if CODE.search(word) or not any(map(str.isalpha, word)):
        return False
    if len(word) == 1:
        return word.lower() in LETTERS_THAT_ARE_WORDS
    return shouted or not word.isupper()


def _is_short(word: str) -> bool:
    """Whether a full stop after `word` may be that of an abbreviation or an initial."""
    return len(word) <= 4 and word[0].isupper()
