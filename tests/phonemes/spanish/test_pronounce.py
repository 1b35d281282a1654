"""How Spanish words sound."""

import pytest

from dragoman.phonemes.spanish.pronounce import phonemes


@pytest.mark.parametrize(
    ("word", "sound"),
    [
        ("hola", "ˈola"),
        ("perro", "pˈero"),
        ("pero", "pˈeɾo"),
        ("guerra", "ɡˈera"),
        ("llamar", "ʎamˈaɾ"),
        ("niño", "nˈiɲo"),
        ("ciudad", "θjuðˈad"),
        ("universidad", "ˌuniβˌeɾsiðˈad"),
        ("también", "tambjˈen"),
        ("México", "mˈexiko"),
        ("pingüino", "piŋɡwˈino"),
        ("hay", "ˈI"),
        ("ADN", "adeˈene"),
    ],
)
def test_a_word_is_said_by_its_spelling(word: str, sound: str):
    assert phonemes([word]) == [sound]
