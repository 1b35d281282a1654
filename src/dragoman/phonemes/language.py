"""The language of a text, and whether it is spoken here.

Script decides where it can. Of Latin letters, py3langid's statistics and the commonest words
decide, and where both are unsure, the text around.
"""

import importlib.util
import re
from collections.abc import Callable, Mapping

from dragoman.domain.errors import RequestInvalid
from dragoman.domain.languages import LANGUAGES
from dragoman.phonemes import statistics
from dragoman.phonemes.clues import Clues, clues_of
from dragoman.phonemes.common_words import COMMON_WORDS, GREETINGS, UNSPOKEN_WORDS
from dragoman.phonemes.korean import hanja
from dragoman.phonemes.letters import READ, WORD, is_strange, script, unstyled_text
from dragoman.phonemes.scan import SPOKEN, Language
from dragoman.phonemes.scripts import IS_HAN, IS_HANGUL, IS_KANA, count, is_japanese
from dragoman.phonemes.statistics import Statistics

STRANGE_ROW = 4
"""The words in a row, in a script that cannot be read, for which a text is refused."""
LATIN: frozenset[Language] = frozenset({"en", "es", "fr", "it", "pt"})
UNREAD: Mapping[str, str] = {
    "CYRILLIC": "Cyrillic script",
    "ARABIC": "Arabic script",
    "HEBREW": "Hebrew",
    "DEVANAGARI": "Hindi",
    "THAI": "Thai",
    "GREEK": "Greek",
}
NAMES: Mapping[str, str] = {
    "de": "German (Deutsch)",
    "nl": "Dutch (Nederlands)",
    "pl": "Polish (polski)",
    "tr": "Turkish (Türkçe)",
    "cs": "Czech (čeština)",
    "sk": "Slovak (slovenčina)",
    "vi": "Vietnamese (Tiếng Việt)",
    "id": "Indonesian (Bahasa Indonesia)",
    "ro": "Romanian (română)",
    "hu": "Hungarian (magyar)",
    "da": "Danish (dansk)",
    "sv": "Swedish (svenska)",
    "no": "Norwegian (norsk)",
    "fi": "Finnish (suomi)",
    "hr": "Croatian (hrvatski)",
    "sl": "Slovenian (slovenščina)",
    "et": "Estonian (eesti)",
    "lv": "Latvian (latviešu)",
    "lt": "Lithuanian (lietuvių)",
    "ca": "Catalan (català)",
}
"""The languages in Latin script that are refused, with their own name."""
USUAL: Mapping[str, float] = {"es": 0.6, "fr": 0.3, "it": 0.1}
"""The logarithm by which a language that more people write is likelier: "un momento" is Spanish,
and Italian too."""
COMMON, GREETING = 2.5, 3.0
"""The weights, as logarithms of likelihood, of a common word, and of one that may stand alone."""
WRITINGS: tuple[tuple[str, tuple[str, ...], float], ...] = (
    ("[¿¡]", ("es",), 6.0),
    (r"R\$\s?\d", ("pt",), 6.0),
    (r"\b[Nn]\.?º", ("es", "pt"), 5.0),
    (r"\b[Nn]°\s?\d", ("fr", "it"), 4.0),
    (r"\d\.\d{3},\d|\d,\d{1,2}\s?(?:€|%|°|º|[kcm]?[gm]\b|[lh]\b)", ("es", "fr", "it", "pt"), 4.0),
    (r"\w\ [:;!?](?:\s|$)", ("fr",), 2.5),
)
"""Ways of writing, the languages that have them, and how much likelier those are then."""
OTHER_WORDS, KNOWN_WORDS, A_NAME = 5.0, 4.0, 10.0
"""The logarithms by which a language has to be likelier than the language around (English, if there
is none), without and with a word that is common there, and the extra one where the text may be a
name ("Los Angeles")."""
REST = 1.0
"""The logarithm by which the words after the first one may be less likely in the language that is
found."""
FOREIGN, UNENGLISH, UNENGLISH_SHORT, KNOWN = 2.0, 8.0, 12.0, 3.0
"""The logarithms by which a language that is not spoken here has to be likelier than any that is,
and than English (of one or two words, or with a word that is common there), to be refused."""

DICTIONARY = 20.0
"""The logarithm by which a language has to be likelier than English, where all words are English
too."""
FRAME, FRAME_WORD = 2, 4
"""The words without accents, or the letters of one common word, that tell the language of a
sentence in spite of its other words."""
ENGLISH_FRAME, ROMANCE_FRAME = 0.5, 3.0
"""The logarithms by which those words have to make English, or a language that has accents,
likelier than any that is not spoken."""


