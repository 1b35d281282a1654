"""Language identification of a text: by its letters and by py3langid's statistics.

py3langid knows 140 languages offline. Asked which of all it is, a text of three words is often
taken for a neighbour (Luxembourgish for English); asked which of two, seldom. What a translation
has to show is just that: that it is in the language asked for and not in the one it came from.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol

import anyio
import anyio.to_thread

ALPHABETS: Mapping[str, frozenset[str]] = {
    language: frozenset(alphabets.split())
    for alphabets, languages in (
        ("HANGUL", "ko"),
        ("HIRAGANA KATAKANA CJK IDEOGRAPHIC", "ja"),
        ("CJK IDEOGRAPHIC", "zh yue"),
        ("CYRILLIC", "ru uk be bg mk ba kk mn tg tt"),
        ("CYRILLIC LATIN", "sr"),
        ("ARABIC", "ar fa ur ps sd"),
        ("HEBREW", "he yi"),
        ("GREEK", "el"),
        ("THAI", "th"),
        ("DEVANAGARI", "hi mr ne sa"),
        ("BENGALI", "bn as"),
        ("TAMIL", "ta"),
        ("TELUGU", "te"),
        ("KANNADA", "kn"),
        ("MALAYALAM", "ml"),
        ("GUJARATI", "gu"),
        ("GURMUKHI", "pa"),
        ("SINHALA", "si"),
        ("LAO", "lo"),
        ("KHMER", "km"),
        ("MYANMAR", "my"),
        ("TIBETAN", "bo"),
        ("GEORGIAN", "ka"),
        ("ARMENIAN", "hy"),
        ("ETHIOPIC", "am"),
    )
    for language in languages.split()
}
"""A map from language to the first words of the Unicode names of its letters; all others are
Latin."""

LATIN = frozenset({"LATIN"})

OWN = 0.9
"""The share of letters that must be of a Latin language's own alphabet."""

WITH_NAMES = 0.5
"""The same share for other languages, in which names and brands stay Latin."""

DOUBT = 2.0
"""The logarithm by which a text may be likelier to be of the other language, and still pass.

Of English texts of one to three words 2 % are then refused for another language, of longer ones one
in a thousand; `bench/identifying.py`.
"""

SURE, WORDS = 8.0, 4
"""The logarithm by which a text has to be likelier, and the words that it must have, to be believed
to be in another language."""

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


class Statistics(Protocol):
    """The part of py3langid, which is untyped, that is used here."""

    def rank(self, text: str) -> Sequence[tuple[str, float]]:
        """The languages, the likeliest first, each with the logarithm of its likelihood."""
        ...


class Identifier:
    """Tells languages apart. The statistics take a second and 100 MB: loaded on first use."""

    def __init__(self) -> None:
        self._loaded: Statistics | None = None
        self._loading = anyio.Lock()

    async def passes(self, text: str, language: str, instead_of: Collection[str] = ()) -> bool:
        """Whether `text` can be in `language` rather than in one of the others (ISO-639-1).

        Text without letters can be in any.
        """
        letters = _letters(text)
        if not letters:
            return True
        least = WITH_NAMES if language in ALPHABETS else OWN
        if _share(letters, language) < least:
            return False
        worth = await self._worth(text)
        if language not in worth:
            return True
        others = [worth[other] for other in instead_of if other in worth and other != language]
        return worth[language] + DOUBT >= max(others, default=worth[language])

    async def surely(self, text: str, language: str, instead_of: str) -> bool:
        """Whether `text` is in `language` without doubt, and not in the other."""
        letters = _letters(text)
        if not letters or _share(letters, language) < OWN:
            return False
        apart = _share(letters, instead_of) == 0
        if apart and language in ALPHABETS:
            return True
        if len(WORD.findall(text)) < WORDS:
            return False
        worth = await self._worth(text)
        if apart or instead_of not in worth:
            return language == max(worth, key=worth.__getitem__)
        return worth.get(language, float("-inf")) > worth[instead_of] + SURE

    async def other(self, text: str, language: str, possible: Collection[str]) -> str | None:
        """The possible language of a text that surely is not in `language`; None: there is none."""
        worth = await self._worth(text)
        likeliest = max(possible, key=lambda code: worth.get(code, float("-inf")), default=None)
        if likeliest is None or likeliest == language:
            return None
        return likeliest if await self.surely(text, likeliest, language) else None

    async def _worth(self, text: str) -> Mapping[str, float]:
        """Language → logarithm of how likely `text` is in it."""
        async with self._loading:
            if self._loaded is None:
                self._loaded = await anyio.to_thread.run_sync(_load)
        return dict(self._loaded.rank(text))


def _load() -> Statistics:
    library: Any = import_module("py3langid.langid")
    return library.LanguageIdentifier.from_model_file(library.MODEL_FILE)


def _letters(text: str) -> list[str]:
    """The alphabet of every letter."""
    return [
        re.split(r"[ -]", unicodedata.name(sign, "?"), maxsplit=1)[0]
        for sign in text
        if sign.isalpha()
    ]


def _share(letters: list[str], language: str) -> float:
    alphabets = ALPHABETS.get(language, LATIN)
    return sum(letter in alphabets for letter in letters) / max(1, len(letters))
