"""How Portuguese text is read: numbers, dates, money and signs in words."""

import pytest

from dragoman.phonemes.portuguese.words import PORTUGUESE
from dragoman.phonemes.scan import scan


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("21", "vinte e um"),
        ("R$ 1", "um real"),
        ("R$ 3,50", "três reais e cinquenta centavos"),
        ("2 libras", "duas libras"),
        ("£2", "duas libras"),
        ("1.234", "mil duzentos e trinta e quatro"),
        ("2024", "dois mil e vinte e quatro"),
        ("14h30", "quatorze e trinta"),
        ("20:30", "vinte e trinta"),
        ("1:00", "uma hora"),
        ("2º", "segundo"),
        ("3ª", "terceira"),
        ("século XXI", "século vinte e um"),
        ("7/9/1822", "sete de setembro de mil oitocentos e vinte e dois"),
        ("1 de maio de 1999", "primeiro de maio de mil novecentos e noventa e nove"),
        ("3/4", "três quartos"),
        ("50%", "cinquenta por cento"),
        ("Sr. Silva", "senhor Silva"),
        ("ana@example.br", "ana arroba example ponto br"),
        ("-5 °C", "menos cinco graus"),
        ("200 £", "duzentas libras"),
        ("2 casas", "duas casas"),
        ("2 dias", "dois dias"),
    ],
)
def test_text_is_read_as_a_person_would(text: str, said: str):
    pieces = scan(text, 0, len(text), PORTUGUESE, "pt")
    assert " ".join(piece.spoken for piece in pieces).split() == said.split()
