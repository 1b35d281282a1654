"""Which language, and which are refused."""

import pytest

from dragoman.domain.errors import RequestInvalid
from dragoman.phonemes.language import check, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hello.", "en"),
        ("안녕하세요.", "ko"),
        ("오늘 meeting은 3시입니다.", "ko"),
        ("The Korean word 안녕 means hello.", "en"),
        ("12345", "en"),
        ("KBS 뉴스", "ko"),
    ],
)
def test_the_melody_is_that_of_the_larger_part(text: str, language: str):
    assert language_of(text) == language
    check(text, None)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("こんにちは、世界", "Japanese"),
        ("你好，世界", "Chinese"),
        ("Привет, мир", "Cyrillic"),
        ("Γειά σου κόσμε", "Greek"),
        ("สวัสดี", "Thai"),
        ("Bonjour, je suis très heureux de vous voir avec nous.", "French"),
        ("Hola, ¿cómo está usted? Muy bien, gracias.", "Spanish"),
        ("Guten Tag, wie geht es Ihnen? Das ist nicht mein Buch.", "German"),
        ("Hello, 世界", "Chinese"),
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
    with pytest.raises(RequestInvalid, match="'fr'"):
        check("Bonjour", "fr")
