"""Which language a text is in, and whether we speak it."""

import importlib.util
import re
import unicodedata
from collections.abc import Mapping
from typing import get_args

from dragoman.domain.errors import RequestInvalid
from dragoman.domain.languages import LANGUAGES
from dragoman.phonemes.scan import Language
from dragoman.phonemes.scripts import IS_HAN, IS_HANGUL, IS_KANA, count
from dragoman.phonemes.tables import listed

SPOKEN: Mapping[str, Language] = {code: code for code in get_args(Language)}
UNREAD: Mapping[str, str] = {
    "CYRILLIC": "Cyrillic script",
    "ARABIC": "Arabic script",
    "HEBREW": "Hebrew",
    "DEVANAGARI": "Hindi",
    "THAI": "Thai",
    "GREEK": "Greek",
}
READ = frozenset(
    listed(
        "LATIN MICRO FEMININE MASCULINE HALFWIDTH FULLWIDTH CJK HIRAGANA KATAKANA"
        " KATAKANA-HIRAGANA IDEOGRAPHIC VERTICAL MODIFIER"
    )
)
COMMON_WORDS: Mapping[str, frozenset[str]] = {
    name: frozenset(listed(words))
    for name, words in {
        "en": "the a an is are was were of to and in on at for with that this it you he she we they"
        " i not my your be have has do does will would can what how who there from by as or"
        " but if so no yes hello please thank thanks good",
        "fr": "le la les des est une un dans pour que qui pas vous nous avec sur je il elle"
        " sont et bonjour merci très mais ce cette c'est au aux du ne se son sa ses plus"
        " par on ont été bonsoir salut comment où être fait tout leur d'un d'une j'ai"
        " n'est qu'il oui tu es suis sais veux peux voilà ça quoi bien beau toi moi chez"
        " aussi encore",
        "es": "el la los las es una un por para que con del no está son y como pero más muy hola"
        " gracias usted yo ella buenos buenas días cómo se lo su al en de le ha mi tu este"
        " esta también porque cuando hay fue ser tiene adiós sí dónde qué todo hoy"
        " quiero quieres puedo sé estoy estás eres soy nos agua vamos amigo ellos nosotros",
        "it": "il lo gli è una un per che con non del della sono di e questo questa ciao grazie"
        " come ma buongiorno buonasera molto anche le la si al alla nel nella ho ha più mi ti ci"
        " dei delle da in i dove quando perché sì tutto oggi era ed"
        " voglio vuoi posso so sto stai sei siamo loro noi bene bello dov'è c'è",
        "pt": "o os as um uma não com para que do da dos das em é são você obrigado obrigada olá"
        " muito mas como bom boa dia eu ele ela se na no nas nos ao por mais foi tem está isso"
        " este esta também quando hoje sim onde seu sua e a de"
        " quero quer posso sei estou tudo água vamos muitas amigo nós eles elas meu minha há",
        "German": "der die das ist und nicht ein eine mit für auf dem den ich sie wir zu von auch"
        " guten tag danke wie sind haben",
        "Dutch": "de het een van en niet is dat ik je met voor op zijn maar goed dank hallo ook",
    }.items()
}
GREETINGS: Mapping[str, str] = {
    word: name
    for name, words in {
        "fr": "bonjour merci bonsoir",
        "es": "hola gracias adiós buenos",
        "it": "ciao grazie buongiorno buonasera",
        "pt": "olá obrigado obrigada",
    }.items()
    for word in words.split()
}
"""What may stand alone and still tells the language."""
LETTERS: Mapping[str, re.Pattern[str]] = {
    "es": re.compile("[ñ¿¡]"),
    "pt": re.compile("[ãõ]"),
    "fr": re.compile("[œêèç]|\\b(?:[ldjnsc]|qu)['’]"),
    "it": re.compile("[òìù]|\\b(?:dell|nell|all|un|quest)['’]"),
    "German": re.compile("[ßäö]"),
}
"""Letters that hardly any other of these languages has."""
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def language_of(text: str) -> Language:
    """The language whose melody `text` takes; by script, then by the commonest words.

    East Asian signs are a word or a syllable each: a quarter of them decides.
    """
    hangul, kana, han = (count(script, text) for script in (IS_HANGUL, IS_KANA, IS_HAN))
    latin = sum(map(str.isalpha, text)) - hangul - kana - han
    if hangul and hangul >= kana + han and hangul * 4 > latin:
        return "ko"
    if (kana + han) * 4 > latin:
        return "ja" if kana else "zh"
    return _latin(text) or "en"


