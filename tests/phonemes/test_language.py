"""Which language, and which are refused."""

import pytest

from dragoman.domain.errors import RequestInvalid
from dragoman.phonemes.language import check, language_of, melody


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
        ("Hasta la vista, baby.", "en"),
        ("你好，世界", "zh"),
        ("我用Python写程序。", "zh"),
        ("Hello, my friend 世界", "en"),
    ],
)
def test_the_melody_is_that_of_the_larger_part(text: str, language: str):
    assert language_of(text) == language
    check(text, None)


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
def test_what_cannot_be_spoken_is_refused_by_name(text: str, name: str):
    with pytest.raises(RequestInvalid) as caught:
        check(text, None)
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
def test_english_with_foreign_words_is_english(text: str):
    check(text, None)


def test_a_language_may_be_named_if_it_is_spoken():
    check("Bonjour", "en")
    with pytest.raises(RequestInvalid, match="'de'"):
        check("Guten Tag", "de")


@pytest.mark.parametrize("text", ["こんにちは、世界", "OpenAIの新しいモデル"])
def test_kana_makes_a_text_japanese(text: str):
    assert language_of(text) == "ja"


def test_without_its_dictionary_japanese_is_refused_with_the_name_of_the_extra(
    monkeypatch: pytest.MonkeyPatch,
):
    def not_found(name: str) -> None:
        """See `importlib.util.find_spec`."""

    monkeypatch.setattr("importlib.util.find_spec", not_found)
    with pytest.raises(RequestInvalid, match="haqumei"):
        check("こんにちは", None)
    with pytest.raises(RequestInvalid, match="haqumei") as caught:
        check("東京", "ja")
    assert caught.value.param == "x_language"


def test_a_sentence_that_does_not_tell_goes_by_the_whole_text():
    text = "Bonjour, c'est moi. Paris 2024. Je suis avec vous."
    assert melody(text, 20, 31) == "fr"
    assert melody("Hello there, it is me. Paris 2024.", 23, 34) == "en"


def test_a_sentence_in_latin_letters_never_has_the_melody_of_korean():
    assert melody("Dr. Smith paid $12. 안녕하세요.", 0, 19) == "en"
    assert melody("Paris 2024. 안녕하세요. Bonjour, c'est moi.", 0, 11) == "fr"


@pytest.mark.parametrize(
    ("code", "beginning"),
    [
        ("de", "German ('de') cannot be spoken. Supported values are: 'en', 'ko'"),
        ("ru-RU", "Russian ('ru-RU') cannot be spoken."),
        ("xx", "The language 'xx' cannot be spoken."),
    ],
)
def test_a_language_that_is_not_spoken_is_refused_by_its_name(code: str, beginning: str):
    with pytest.raises(RequestInvalid) as caught:
        check("Hallo", code)
    assert caught.value.message.startswith(beginning)
