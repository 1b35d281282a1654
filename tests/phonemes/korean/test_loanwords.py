"""English words inside Korean text."""

import re

import pytest

from dragoman.phonemes.korean.loanwords import LOANWORDS
from dragoman.phonemes.reader import Reader


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Python을 배워요", "파이썬을 배워요"),
        ("YouTube와 GITHUB에서", "유튜브와 깃허브에서"),
        ("새 update가", "새 업데이트가"),
    ],
)
def test_a_loanword_is_said_as_koreans_do(reader: Reader, text: str, said: str):
    (one,), (other,) = reader.read(text), reader.read(said)
    assert one.phonemes == other.phonemes


def test_other_words_and_words_in_english_text_stay_english(reader: Reader):
    (korean,) = reader.read("오늘 hello는 world 안에")
    assert "həlˈOnɯn" in korean.phonemes
    (english,) = reader.read("The apple and the world.")
    assert "ˈæpᵊl" in english.phonemes


def test_parts_of_words_are_no_loanwords(reader: Reader):
    (plain,), (longer,) = reader.read("apple은 여기"), reader.read("apples은 여기")
    assert plain.phonemes != longer.phonemes
    assert "ɛpɯl" not in longer.phonemes


def test_the_table_is_small_letters_to_hangul():
    assert all(re.fullmatch("[a-z]+", word) for word in LOANWORDS)
    assert all(re.fullmatch("[가-힣]+", hangul) for hangul in LOANWORDS.values())
