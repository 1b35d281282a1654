"""Which language, and which are refused."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from dragoman.domain.errors import RequestInvalid
from dragoman.phonemes.language import Languages, speaks_japanese
from dragoman.phonemes.scan import SPOKEN


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hello.", "en"),
        ("안녕하세요.", "ko"),
        ("오늘 meeting은 3시입니다.", "ko"),
        ("The Korean word 안녕 means hello.", "en"),
        ("12345", "en"),
        ("KBS 뉴스", "ko"),
        ("Hola, ¿cómo está usted? Muy bien, gracias.", "es"),
        ("Mañana vamos a la playa con los niños.", "es"),
        ("Hola", "es"),
        ("Bonjour, je suis très heureux de vous voir avec nous.", "fr"),
        ("C'est la vie.", "fr"),
        ("Merci!", "fr"),
        ("Buongiorno, il treno per Roma è in ritardo.", "it"),
        ("Olá, tudo bem? Eu não sei onde ele está.", "pt"),
        ("O trem sai às oito da manhã.", "pt"),
        ("Le prix du software est de 25 euros.", "fr"),
        ("Voglio una pizza.", "it"),
        ("Eu quero água.", "pt"),
        ("Quiero agua.", "es"),
        ("Où es-tu ?", "fr"),
        ("Los Angeles and Las Vegas", "en"),
        ("The El Niño effect", "en"),
        ("Hasta la vista, baby.", "es"),
        ("你好，世界", "zh"),
        ("我用Python写程序。", "zh"),
        ("Hello, my friend 世界", "en"),
    ],
)
def test_the_melody_is_that_of_the_larger_part(languages: Languages, text: str, language: str):
    assert languages.of(text) == language
    languages.check(text, None)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Привет, мир", "Cyrillic"),
        ("Γειά σου κόσμε", "Greek"),
        ("สวัสดี", "Thai"),
        ("대한민국(大韓民國)은 민주공화국이다.", "Chinese characters in Korean text"),
        ("Guten Tag, wie geht es Ihnen? Das ist nicht mein Buch.", "German"),
    ],
)
def test_what_cannot_be_spoken_is_refused_by_name(languages: Languages, text: str, name: str):
    with pytest.raises(RequestInvalid) as caught:
        languages.check(text, None)
    assert name in caught.value.message
    assert caught.value.param == "input"


@pytest.mark.parametrize(
    "text",
    [
        "The café in São Paulo served crème brûlée to Mr. Müller.",
        "Let π be 3.14 and α small; 5 µs.",
        "He said 'c'est la vie' and went on to the opera with us.",
        "Die Hard is on at nine.",
        "Taco.",
        "Qwen, Ollama, Kubernetes",
    ],
)
def test_english_with_foreign_words_is_english(languages: Languages, text: str):
    languages.check(text, None)


def test_a_language_may_be_named_if_it_is_spoken(languages: Languages):
    languages.check("Bonjour", "en")
    with pytest.raises(RequestInvalid, match="'de'"):
        languages.check("Guten Tag", "de")


@pytest.mark.parametrize("text", ["こんにちは、世界", "OpenAIの新しいモデル"])
def test_kana_makes_a_text_japanese(languages: Languages, text: str):
    assert languages.of(text) == "ja"


def test_without_its_dictionary_japanese_is_refused_with_the_name_of_the_extra(
    languages: Languages, monkeypatch: pytest.MonkeyPatch
):
    def not_found(name: str) -> None:
        """See `importlib.util.find_spec`."""

    monkeypatch.setattr("importlib.util.find_spec", not_found)
    with pytest.raises(RequestInvalid, match="haqumei"):
        languages.check("こんにちは", None)
    with pytest.raises(RequestInvalid, match="haqumei") as caught:
        languages.check("東京", "ja")
    assert caught.value.param == "x_language"


def melody(languages: Languages, text: str, start: int, end: int) -> str:
    return languages.melody(text, text[start:end], languages.of(text))


def test_a_sentence_that_does_not_tell_goes_by_the_whole_text(languages: Languages):
    text = "Bonjour, c'est moi. Paris 2024. Je suis avec vous."
    assert melody(languages, text, 20, 31) == "fr"
    assert melody(languages, "Hello there, it is me. Paris 2024.", 23, 34) == "en"


def test_a_sentence_in_latin_letters_never_has_the_melody_of_korean(languages: Languages):
    assert melody(languages, "Dr. Smith paid $12. 안녕하세요.", 0, 19) == "en"
    assert melody(languages, "Paris 2024. 안녕하세요. Bonjour, c'est moi.", 0, 11) == "fr"


@pytest.mark.parametrize(
    ("code", "beginning"),
    [
        ("de", "German ('de') cannot be spoken. Supported values are: 'en', 'ko'"),
        ("ru-RU", "Russian ('ru-RU') cannot be spoken."),
        ("xx", "The language 'xx' cannot be spoken."),
    ],
)
def test_a_language_that_is_not_spoken_is_refused_by_its_name(
    languages: Languages, code: str, beginning: str
):
    with pytest.raises(RequestInvalid) as caught:
        languages.check("Hallo", code)
    assert caught.value.message.startswith(beginning)


UTTERANCES: dict[str, Any] = tomllib.loads(
    (Path(__file__).parents[2] / "bench/utterances.toml").read_text("utf-8")
)


def is_refused(languages: Languages, text: str) -> bool:
    try:
        languages.check(text, None)
    except RequestInvalid:
        return True
    return False


@pytest.mark.parametrize("half", ["choosing", "reporting"])
@pytest.mark.parametrize("language", SPOKEN)
def test_short_everyday_sentences_are_in_their_own_language(
    languages: Languages, half: str, language: str
):
    sentences = UTTERANCES[half][language]
    assert sum(languages.of(sentence) == language for sentence in sentences) >= 18
    if language != "ja" or speaks_japanese():
        for sentence in sentences:
            languages.check(sentence, None)


@pytest.mark.parametrize("half", ["choosing", "reporting"])
@pytest.mark.parametrize("code", UTTERANCES["choosing"]["foreign"])
def test_short_sentences_that_cannot_be_spoken_are_refused(
    languages: Languages, half: str, code: str
):
    sentences = UTTERANCES[half]["foreign"][code]
    assert sum(is_refused(languages, sentence) for sentence in sentences) >= 6


@pytest.mark.parametrize("half", ["choosing", "reporting"])
def test_names_and_codes_are_english_however_they_look(languages: Languages, half: str):
    texts = UTTERANCES["names"][half]
    assert sum(languages.of(text) == "en" for text in texts) >= 36
    assert [text for text in texts if is_refused(languages, text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "La La Land won six awards.",
        "UUID 550e8400-e29b-41d4-a716-446655440000",
        "e.e. cummings wrote a poem.",
        "Los Angeles is sunny.",
        "Serial A1-E2-O3",
        "Las Vegas never sleeps.",
    ],
)
def test_names_that_look_like_another_language_do_not_make_a_sentence_one(
    languages: Languages, text: str
):
    assert languages.of(text) == "en"


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_a_name_in_foreign_letters_costs_no_sentence(languages: Languages, language: str):
    sentences = UTTERANCES["strangers"][language]
    refused = [sentence for sentence in sentences if is_refused(languages, sentence)]
    assert not refused
    others = [sentence for sentence in sentences if languages.of(sentence) != language]
    assert len(others) <= 3, others


def test_whole_sentences_with_such_names_in_their_own_languages_are_refused(languages: Languages):
    for sentence in UTTERANCES["strangers"]["abroad"]:
        assert is_refused(languages, sentence), sentence


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Wie komme ich zum Bahnhof?", "German (Deutsch)"),
        ("Waar is het station?", "Dutch (Nederlands)"),
        ("Gdzie jest dworzec?", "Polish (polski)"),
        ("Tren istasyonu nerede?", "Turkish (Türkçe)"),
        ("Kde je nádraží?", "Czech (čeština)"),
        ("Nhà ga ở đâu?", "Vietnamese (Tiếng Việt)"),
        ("Di mana stasiun kereta?", "Indonesian (Bahasa Indonesia)"),
        ("Unde se află gara?", "Romanian (română)"),
        ("Hol van az állomás?", "Hungarian (magyar)"),
        ("Hvor er banegården?", "Danish (dansk)"),
        ("Var är stationen?", "Swedish (svenska)"),
        ("Missä on rautatieasema?", "Finnish (suomi)"),
        ("Danke.", "German"),
        ("Dziękuję.", "Polish"),
    ],
)
def test_what_is_refused_is_called_by_its_own_name_too(languages: Languages, text: str, name: str):
    with pytest.raises(RequestInvalid) as caught:
        languages.check(text, None)
    assert name in caught.value.message


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Luces encendidas.", "es"),
        ("Tienes dos mensajes nuevos.", "es"),
        ("Gire a la derecha.", "es"),
        ("Tournez à droite.", "fr"),
        ("J'arrive.", "fr"),
        ("Luci accese.", "it"),
        ("Boa noite.", "pt"),
        ("Vire à direita.", "pt"),
        ("Résumé de la réunion", "fr"),
        ("LUCES ENCENDIDAS", "es"),
        ("e.e. cummings wrote a poem.", "en"),
        ("UUID 550e8400-e29b-41d4-a716-446655440000", "en"),
        ("Serial A1-E2-O3", "en"),
        ("SELECT a, e FROM o", "en"),
        ("José manages Roma.", "en"),
        ("Los Angeles", "en"),
    ],
)
def test_one_short_line_tells_its_language(languages: Languages, text: str, language: str):
    assert languages.of(text) == language


def test_an_unsure_line_goes_by_the_voice_or_the_text_around(languages: Languages):
    assert languages.of("Los Angeles", around="es") == "es"
    assert languages.of("Roma", around="it") == "it"
    assert languages.of("Turn off the living room light.", around="it") == "en"
    text = "Ho prenotato il volo. Los Angeles. Partiamo domani."
    assert melody(languages, text, 22, 34) == "it"


def test_a_very_long_text_costs_no_more_than_its_beginning(languages: Languages):
    assert languages.of("Luces encendidas. " * 200_000) == "es"
