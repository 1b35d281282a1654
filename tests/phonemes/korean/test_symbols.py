"""Korean sounds in the symbols of a Japanese voice."""

import pytest

from dragoman.phonemes.korean.pronounce import phonemes


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("빨리", "ʔpaɾli"),
        ("예쁘다", "jeʔpɯda"),
        ("먹다", "mʌkta"),
        ("찌개", "ʔʨiɡɛ"),
        ("쌀", "ssaɾ"),
        ("씨", "ɕɕi"),
        ("시", "ɕi"),
        ("자주", "ʨaʥu"),
        ("차", "ʨʰa"),
    ],
)
def test_tense_consonants_have_a_catch_or_length(word: str, said: str):
    assert phonemes([word]) == [said]
