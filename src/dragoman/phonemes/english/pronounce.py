"""English words to phonemes, one by one, with an eye on their neighbours."""

import re
import unicodedata
from collections.abc import Sequence

from dragoman.phonemes.english import foreign
from dragoman.phonemes.english.arpabet import phonemes
from dragoman.phonemes.english.capitals import is_word
from dragoman.phonemes.english.context import choose, part_of
from dragoman.phonemes.english.heteronyms import heteronym
from dragoman.phonemes.english.inflections import inflected, prefixed, with_s
from dragoman.phonemes.english.lexicon import Entry, Lexicon, as_spoken
from dragoman.phonemes.english.unknown import Guesser
from dragoman.phonemes.letters import Alphabet
from dragoman.phonemes.tables import listed

VOWELS = frozenset("AIOQWYaeiouæɑɒɔəɛɜɪʊʌᵻɐ")
SMALL_WORDS = {
    "the": ("ðə", "ði"),
    "a": ("ɐ", "ɐ"),
    "an": ("ɐn", "ɐn"),
    "to": ("tə", "tʊ"),
    "I": ("ˌI", "ˌI"),
}
"""The phonemes of small words before a consonant, and before a vowel."""
LETTERED = frozenset(
    listed("a an plan grade vitamin type class section option group team part exhibit hepatitis")
)
"""The words that a letter follows and not an article."""
NO_NOUNS = frozenset(listed("equals squared cubed divided is and or to by"))
"""The words that never follow an article."""
RESPELLED = {
    "json": "jason",
    "qwen": "kwen",
    "kubernetes": "koobernettees",
    "nginx": "engine X",
    "sql": "SQL",
    "github": "git hub",
    "wifi": "why fie",
    "youtube": "you tube",
    "iphone": "eye phone",
    "ipad": "eye pad",
    "ios": "eye O S",
    "macos": "mack O S",
    "openai": "open A I",
    "chatgpt": "chat G P T",
    "linux": "linnux",
    "ubuntu": "oo boon too",
    "pytorch": "pie torch",
    "numpy": "num pie",
    "www": "WWW",
    "http": "HTTP",
    "https": "HTTPS",
    "ok": "okay",
    "vs": "versus",
}
"""The names that neither the dictionaries nor the network say as people do."""

ALPHABET = Alphabet(frozenset())


