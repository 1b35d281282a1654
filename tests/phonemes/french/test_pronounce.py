"""How French words sound."""

import pytest

from dragoman.phonemes.french.pronounce import phonemes


@pytest.mark.parametrize(
    ("word", "sound"),
    [
        ("bonjour", "bɔ̃ʒˈuʁ"),
        ("monsieur", "məsjˈø"),
        ("femme", "fˈam"),
        ("maintenant", "mɛ̃tnˈɑ̃"),
        ("enfants", "ɑ̃fˈɑ̃"),
        ("parlent", "pˈaʁl"),
        ("moment", "momˈɑ̃"),
        ("grenouille", "ɡʁənˈuj"),
        ("l'homme", "lˈɔm"),
        ("aujourd'hui", "oʒuʁdyˈi"),
        ("SNCF", "ɛsɛnseˈɛf"),
        ("yeux", "jˈø"),
    ],
)
def test_a_word_is_said_by_its_spelling(word: str, sound: str):
    assert phonemes([word]) == [sound]


@pytest.mark.parametrize(
    ("words", "sounds"),
    [
        ("les enfants", ["lez", "ɑ̃fˈɑ̃"]),
        ("nous avons", ["nuz", "avˈɔ̃"]),
        ("un ami", ["œ̃n", "amˈi"]),
        ("les héros", ["le", "eʁˈo"]),
        ("les haricots", ["le", "aʁikˈo"]),
        ("petit enfant", ["pətˈit", "ɑ̃fˈɑ̃"]),
    ],
)
def test_some_words_tie_to_a_vowel_that_follows(words: str, sounds: list[str]):
    assert phonemes(words.split()) == sounds
