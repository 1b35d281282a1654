"""How Italian text is read: numbers, dates, money and signs in words."""

import pytest

from dragoman.phonemes.italian.words import ITALIAN
from dragoman.phonemes.scan import scan


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("21 kg", "ventun chili"),
        ("28", "ventotto"),
        ("33", "trentatré"),
        ("1.000", "mille"),
        ("2024", "duemila ventiquattro"),
        ("1 €", "un euro"),
        ("12,50 €", "dodici euro e cinquanta centesimi"),
        ("20:30", "venti e trenta"),
        ("1:00", "una"),
        ("3º", "terzo"),
        ("XXI secolo", "ventunesimo secolo"),
        ("5/3/2024", "cinque marzo duemila ventiquattro"),
        ("1 maggio 1999", "primo maggio mille novecento novantanove"),
        ("3/4", "tre quarti"),
        ("50%", "cinquanta per cento"),
        ("Sig. Rossi", "signor Rossi"),
        ("ana@example.it", "ana chiocciola example punto it"),
        ("-5 °C", "meno cinque gradi"),
        ("3 milioni di €", "tre milioni di euro"),
        ("1 casa e 1 libro", "una casa e un libro"),
        ("21 anni", "ventuno anni"),
    ],
)
def test_text_is_read_as_a_person_would(text: str, said: str):
    pieces = scan(text, 0, len(text), ITALIAN, "it")
    assert " ".join(piece.spoken for piece in pieces).split() == said.split()
