"""How Italian words sound."""

import pytest

from dragoman.phonemes.italian.pronounce import phonemes


@pytest.mark.parametrize(
    ("word", "sound"),
    [
        ("ciao", "ʧˈao"),
        ("gnocchi", "ɲˈɔkːɪ"),
        ("famiglia", "famˈiʎa"),
        ("pizza", "pˈiʦːa"),
        ("perché", "perkˈe"),
        ("telefono", "telˈɛfono"),
        ("fantastico", "fantˈastiko"),
        ("fotografia", "fotoɡrafˈia"),
        ("prendere", "prˈɛndere"),
        ("vedere", "vedˈɛre"),
        ("mezzo", "mˈɛʣːo"),
    ],
)
def test_a_word_is_said_by_its_spelling(word: str, sound: str):
    assert phonemes([word]) == [sound]
