"""How Portuguese words sound."""

import pytest

from dragoman.phonemes.portuguese.pronounce import phonemes


@pytest.mark.parametrize(
    ("word", "sound"),
    [
        ("não", "nˈɐ̃ʊ̃"),
        ("dia", "ʤˈiæ"),
        ("gente", "ʒˈAŋʧy"),
        ("coração", "kˌoɾasˈɐ̃ʊ̃"),
        ("trabalho", "trabˈaljʊ"),
        ("carro", "kˈaxʊ"),
        ("cidade", "sidˈaʤy"),
        ("muito", "mwˈiŋtʊ"),
        ("Brasil", "brazˈiʊ"),
        ("português", "pˌoɾtuɡˈes"),
        ("homem", "ˈomAŋ"),
    ],
)
def test_a_word_is_said_by_its_spelling(word: str, sound: str):
    assert phonemes([word]) == [sound]
