"""Letters that only look strange, and single strange ones."""

import pytest

from dragoman.domain.errors import RequestInvalid
from dragoman.phonemes.compose import compose
from dragoman.phonemes.language import Languages
from dragoman.phonemes.reader import Reader
from dragoman.phonemes.traced import itself


def legible(text: str) -> str:
    return compose(itself(text)).text


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("𝗛𝗲𝗹𝗹𝗼", "Hello"),
        ("𝐇𝐞𝐥𝐥𝐨 𝑊𝑜𝑟𝑙𝑑", "Hello World"),
        ("𝓗𝓮𝓵𝓵𝓸", "Hello"),
        ("ℋello ℝ", "Hello R"),
        ("𝟭𝟮𝟯", "123"),
        ("Ⓗⓔⓛⓛⓞ", "Hello"),
        ("🅷🅴🅻🅻🅾", "HELLO"),
        ("🄷🄴🄻🄻🄾", "HELLO"),
        ("ʜᴇʟʟᴏ", "hello"),
        ("ﬁne eﬀect", "fine effect"),
        ("H\u0335e\u0337l\u0338l\u0334o\u0336", "Hello"),
        ("cafe\u0301", "café"),
        ("Неllо wоrld", "Hello world"),
        ("He said привет.", "He said privet."),
        ("The word καλημέρα means good morning.", "The word kalimera means good morning."),
        ("The letter Ж is odd.", "The letter Zh is odd."),
        ("Let π be 3.14, α small.", "Let π be 3.14, α small."),
        ("He wrote שלום on the wall.", "He wrote      on the wall."),
        ("½ of x² is ⑤", "½ of x² is ⑤"),
    ],
)
def test_strange_letters_are_read_as_what_they_stand_for(text: str, letters: str):
    assert legible(text) == letters


def test_places_stay_those_of_the_text_that_was_sent(reader: Reader):
    text = "𝗛𝗲𝗹𝗹𝗼 щи world"
    (chunk,) = reader.read(text)
    assert [text[word.start : word.end] for word in chunk.words] == ["𝗛𝗲𝗹𝗹𝗼", "щи", "world"]


@pytest.mark.parametrize(
    "text",
    [
        "𝗧𝗵𝗲 𝗯𝗼𝗼𝗸 𝗼𝗳 𝘁𝗵𝗲 𝘄𝗼𝗿𝗹𝗱",
        "He said привет to all of us.",
        "The sign שלום hung there.",
        "half a pair \ufffd of a sign",
        "The Thai word สวัสดี is a greeting.",
    ],
)
def test_a_strange_word_does_not_cost_the_text(languages: Languages, text: str):
    languages.check(text, None)


@pytest.mark.parametrize(
    "text",
    [
        "Привет",
        "Hello Привет",
        "He said: Привет, как твои дела сегодня, and then he left the room.",
    ],
)
def test_a_text_in_another_script_is_refused_still(languages: Languages, text: str):
    with pytest.raises(RequestInvalid, match="Cyrillic"):
        languages.check(text, None)