class Languages:
    """Finds the language of a text. Holds the statistics, which are loaded once.

    `knows` tells whether a word is in an English dictionary. A text of such words is English,
    however rare they are ("Pros & cons per request").
    """

    def __init__(self, likeness: Statistics, knows: Callable[[str], bool]) -> None:
        self._statistics = likeness
        self._knows = knows

    def of(self, text: str, around: Language = "en") -> Language:
        """The language whose melody `text` takes: by script, then by words and statistics.

        `around`: the language of the text that it stands in, or the voice's own.
        """
        return _by_script(text) or self._latin(text, around)

    def melody(self, text: str, sentence: str, around: Language) -> Language:
        """The language of a sentence of `text`, or of the text where the sentence does not tell."""
        if sum(map(str.isalpha, sentence)) <= 3:
            return around
        found = _by_script(sentence)
        if found is None:
            return self._latin(sentence, around if around in LATIN else self._latin(text, "en"))
        return han_language(text) if found == "zh" else found

    def check(self, text: str, language: str | None) -> None:
        """Refuse, by name, a language that cannot be spoken.

        Raises:
            RequestInvalid: the text, or the language asked for, is none that is spoken here.
        """
        _check_language(language)
        text = unstyled_text(text)
        foreign = (
            _foreign_script(text)
            or _hanja(text, language)
            or (self._foreign_words(text) if language is None else None)
        )
        if foreign is not None:
            raise _unspoken(*foreign)
        if (language == "ja" or IS_KANA.search(text)) and not speaks_japanese():
            raise RequestInvalid(
                "Japanese needs a dictionary that is not installed here. Where the server runs: "
                ".venv/bin/pip install 'haqumei>=0.12.3', then start it again.",
                param="input" if language is None else "x_language",
                code="unsupported_language",
            )

    def _latin(self, text: str, around: Language) -> Language:
        """The language of a text in Latin script: another than `around` has to be much likelier."""
        clues = clues_of(text).without_strangers
        around = around if around in LATIN else "en"
        if not clues.words:
            return around
        scores = self._scores(clues, text)
        best = max(LATIN, key=scores.__getitem__)
        is_known = len(clues.words) > 1 and any(
            word in COMMON_WORDS[best] for word in _lower(clues)
        )
        needed = (KNOWN_WORDS if is_known else OTHER_WORDS) + A_NAME * clues.is_name
        if scores[best] < scores[around] + needed or not self._holds(clues, text, best, around):
            return around
        return around if self._is_plainly(clues, text, around, best) else best

    def _foreign_words(self, text: str) -> tuple[str, str] | None:
        """A language in Latin script that is not spoken here, and where the text is in it."""
        if _by_script(text) is not None:
            return None
        clues = clues_of(text)
        if not clues.words:
            return None
        scores = self._scores(clues, text)
        best = max(LATIN, key=scores.__getitem__)
        other = max(UNSPOKEN_WORDS, key=scores.__getitem__)
        is_known = any(word in UNSPOKEN_WORDS[other] for word in _lower(clues))
        if not is_known and (clues.is_name or len(clues.words) == 1):
            return None
        least = UNENGLISH if len(clues.words) > 2 else UNENGLISH_SHORT
        beyond = scores[other] - scores["en"]
        is_near = scores[other] < scores[best] + FOREIGN or beyond < (KNOWN if is_known else least)
        if is_near or (not is_known and beyond < DICTIONARY and all(map(self._knows, clues.words))):
            return None
        is_sure = is_known or (
            self._holds(clues, text, other, "en") and self._is_foreign_throughout(clues, text)
        )
        if not is_sure or self._has_spoken_frame(clues, text):
            return None
        return NAMES[other], " ".join(text.split()[:4])[:40]

    def _holds(self, clues: Clues, text: str, language: str, around: str) -> bool:
        """Whether the rest, too, is rather `language` than `around`: "José manages Roma"."""
        rest = clues.without_first
        if rest is None:
            return True
        scores = self._scores(rest, text)
        return scores[language] > scores[around] - REST

    def _is_plainly(self, clues: Clues, text: str, around: Language, other: Language) -> bool:
        """Whether the words without accents are `around`: "He ordered crème brûlée" is English."""
        rest = clues.without_accents
        if len(rest.words) < FRAME or rest.words == clues.words:
            return False
        scores = self._scores(rest, text)
        return scores[around] > scores[other]

    def _has_spoken_frame(self, clues: Clues, text: str) -> bool:
        """Whether foreign words stand in a sentence that is spoken here: "Take bánh mì home".

        Such a word costs its own accuracy, not the whole text.
        """
        rest = clues.without_accents
        if not rest.words or rest.words == clues.words:
            return False
        scores = self._scores(rest, text)
        best = max(LATIN, key=scores.__getitem__)
        is_known = any(
            len(word) >= FRAME_WORD and word in COMMON_WORDS[best] for word in _lower(rest)
        )
        if not is_known and len(rest.words) < FRAME:
            return False
        least = ENGLISH_FRAME if best == "en" else ROMANCE_FRAME
        return scores[best] >= max(map(scores.__getitem__, UNSPOKEN_WORDS)) + least

    def _is_foreign_throughout(self, clues: Clues, text: str) -> bool:
        """Whether what is left without names is foreign, too: "Erdoğan met Orbán" is English."""
        parts = [clues.without_strangers]
        if clues.without_first is not None and not clues.words[0].isascii():
            parts.append(clues.without_first)
        return all(
            self._is_foreign(part, text)
            for part in parts
            if part.words and part.words != clues.words
        )

    def _is_foreign(self, clues: Clues, text: str) -> bool:
        """Whether some words are likelier in another language than in each that is spoken."""
        scores = self._scores(clues, text)
        if max(self._statistics.likelihoods(clues.text).values()) == 0:
            return scores["en"] == 0  # the statistics do not know them
        return max(map(scores.__getitem__, UNSPOKEN_WORDS)) > max(map(scores.__getitem__, LATIN))

    def _scores(self, clues: Clues, text: str) -> dict[str, float]:
        """How likely each language is, as a logarithm."""
        words = _lower(clues)
        scores = dict(self._statistics.likelihoods(clues.text))
        for code, common in (*COMMON_WORDS.items(), *UNSPOKEN_WORDS.items()):
            scores[code] += COMMON * sum(word in common for word in words)
        for code, alone in GREETINGS.items():
            scores[code] += GREETING * sum(word in alone for word in words)
        for code, more in USUAL.items():
            scores[code] += more
        for pattern, languages, more in WRITINGS:
            if re.search(pattern, text):
                for code in languages:
                    scores[code] += more
        return scores


