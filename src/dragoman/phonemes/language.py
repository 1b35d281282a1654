"""Which language a text is in, and whether we speak it."""

import re
import unicodedata
from collections.abc import Mapping

from dragoman.domain.errors import RequestInvalid
from dragoman.phonemes.scan import Language
from dragoman.phonemes.tables import listed

SPOKEN: Mapping[str, Language] = {"en": "en", "ko": "ko"}
NAMES: Mapping[str, str] = {
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "CJK": "Chinese characters",
    "CYRILLIC": "Cyrillic script",
    "ARABIC": "Arabic script",
    "HEBREW": "Hebrew",
    "DEVANAGARI": "Hindi",
    "THAI": "Thai",
    "GREEK": "Greek",
}
COMMON_WORDS: Mapping[str, frozenset[str]] = {
    name: frozenset(listed(words))
    for name, words in {
        "French": "le la les des est une dans pour que qui pas vous nous avec sur je il elle sont"
        " et bonjour merci très mais ce cette c'est",
        "Spanish": "el la los las es una por para que con del no está son y como pero más muy hola"
        " gracias usted yo ella buenos días cómo",
        "German": "der die das ist und nicht ein eine mit für auf dem den ich sie wir zu von auch"
        " guten tag danke wie sind haben",
        "Italian": "il lo gli è una per che con non del della sono di e questo ciao grazie come ma"
        " buongiorno molto anche",
        "Portuguese": "o os um uma não com para que do da em é são você obrigado olá muito mas como"
        " bom dia eu ele",
        "Dutch": "de het een van en niet is dat ik je met voor op zijn maar goed dank hallo ook",
    }.items()
}
ENGLISH_WORDS = frozenset(
    listed(
        "the a an is are was were of to and in on at for with that this it you he she we they"
        " i not my"
        " your be have has do does will would can what how who there from by as or but if so no yes"
        " hello please thank thanks good"
    )
)


def is_hangul(sign: str) -> bool:
    """Whether `sign` is a Hangul syllable or letter."""
    return "가" <= sign <= "힣" or "ㄱ" <= sign <= "ㅣ" or "\u1100" <= sign <= "\u11ff"


def language_of(text: str) -> Language:
    """The language whose melody `text` takes: Korean as soon as a third of its sounds are."""
    hangul = sum(is_hangul(sign) for sign in text)
    latin = sum(sign.isalpha() and not is_hangul(sign) for sign in text)
    return "ko" if hangul * 4 > latin else "en"


def melody(text: str, start: int, end: int) -> Language:
    """The language of a sentence; of the whole text, where the sentence has hardly a letter."""
    own = text[start:end]
    return language_of(own if sum(map(str.isalpha, own)) > 3 else text)


def check(text: str, language: str | None) -> None:
    """Refuse what cannot be spoken, by name.

    Raises:
        RequestInvalid: the text, or the language asked for, is neither English nor Korean.
    """
    if language is not None and language not in SPOKEN:
        raise RequestInvalid(
            f"The language '{language}' cannot be spoken. Supported values are: 'en' and 'ko'.",
            param="x_language",
            code="unsupported_value",
        )
    foreign = _foreign_script(text) or (_foreign_words(text) if language is None else None)
    if foreign is not None:
        name, sample = foreign
        raise RequestInvalid(
            f"This model speaks English and Korean; the input holds {name} ('{sample}').",
            param="input",
            code="unsupported_language",
        )


def _foreign_script(text: str) -> tuple[str, str] | None:
    """The first word in a script that cannot be read; single letters have names ("π")."""
    for match in re.finditer(r"[^\W\d_]+", text):
        for sign in match[0]:
            if sign.isascii() or not sign.isalpha() or is_hangul(sign):
                continue
            script = unicodedata.name(sign, "UNKNOWN").split()[0]
            if script in {"LATIN", "MICRO", "FEMININE", "MASCULINE", "HALFWIDTH", "FULLWIDTH"}:
                continue
            if script == "GREEK" and len(match[0]) == 1:
                continue
            return NAMES.get(script, f"{script.capitalize()} script"), match[0][:20]
    return None


def _foreign_words(text: str) -> tuple[str, str] | None:
    """Another language in Latin script, told by its commonest words."""
    words = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", text.lower())
    english = sum(word in ENGLISH_WORDS for word in words)
    name, count = max(
        ((name, sum(word in common for word in words)) for name, common in COMMON_WORDS.items()),
        key=lambda pair: pair[1],
    )
    if count < 2 or count <= 2 * english or count * 5 < len(words):
        return None
    return name, " ".join(text.split()[:4])[:40]
