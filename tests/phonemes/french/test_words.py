"""How French text is read: numbers, dates, money and signs in words."""

import pytest

from dragoman.phonemes.french.words import FRENCH
from dragoman.phonemes.scan import scan


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("71 ans", "soixante et onze ans"),
        ("80 et 81", "quatre vingt et quatre vingt un"),
        ("91", "quatre vingt onze"),
        ("200", "deux cent"),
        ("1 000 000", "un million"),
        ("1re et 2e", "première et deuxième"),
        ("le 1er mai 1999", "le premier mai mille neuf cent quatre vingt dix neuf"),
        ("20h30", "vingt heures trente"),
        ("8 h", "huit heures"),
        ("12,50 €", "douze euros cinquante centimes"),
        ("-5 °C", "moins cinq degrés"),
        ("XXIe siècle", "vingt et unième siècle"),
        ("Louis XIV", "Louis quatorze"),
        ("3/4", "trois quarts"),
        ("n° 5", "numéro cinq"),
        ("M. Dupont", "monsieur Dupont"),
        ("50 %", "cinquante pour cent"),
        ("j'ai 21 €", "j'ai vingt et un euros"),
        ("2 millions d'euros", "deux millions d'euros"),
        ("06 12 34 56 78", "zéro six, douze, trente quatre, cinquante six, soixante dix huit"),
        ("ana@example.fr", "ana arobase example point fr"),
        ("21 min", "vingt et une minutes"),
        ("François Ier", "François premier"),
        ("Le Ciel", "Le Ciel"),
        ("10 000 €", "dix mille euros"),
    ],
)
def test_text_is_read_as_a_person_would(text: str, said: str):
    pieces = scan(text, 0, len(text), FRENCH, "fr")
    assert " ".join(piece.spoken for piece in pieces).split() == said.split()
