"""Short words in capitals are words, and initials are not, in Spanish, French, Italian,"
" Portuguese."""

import pytest

from dragoman.phonemes.romance.capitals import is_spelled
from dragoman.phonemes.scan import Language


@pytest.mark.parametrize(
    ("language", "words", "initials"),
    [
        ("es", "NO SÍ YA UNA DÍA PARAR AHORA", "ONU UE IVA TV ONG"),
        ("fr", "PAS NON OUI FEU ARRÊTEZ", "ONU UE TVA RER CGT"),
        ("it", "NO NON SÌ ORA MAI FERMATI", "ONU UE IVA RAI TV"),
        ("pt", "NÃO SIM JÁ DIA PARE", "ONU UE IVA USP TV"),
    ],
)
def test_emphasis_is_a_word_and_initials_are_not(language: Language, words: str, initials: str):
    assert not any(is_spelled(word, language) for word in words.split())
    assert all(is_spelled(word, language) for word in initials.split())