def melody(text: str, start: int, end: int) -> Language:
    """The language of a sentence; of the whole text, where the sentence does not tell."""
    own = text[start:end]
    if sum(map(str.isalpha, own)) <= 3:
        return language_of(text)
    found = language_of(own)
    if found == "zh" and IS_KANA.search(text):
        return "ja"
    if found == "en" and not _english(own):
        # Names and figures: of the language around them, if that is written in these letters.
        return _latin(text) or "en"
    return found


def han_language(text: str) -> Language:
    """How Chinese characters are read in a text: as Japanese where there is kana."""
    return "ja" if IS_KANA.search(text) else "zh"


def check(text: str, language: str | None) -> None:
    """Refuse what cannot be spoken, by name.

    Raises:
        RequestInvalid: the text, or the language asked for, is none that is spoken here.
    """
    if language is not None and language not in SPOKEN:
        known = ", ".join(f"'{code}'" for code in SPOKEN)
        name = LANGUAGES.get(language.partition("-")[0].lower())
        called = f"{name.capitalize()} ('{language}')" if name else f"The language '{language}'"
        raise RequestInvalid(
            f"{called} cannot be spoken. Supported values are: {known}.",
            param="x_language",
            code="unsupported_value",
        )
    foreign = (
        _foreign_script(text)
        or _hanja(text, language)
        or (_foreign_words(text) if language is None else None)
    )
    if foreign is not None:
        name, sample = foreign
        raise RequestInvalid(
            "This model speaks English, Korean, Spanish, French, Italian, Portuguese,"
            " Japanese and"
            f" Chinese; the input holds {name} ('{sample}').",
            param="input",
            code="unsupported_language",
        )
    if (language == "ja" or IS_KANA.search(text)) and not speaks_japanese():
        raise RequestInvalid(
            "Japanese needs a dictionary that is not installed here. Where the server runs: "
            ".venv/bin/pip install 'haqumei>=0.12.3', then start it again.",
            param="input" if language is None else "x_language",
            code="unsupported_language",
        )


def speaks_japanese() -> bool:
    """Whether the Japanese dictionary is installed."""
    return importlib.util.find_spec("haqumei") is not None


def _foreign_script(text: str) -> tuple[str, str] | None:
    """The first word in a script that cannot be read; single letters have names ("π")."""
    for match in re.finditer(r"[^\W\d_]+", text):
        for sign in match[0]:
            if sign.isascii() or not sign.isalpha() or IS_HANGUL.match(sign):
                continue
            script = unicodedata.name(sign, "UNKNOWN").split()[0]
            if script in READ or (script == "GREEK" and len(match[0]) == 1):
                continue
            return UNREAD.get(script, f"{script.capitalize()} script"), match[0][:20]
    return None


def _hanja(text: str, language: str | None) -> tuple[str, str] | None:
    """Chinese characters in Korean text: their Korean readings are not known here."""
    found = IS_HAN.search(text)
    if found is None or IS_KANA.search(text) or (language or language_of(text)) != "ko":
        return None
    return "Chinese characters in Korean text", text[found.start() :][:20].split(maxsplit=1)[0]


def _scores(text: str) -> dict[str, int]:
    """How many words of each language are in `text`, and how many of its letters."""
    lower = text.lower().replace("’", "'")
    words = WORD.findall(lower)
    return {
        name: sum(word in common for word in words)
        + sum(GREETINGS.get(word) == name for word in words)
        + (len(LETTERS[name].findall(lower)) if name in LETTERS else 0)
        for name, common in COMMON_WORDS.items()
    }


def _best(text: str) -> str | None:
    """The language in Latin script that `text` is in, None for English and for what is unsure."""
    scores = _scores(text)
    english = scores.pop("en")
    name = max(scores, key=lambda name: scores[name])
    count = scores[name]
    if count < 2 or count <= 2 * english or count * 5 < len(WORD.findall(text)):
        return None
    return name


def _latin(text: str) -> Language | None:
    return SPOKEN.get(_best(text) or "")


def _english(text: str) -> bool:
    """Whether `text` is more like English than like any other language."""
    scores = _scores(text)
    return scores.pop("en") > max(scores.values())


def _foreign_words(text: str) -> tuple[str, str] | None:
    """A language in Latin script that is not spoken here."""
    name = _best(text)
    if name is None or name in SPOKEN:
        return None
    return name, " ".join(text.split()[:4])[:40]
