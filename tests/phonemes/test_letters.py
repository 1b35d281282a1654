"""Letters that only look strange, and single strange ones."""

import unicodedata

import pytest

from dragoman.domain.errors import RequestInvalid
from dragoman.phonemes.compose import compose
from dragoman.phonemes.english import pronounce as english
from dragoman.phonemes.french import pronounce as french
from dragoman.phonemes.italian import pronounce as italian
from dragoman.phonemes.japanese import reading as japanese
from dragoman.phonemes.language import Languages
from dragoman.phonemes.letters import Alphabet
from dragoman.phonemes.portuguese import pronounce as portuguese
from dragoman.phonemes.reader import Reader
from dragoman.phonemes.spanish import pronounce as spanish
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
        ("5 \u03bcg, 3 \u03bcs, 2\u03bcm", "5 \u00b5g, 3 \u00b5s, 2\u00b5m"),
        ("10 kΩ and 4.7 MΩ", "10 kΩ and 4.7 MΩ"),
        ("Δt = 5, λmax, πr²", " Δ t = 5,  λ max,  π r²"),
        ("35㎍/㎥, 3㎢, 5㎧", "35\u00b5g/m³, 3km², 5m/s"),
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


ALPHABETS = {
    "en": english.ALPHABET,
    "es": spanish.ALPHABET,
    "fr": french.ALPHABET,
    "it": italian.ALPHABET,
    "pt": portuguese.ALPHABET,
    "ja": japanese.ALPHABET,
}


@pytest.mark.parametrize(
    ("word", "letters"),
    [
        ("Łódź", "Lodz"),
        ("Dvořák", "Dvorak"),
        ("Reykjavík", "Reykjavik"),
        ("smörgåsbord", "smorgasbord"),
        ("bánh", "banh"),
        ("phở", "pho"),
        ("Đặng", "Dang"),
        ("Nguyễn", "Nguyen"),
        ("rakı", "raki"),
        ("İstanbul", "Istanbul"),
        ("Þingvellir", "Thingvellir"),
        ("Ærø", "Aero"),
        ("Straße", "Strasse"),
        ("ƙwaƙwa", "kwakwa"),
        ("Əliyev", "Eliyev"),
        ("Džamonja", "Dzamonja"),
        ("naïve", "naive"),
        ("plain", "plain"),
        ("πλ한", "πλ한"),
    ],
)
def test_latin_letters_with_marks_are_read_by_those_that_they_are_made_from(
    word: str, letters: str
):
    assert ALPHABETS["en"].spelled(word) == letters


def test_letters_of_a_language_of_its_own_stay_and_some_foreign_ones_are_written_its_way():
    spelled = {language: alphabet.spelled("ñandú Çà") for language, alphabet in ALPHABETS.items()}
    assert spelled == {
        "en": "nandu Ca",
        "es": "ñandú Sa",
        "fr": "gnandu Çà",
        "it": "gnandú Sà",
        "pt": "nhandú Çà",
        "ja": "nandu Ca",
    }


LETTERS_OF_PEOPLE = [
    letter
    for letter in map(chr, (*range(0xC0, 0x180), *range(0x1CD, 0x1DD), *range(0x1E00, 0x1F00)))
    if unicodedata.name(letter, "").startswith("LATIN") and letter not in "ŉỺỻỼỽẜẝẟẚ"
]


@pytest.mark.parametrize("language", ALPHABETS)
def test_no_latin_letter_is_silent_because_a_language_does_not_write_it(
    reader: Reader, language: str
):
    alphabet: Alphabet = ALPHABETS[language]
    for letter in LETTERS_OF_PEOPLE:
        signs = alphabet.spelled(f"a{letter}a").lower()
        assert all(sign.isascii() or sign in alphabet.own for sign in signs), letter
    if language in ("en", "ja"):
        return
    for own in alphabet.own:
        (chunk,) = reader.read(f"ma{own}va", language)
        (without,) = reader.read("mava", language)
        assert chunk.phonemes != without.phonemes, own


@pytest.mark.parametrize("language", ["en", "ko", "es", "fr", "it", "pt", "ja", "zh"])
def test_a_word_in_foreign_letters_sounds_as_in_plain_ones(reader: Reader, language: str):
    frames = {
        "en": "We saw {} today.",
        "ko": "오늘 {} 보았습니다.",
        "es": "Hoy vimos {} en la calle.",
        "fr": "Nous avons vu {} dans la rue.",
        "it": "Oggi abbiamo visto {} in strada.",
        "pt": "Hoje nós vimos {} na rua.",
        "ja": "今日は{}を見ました。",
        "zh": "我今天看了{}的书。",
    }
    words = [("phở", "pho"), ("Đặng", "Dang")]
    if language not in {"en", "ko", "zh"}:  # where names are read as English reads them
        words += [("Łodź", "Lodz"), ("Wałęsa", "Walesa")]
    for word, plain in words:
        (chunk,) = reader.read(frames[language].format(word))
        (without,) = reader.read(frames[language].format(plain), language)
        assert chunk.phonemes == without.phonemes
        assert chunk.language == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Take bánh mì home.", "en"),
        ("Order phở and gỏi cuốn.", "en"),
        ("We ate smörgåsbord.", "en"),
        ("Cook gołąbki tonight.", "en"),
        ("Drink rakı here.", "en"),
        ('Say "xin chào" to her.', "en"),
        ('Say "dziękuję" to him.', "en"),
        ("The über driver came.", "en"),
        ("He ordered crème brûlée.", "en"),
        ("Compra un smörgåsbord.", "it"),
        ("Quiero phở.", "es"),
        ("Quero phở.", "pt"),
        ("Je veux du phở.", "fr"),
        ("Voglio phở.", "it"),
        ("나는 bánh mì를 먹어요.", "ko"),
        ("私はbánh mìを食べます。", "ja"),
        ("我吃bánh mì。", "zh"),
    ],
)
def test_foreign_words_cost_themselves_alone_in_a_sentence_that_is_spoken(
    languages: Languages, text: str, language: str
):
    languages.check(text, None)
    assert languages.of(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "Bánh mì",
        "Tôi ăn phở.",
        "Dnes je pondělí.",
        "Škoda je červená.",
        "La mulți ani!",
        "Var är du?",
        "En ymmärrä sinua.",
        "Ich wohne in Köln.",
        "Istanbul'da yaşıyorum.",
        "Ngày mai trời mưa.",
        "Missä on rautatieasema?",
    ],
)
def test_a_sentence_that_is_foreign_but_for_a_word_or_two_is_still_refused(
    languages: Languages, text: str
):
    with pytest.raises(RequestInvalid) as refusal:
        languages.check(text, None)
    assert refusal.value.code == "unsupported_language"