def load(knows: Callable[[str], bool] = lambda _: False) -> Languages:
    """Read the statistics; it takes half a second."""
    return Languages(statistics.load((*COMMON_WORDS, *UNSPOKEN_WORDS)), knows)


def _lower(clues: Clues) -> list[str]:
    return [word.lower().replace("’", "'") for word in clues.words]


ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+|[\w.+-]+@[A-Za-z0-9.-]+")
"""An address, whose letters tell no language."""


def _by_script(text: str) -> Language | None:
    """The language that the script tells; None: it is Latin, or there is none.

    East Asian signs are a word or a syllable each: a quarter of them decides.
    """
    text = ADDRESS.sub(" ", text)
    hangul, kana, han = (count(script, text) for script in (IS_HANGUL, IS_KANA, IS_HAN))
    latin = sum(map(str.isalpha, text)) - hangul - kana - han
    if hangul and hangul >= kana + han and hangul * 4 > latin:
        return "ko"
    if (kana + han) * 4 > latin:
        return "ja" if kana or is_japanese(text) else "zh"
    return None


def han_language(text: str) -> Language:
    """The language of Chinese characters: Japanese beside kana, and in forms of Japan alone."""
    return "ja" if IS_KANA.search(text) or is_japanese(text) else "zh"


def _check_language(language: str | None) -> None:
    """Refuse a language that is asked for and not spoken."""
    if language is None or language in SPOKEN:
        return
    known = ", ".join(f"'{code}'" for code in SPOKEN)
    name = LANGUAGES.get(language.partition("-")[0].lower())
    called = f"{name.capitalize()} ('{language}')" if name else f"The language '{language}'"
    raise RequestInvalid(
        f"{called} cannot be spoken. Supported values are: {known}.",
        param="x_language",
        code="unsupported_value",
    )


def _unspoken(name: str, sample: str) -> RequestInvalid:
    return RequestInvalid(
        "This model speaks English, Korean, Spanish, French, Italian, Portuguese,"
        " Japanese and"
        f" Chinese; the input holds {name} ('{sample}').",
        param="input",
        code="unsupported_language",
    )


def speaks_japanese() -> bool:
    """Whether the Japanese dictionary is installed."""
    return importlib.util.find_spec("haqumei") is not None


def _foreign_script(text: str) -> tuple[str, str] | None:
    """A script that cannot be read, where most of the words, or four in a row, are in it.

    A single foreign word does not cost the text (`letters.py`).
    """
    strange: list[str] = []
    row = most = 0
    words = WORD.findall(text)
    for word in words:
        row = row + 1 if is_strange(word) else 0
        most = max(most, row)
        if row:
            strange.append(word)
    if not strange or (most < STRANGE_ROW and 2 * len(strange) < len(words)):
        return None
    of = next(of for sign in strange[0] if (of := script(sign)) not in READ and of)
    return UNREAD.get(of, f"{of.capitalize()} script"), strange[0][:20]


def _hanja(text: str, language: str | None) -> tuple[str, str] | None:
    """Chinese characters in Korean text whose Korean readings are not known here."""
    found = hanja.unknown(text)
    if found is None or IS_KANA.search(text) or (language or _by_script(text)) != "ko":
        return None
    return "Chinese characters in Korean text", text[found.start() :][:20].split(maxsplit=1)[0]