class English:
    """The English of one region."""

    def __init__(self, lexicon: Lexicon, guesser: Guesser) -> None:
        self._lexicon = lexicon
        self._guesser = guesser

    def knows(self, word: str) -> bool:
        """Whether a word, or each part of it that a hyphen ends, is in a dictionary."""
        return all(self._lexicon.find(part) is not None for part in word.split("-") if part)

    def phonemes(self, words: Sequence[str]) -> list[str]:
        """The phonemes of each word of a sentence, in order; none of them empty."""
        plain = [self._in_english_letters(word) for word in words]
        lower = [word.lower() for word in plain]
        shouting = len(plain) > 2 and all(word.isupper() for word in plain if len(word) > 1)
        if shouting:
            plain = [word if len(word) == 1 else word.lower() for word in plain]
        said: list[str] = []
        for at in range(len(plain) - 1, -1, -1):
            after = said[-1].lstrip("ˈˌ")[:1] if said else ""
            said.append(as_spoken(self._in_context(plain, lower, at, next_sound=after)))
        return said[::-1]

    def _in_english_letters(self, word: str) -> str:
        """A word without accents; where no dictionary has it, by the spelling of its language."""
        plain = _plain(word)
        if word.lower() in foreign.KNOWN:
            return word
        if word.isascii() or word.islower() or plain.lower() in foreign.KNOWN:
            return plain
        return plain if self._lexicon.find(plain) else _plain(foreign.respelled(word) or word)

    def _in_context(self, words: list[str], lower: list[str], at: int, next_sound: str) -> str:
        word = words[at]
        if len(word) > 1 and word.isupper() and word.isalpha():
            reading = is_word(words, lower, at)
            if reading is not None and not reading:
                return self._spelled(word)
            word = lower[at] if reading else word
        vowel_next = next_sound in VOWELS if next_sound else False
        if word == "A" and _is_article(words, at):
            word = "a"
        known = self._by_neighbours(words, lower, at)
        if known:
            return known
        small = SMALL_WORDS.get(word) or SMALL_WORDS.get(lower[at] if len(word) > 1 else "")
        if small:
            return small[1] if vowel_next else small[0]
        entry = self._lexicon.find(word)
        if entry is not None and not isinstance(entry, str) and not _spells(word):
            after = lower[at + 1] if at + 1 < len(lower) else ""
            chosen = choose(lower[at], entry, part_of(lower, at), after)
            return chosen if chosen is not None else self._spelled(word)
        return self.word(word)

    def _by_neighbours(self, words: list[str], lower: list[str], at: int) -> str | None:
        """A name, a letter or a heteronym that the dictionaries do not tell from another word."""
        if words[at] == "a" and _is_letter(words, at):
            return self._lexicon.letter("a")
        phones = foreign.KNOWN.get(lower[at]) if words[at][:1].isupper() else None
        if phones:
            return phonemes(phones.split(), self._lexicon.region, lower[at])
        return heteronym(lower, at, self._lexicon.region)

    def word(self, word: str) -> str:
        """The phonemes of a word on its own: letters and apostrophes only."""
        respelled = RESPELLED.get(word.lower())
        if respelled is not None:
            return " ".join(self._simple(part) for part in respelled.split())
        return self._simple(word)

    def _simple(self, word: str) -> str:
        if len(word) == 1 and "a" <= word.lower() <= "z":
            return self._lexicon.letter(word)
        if word.isupper() and self._is_spelled(word):
            return self._spelled(word)
        if re.fullmatch(r"[A-Z]{2,}s", word):
            return with_s(self._initials(word[:-1]))
        known = (
            self._as_listed(word)
            or self._known(word)
            or inflected(word, self._known)
            or self._possessive(word)
        )
        if known:
            return known
        parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", word)
        if len(parts) > 1:
            return "".join(self.word(part) for part in parts)
        lower = word.lower()
        return self._compound(lower) or prefixed(lower, self._known) or self._guessed(word)

    def _known(self, word: str) -> str | None:
        return _usual(self._lexicon.find(word))

    def _as_listed(self, word: str) -> str | None:
        """A form of a word that misaki lists, where the CMU's differs in weak stresses alone.

        The voices were trained with misaki's: "borrowed" is "borrow" with a d.
        """
        if self._lexicon.listed(word) is not None:
            return None
        regular = inflected(word, lambda stem: _usual(self._lexicon.listed(stem)))
        known = self._known(word) if regular else None
        same = regular and known and regular.replace("ˌ", "") == known.replace("ˌ", "")
        return regular if same else None

    def _is_spelled(self, word: str) -> bool:
        if self._lexicon.knows_exactly(word) or not word.isalpha():
            return False
        return len(word) <= 3 or _spells(word) or (len(word) < 6 and not self._lexicon.find(word))

    def _initials(self, word: str) -> str:
        """Capitals with a plural's s: they are said as one only where the dictionary says so."""
        entry = self._lexicon.gold.get(word)
        return entry if isinstance(entry, str) else self._spelled(word)

    def _possessive(self, word: str) -> str | None:
        stem, apostrophe, end = word.rpartition("'")
        if not apostrophe or not stem:
            return None
        base = self.word(stem)
        if end.lower() == "s":
            return with_s(base)
        ends = {"ll": "ᵊl", "d": "d", "re": "əɹ", "ve": "əv", "m": "m", "t": "t"}
        return base + ends.get(end.lower(), self.word(end) if end else "")

    def _compound(self, word: str) -> str | None:
        """Two known words of at least four letters written as one; the first is stressed."""
        for border in range(len(word) - 4, 3, -1):
            head, tail = self._known(word[:border]), self._known(word[border:])
            if head and tail:
                return head + tail.replace("ˈ", "ˌ")
        return None

    def _guessed(self, word: str) -> str:
        letters = re.sub("[^a-z]", "", word.lower())
        if not letters:
            return " ".join(self._foreign(letter) for letter in word if letter.isalpha()) or "ə"
        if not re.search("[aeiouy]", letters):
            return self._spelled(letters)
        return self._by_network(letters)

    def _by_network(self, letters: str) -> str:
        return phonemes(self._guesser.phones(letters), self._lexicon.region, letters)

    def _foreign(self, letter: str) -> str:
        """A letter of another script, by its Unicode name: "α" is "alpha"."""
        name = unicodedata.name(letter, "letter").split()[-1].lower()
        return self._known(name) or self._by_network(re.sub("[^a-z]", "", name) or "letter")

    def _spelled(self, word: str) -> str:
        names = [self._lexicon.letter(sign) for sign in word if "a" <= sign.lower() <= "z"]
        if len(names) < 2:
            return "".join(names) or "ə"
        return "".join(name.replace("ˈ", "ˌ") for name in names[:-1]) + names[-1]


def _usual(entry: Entry | None) -> str | None:
    """An entry's phonemes, whatever part of speech it is."""
    return (entry or None) if entry is None or isinstance(entry, str) else entry["DEFAULT"]


def _plain(word: str) -> str:
    """Without accents: "naïve" as "naive"."""
    decomposed = unicodedata.normalize("NFKD", ALPHABET.spelled(word))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def _is_article(words: list[str], at: int) -> bool:
    """Whether the "A" at this place begins a sentence, and is no letter ("Plan A is", "A B C")."""
    follows = at + 1 < len(words) and words[at + 1][:1].islower()
    return follows and (at == 0 or words[at - 1].lower() not in LETTERED)


def _is_letter(words: list[str], at: int) -> bool:
    """Whether "a" is a letter, as in formulas and cells: no article stands before these."""
    after, later = [*words[at + 1 :], "", ""][:2]
    if after in {"plus", "minus", "times"}:
        return len(later) == 1
    return not after or after in NO_NOUNS or (len(after) == 1 and after.islower())


def _spells(word: str) -> bool:
    """Whether capitals without a vowel cannot be said as a word ("HTTP")."""
    return word.isupper() and len(word) > 1 and not re.search("[AEIOUY]", word)
