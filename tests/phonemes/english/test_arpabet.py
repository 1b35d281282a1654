"""The CMU's symbols in those of misaki's dictionaries, American and British."""

import pytest

from dragoman.phonemes.english.arpabet import phonemes


@pytest.mark.parametrize(
    ("word", "phones", "american", "british"),
    [
        ("better", "B EH1 T ER0", "bˈɛɾəɹ", "bˈɛtə"),
        ("apple", "AE1 P AH0 L", "ˈæpᵊl", "ˈapᵊl"),
        ("button", "B AH1 T AH0 N", "bˈʌtᵊn", "bˈʌtᵊn"),
        ("garcia", "G AA2 R S IY1 AH0", "ɡˌɑɹsˈiə", "ɡˌɑːsˈiːə"),
        ("nicole", "N IH0 K OW1 L", "nɪkˈOl", "nɪkˈQl"),
        ("near", "N IY1 R", "nˈɪɹ", "nˈɪə"),
        ("hard", "HH AA1 R D", "hˈɑɹd", "hˈɑːd"),
        ("dog", "D AO1 G", "dˈɔɡ", "dˈɒɡ"),
        ("law", "L AO1", "lˈɔ", "lˈɔː"),
        ("father", "F AA1 DH ER0", "fˈɑðəɹ", "fˈɑːðə"),
        ("hurry", "HH ER1 IY0", "hˈɜɹi", "hˈɜːɹi"),
        ("attack", "AH0 T AE1 K", "ətˈæk", "ətˈak"),
        ("impose", "IH2 M P OW1 Z", "ɪmpˈOz", "ɪmpˈQz"),
        ("party", "P AA1 R T IY0", "pˈɑɹɾi", "pˈɑːti"),
    ],
)
def test_an_entry_is_said_in_both_regions(word: str, phones: str, american: str, british: str):
    assert phonemes(phones.split(), "us", word) == american
    assert phonemes(phones.split(), "gb", word) == british
