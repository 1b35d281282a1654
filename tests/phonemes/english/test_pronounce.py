"""English words to phonemes, with a dictionary of thirty words."""

import pytest

from dragoman.phonemes.english.pronounce import English


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("hello world", "həlˈO wˈɜɹld"),
        ("Hello WORLD of HELLO", "həlˈO wˈɜɹld ʌv həlˈO"),
        ("the cat", "ðə kˈæt"),
        ("the apple", "ði ˈæpᵊl"),
        ("a cat and an apple", "ɐ kˈæt ænd ɐn ˈæpᵊl"),
        ("A cat", "ɐ kˈæt"),
        ("A B", "ˈA bˈi"),
        ("an A of it", "ɐn ˈA ʌv ɪt"),
        ("I'M the cat", "ˈIm ðə kˈæt"),
        ("to apple to cat", "tʊ ˈæpᵊl tə kˈæt"),
        ("better", "bˈɛTəɹ"),
        ("silvery", "sˈɪlvəɹi"),
        ("cats wishes worlds", "kˈæts wˈɪʃᵻz wˈɜɹldz"),
        ("wanted wished", "wˈɑntᵻd wˈɪʃt"),
        ("wanting", "wˈɑntɪŋ"),
        ("cat's", "kˈæts"),
        ("smartphone", "smˈɑɹtfˌOn"),
        ("naïve", "nɑˈiv"),
        ("NASA", "nˈæsə"),
        ("GPU HTTP", "ʤˌipˌijˈu ˌAʧtˌitˌipˈi"),
        ("JSON", "ʤˈAsᵊn"),
        ("helloWorld", "həlˈOwˈɜɹld"),
        ("x", "ˈɛks"),
        # heteronyms
        ("he will read the book", "hi wɪl ɹˈid ðə bˈʊk"),
        ("I read the book yesterday", None),
        ("record the record", "ɹəkˈɔɹd ðə ɹˈɛkəɹd"),
        ("he used to live", "hi jˈust tə lˈɪv"),
    ],
)
def test_words_are_said_as_in_the_dictionary(english: English, words: str, said: str | None):
    found = english.phonemes(words.split())
    if said is None:
        assert found[1] == "ɹˈɛd"
    else:
        assert " ".join(found) == said


@pytest.mark.parametrize(
    "word", ["zzyzx", "kwyjibo", "Ω", "x" * 4000, "bcdfg", "a'b'c", "I'M", "X'Y", "ŋ"]
)
def test_no_word_is_ever_silent(english: English, word: str):
    (said,) = english.phonemes([word])
    assert said.strip("ˈˌ ")
