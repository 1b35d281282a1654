"""The words that a text uses, and which words of another text are among them.

Endings, accents and compounds may differ. Words of a script that the user does not write in cannot
be compared: he has said the same in his own, and the model has translated it.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter

_WORD = re.compile(r"[^\W\d_]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ACCENT = re.compile("[\u0300-\u036f\u064b-\u0652]")
_BARE = str.maketrans("łøđıæœ", "lodiao")
_ENDING = 2
"""Letters at the end of a word that may differ, as long as `_STEM` are left."""
_STEM = 3
_LONG = 5
"""Letters of a word that is looked for in others written together."""
_LONGEST = 64
"""Letters of a word that are looked at."""
USUAL = 1 / 3
"""The share of the user's words in a script that he writes in."""
_TOGETHER = frozenset(("CJK", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR"))
"""Scripts of languages in which words of two letters are usual, or stand without spaces."""


def normal(text: str) -> str:
    """Text in small letters, of the usual width and without accents."""
    apart = unicodedata.normalize("NFKD", _HUMP.sub(" ", text))
    return unicodedata.normalize("NFC", _ACCENT.sub("", apart)).casefold().translate(_BARE)


def words(text: str) -> list[str]:
    """The words of a text, as `normal`."""
    return _WORD.findall(normal(text))


def script(word: str) -> str:
    """The script that a word is written in; Chinese and Japanese are one."""
    name = unicodedata.name(word[0], "").partition(" ")[0]
    return "CJK" if name in ("HIRAGANA", "KATAKANA") else name


class Wording:
    """The words of a text."""

    def __init__(self, text: str, own: str) -> None:
        """`own`: what the user said himself; `text`: all else."""
        said, others = words(own), words(text)
        used = sorted({*said, *others})
        self._sorted = used
        self._stems = {
            word[:-1] if word[-1] in "ey" else word for word in used if len(word) > _STEM
        }
        self._lines = "\n".join(used)
        self._run = "".join((*said, *others))
        scripts = Counter(map(script, said or used))
        self._scripts = {name for name, n in scripts.items() if n >= USUAL * scripts.total()}

    def comparable(self, word: str) -> bool:
        """Whether the user could have said a word: it is of a script that he writes in."""
        return script(word) in self._scripts

    def hold(self, word: str) -> bool:
        """Whether a word is one of those used, but for its ending."""
        if script(word) in _TOGETHER:
            return self._has_part(word, 2)
        if not word.isascii():
            return self._has_part(word, max(_STEM, len(word) - _STEM))
        stem = word[: max(_STEM, len(word) - _ENDING)]
        at = bisect_left(self._sorted, stem)
        if at < len(self._sorted) and self._sorted[at].startswith(stem):
            return True
        if any(word[:size] in self._stems for size in range(_STEM, len(word) + 1)):
            return True
        return len(word) >= _LONG and word in self._run

    def _has_part(self, word: str, size: int) -> bool:
        """Whether so many letters of `word`, one after the other, are in a word that is used."""
        most = min(len(word), _LONGEST)
        return any(word[at : at + size] in self._lines for at in range(max(1, most - size + 1)))
