"""Text to chunks: nothing left out, everything in its place."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.domain.errors import RequestInvalid
from dragoman.phonemes import breath
from dragoman.phonemes.chunk import Chunk
from dragoman.phonemes.language import speaks_japanese
from dragoman.phonemes.reader import Reader
from dragoman.phonemes.scan import SPOKEN
from dragoman.phonemes.scripts import IS_HAN

SYMBOLS = frozenset(
    ';:,.!?—…"()“” \u0303ʣʥʦʨᵝꭧAIOQSTWYᵊabcdefhijklmnopqrstuvwxyzɑɐɒæβɔɕçɖðʤəɚɛɜɟɡɥɨɪʝɯɰŋɳɲɴøɸθœɹɾɻ'
    "ʁɽʂʃʈʧʊʋʌɣɤχʎʒʔˈˌːʰʲ↓→↗↘ᵻ"
)
"""What Kokoro can say."""
LANGUAGES = [code for code in SPOKEN if code != "ja" or speaks_japanese()]


def words(text: str, chunk: Chunk) -> list[tuple[str, str]]:
    return [
        (text[word.start : word.end], chunk.phonemes[word.first : word.last])
        for word in chunk.words
    ]


def test_a_sentence_is_a_chunk_with_its_words_in_place(reader: Reader):
    text = "  Hello, the world! Hello."
    first, second = reader.read(text)
    assert first.phonemes == "həlˈO, ðə wˈɜɹld!"
    assert words(text, first) == [("Hello", "həlˈO"), ("the", "ðə"), ("world", "wˈɜɹld")]
    assert (text[second.start : second.end], second.language) == ("Hello", "en")


def test_several_spoken_words_may_come_from_one_place(reader: Reader):
    text = "It will want $5."
    (chunk,) = reader.read(text)
    assert [source for source, _ in words(text, chunk)] == ["It", "will", "want", "$5", "$5"]


def test_korean_is_read_as_it_is_said(reader: Reader):
    text = "안녕하세요. 반갑습니다."
    first, second = reader.read(text)
    assert (first.phonemes, first.language) == ("annjʌŋhasejo.", "ko")
    assert (second.phonemes, second.language) == ("panɡapssɯmnida.", "ko")


def test_korean_pieces_that_touch_are_one_word(reader: Reader):
    text = "5,000원을 3시에"
    (chunk,) = reader.read(text)
    assert [source for source, _ in words(text, chunk)] == ["5,000원을", "3시에"]
    assert chunk.phonemes.startswith("oʨʰʌnwʌnɯɾ ")


def test_both_languages_in_one_sentence_are_both_spoken(reader: Reader):
    text = "오늘 hello는 world 안에"
    (chunk,) = reader.read(text)
    assert chunk.language == "ko"
    assert "həlˈOnɯn" in chunk.phonemes
    assert "wˈɜɹld" in chunk.phonemes
    (other,) = reader.read("The word 안녕 is of the world.")
    assert other.language == "en"
    assert "annjʌŋ" in other.phonemes


def test_addresses_are_spoken_whole_in_both_languages(reader: Reader):
    (chunk,) = reader.read("메일은 hello@world.com입니다")
    assert "həlˈO koɾbɛŋi wˈɜɹld ʨʌm" in chunk.phonemes
    (other,) = reader.read("It will read https://world.org/한국 and wish.")
    assert "hanɡuk" in other.phonemes


def test_decomposed_text_is_read_alike_and_keeps_its_places(reader: Reader):
    text = "안녕, naïve world"
    apart = unicodedata.normalize("NFD", text)
    (whole,), (split,) = reader.read(text), reader.read(apart)
    assert split.phonemes == whole.phonemes
    assert [unicodedata.normalize("NFC", source) for source, _ in words(apart, split)] == [
        "안녕",
        "naïve",
        "world",
    ]


def test_invisible_characters_do_not_break_words(reader: Reader):
    (chunk,) = reader.read("hel\u00adlo wor\u200bld")
    assert chunk.phonemes == "həlˈO wˈɜɹld."


def test_a_sentence_without_letters_is_read_in_the_language_of_the_text(reader: Reader):
    assert [chunk.language for chunk in reader.read("무게는요? 10kg.")] == ["ko", "ko"]
    assert [chunk.language for chunk in reader.read("The book? 10kg.")] == ["en", "en"]


def test_marks_are_kept_where_they_are_heard(reader: Reader):
    (chunk,) = reader.read('The "hello" (world) wish; and it—')
    assert chunk.phonemes == 'ðə "həlˈO" (wˈɜɹld) wˈɪʃ; ænd ɪt—'
    (bare,) = reader.read("hello world")
    assert bare.phonemes.endswith("d.")


def test_a_text_without_words_gives_nothing(reader: Reader):
    assert list(reader.read("…!? 😀 --- \n")) == []


def test_chunks_are_no_longer_than_asked_and_lose_nothing(reader: Reader):
    text = "hello world, " * 40 + "hello."
    chunks = list(reader.read(text, longest=100))
    assert max(len(chunk.phonemes) for chunk in chunks) <= 100
    assert sum(len(chunk.words) for chunk in chunks) == 81
    assert all(chunk.phonemes.rstrip().endswith(",") for chunk in chunks[:-1])
    assert {chunk.pause_after_ms for chunk in chunks[:-1]} == {120}


@pytest.mark.parametrize("sign", ["'", "’"])
def test_an_apostrophe_of_either_kind_is_part_of_its_word(reader: Reader, sign: str):
    text = f"It{sign}s the cat{sign}s book, {sign}Twas better and he doesn{sign}t wish."
    (chunk,) = reader.read(text)
    written = [text[word.start : word.end].strip(",.") for word in chunk.words]
    assert written[:3] == [f"It{sign}s", "the", f"cat{sign}s"]
    assert f"doesn{sign}t" in written


def test_a_list_is_read_to_its_last_line(reader: Reader):
    lines = [f"hello world {number}" for number in range(1, 11)]
    text = "\n".join(lines)
    chunks = list(reader.read(text))
    assert sum(len(chunk.words) for chunk in chunks) == 30
    assert chunks[-1].end == len(text)


def test_what_somebody_writes_in_brackets_is_read(reader: Reader):
    (chunk,) = reader.read("Hello [wish] world")
    assert "wˈɪʃ" in chunk.phonemes


@pytest.mark.parametrize(
    "text",
    ["x" * 4096, "a" * 4096, "x" * 300, "1" * 400, "가" * 4096, "1" * 4096, "hello " * 600],
    ids=lambda text: f"{text[:1]}{len(text)}",
)
def test_giant_words_and_sentences_are_cut_to_fit(reader: Reader, text: str):
    chunks = list(reader.read(text))
    assert max(len(chunk.phonemes) for chunk in chunks) <= 160
    assert chunks[-1].end >= len(text.rstrip()) - 1


def test_languages_that_are_not_spoken_are_refused_at_once(reader: Reader):
    with pytest.raises(RequestInvalid, match="Thai"):
        reader.read("สวัสดี")


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(LANGUAGES),
    st.text(
        alphabet=st.sampled_from(
            "abcXYZ hello 0123456789.,:;!?'\"-–—()[]<>/$%&@#*\n\t가힣읽값ㄱ안 é°½²€"
            "ñçãœüÑß¿«»’ºªIVXLhqu漢字東京三〇々㐀𠀀ひらがなカタカナー。、「」ｶﾞｱｰ５％①ㇰゝ〜"
        ),
        max_size=80,
    ),
)
def test_every_letter_and_digit_is_in_a_word(reader: Reader, language: str, text: str):
    if language == "ko":
        text = IS_HAN.sub("", text)  # refused there
    chunks = list(reader.read(text, language, pronunciations=()))
    spans = [(word.start, word.end) for chunk in chunks for word in chunk.words]
    assert spans == sorted(spans)
    for index, sign in enumerate(text):
        if sign.isalnum() and not sign.isspace():
            assert any(start <= index < end for start, end in spans), (index, sign)
    for chunk in chunks:
        assert all(chunk.phonemes[word.first : word.last].strip() for word in chunk.words)
        assert set(chunk.phonemes) <= SYMBOLS


@pytest.mark.parametrize("words", range(1, 12))
def test_an_amount_is_not_cut_in_two(reader: Reader, words: int):
    text = "It will want " + "the world " * words + "$5 and the world."
    chunks = list(reader.read(text))
    amount = text.index("$")
    assert sum(any(word.start == amount for word in chunk.words) for chunk in chunks) == 1
    assert sum(word.start == amount for chunk in chunks for word in chunk.words) == 2


LONG = {
    "en": """
        the smart cat of the world will want the better apple of the book and he will read
        the record of the phone of the cat and it will live close and want the better book
        of the smart world and the cat will read the book and it will want the apple of
        the world
    """,
    "es": """
        el viejo que había vivido en la casa junto al mar durante más de cuarenta años
        miraba desde el muro cómo llegaban los barcos y las mujeres subían los cestos por
        la colina hasta la puerta abierta del mercado donde los niños esperaban a sus
        madres y los perros dormían a la sombra de los árboles
    """,
    "fr": """
        le vieil homme qui avait vécu dans la maison près de la mer pendant plus de
        quarante ans regardait depuis le mur les bateaux qui arrivaient et les femmes qui
        portaient les paniers sur la colline jusque devant la porte ouverte du marché où
        les enfants attendaient leurs mères
    """,
    "it": """
        il vecchio che aveva vissuto nella casa vicino al mare per più di quarant'anni
        guardava dal muro le barche che arrivavano e le donne che portavano i cesti su per
        la collina fino alla porta aperta del mercato dove i bambini aspettavano le madri
    """,
    "pt": """
        o velho que tinha vivido na casa perto do mar por mais de quarenta anos olhava do
        muro os barcos que chegavam e as mulheres que levavam os cestos pela colina até a
        porta aberta do mercado onde as crianças esperavam pelas mães e os cães dormiam à
        sombra
    """,
}


@pytest.mark.parametrize("language", LONG)
def test_a_long_sentence_without_marks_breathes_before_a_clause_or_a_phrase(
    reader: Reader, language: str
):
    text = " ".join(LONG[language].split())
    chunks = list(reader.read(text, language))
    assert len(chunks) > 1
    for chunk, after in pairwise(chunks):
        last = text[: chunk.end].rsplit(maxsplit=1)[-1]
        first = text[after.start :].split(maxsplit=1)[0]
        assert first in breath.CLAUSES[SPOKEN[language]] | breath.PHRASES[SPOKEN[language]]
        assert last not in breath.BOUND[SPOKEN[language]] | breath.PHRASES[SPOKEN[language]]
        assert (chunk.phonemes[-1], chunk.pause_after_ms) == (",", 120)
    assert " ".join(text[chunk.start : chunk.end] for chunk in chunks) == text


def test_a_long_korean_sentence_breathes_after_a_clause(reader: Reader):
    text = (
        "어제는 비가 많이 와서 우산을 쓰고 학교에 갔는데 친구가 아직 오지 않았고 선생님도 늦게"
        " 오셔서 우리는 한참 동안 교실에서 기다리다가 결국 집으로 돌아가기로 했지만 문이 잠겼다"
    )
    chunks = list(reader.read(text))
    ends = [text[: chunk.end].rsplit(maxsplit=1)[-1] for chunk in chunks[:-1]]
    assert ends
    assert all(end.endswith(("고", "데", "서", "만", "에", "을", "로")) for end in ends)
