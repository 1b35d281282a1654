"""How Spanish text is read: numbers, dates, money and signs in words."""

import pytest

from dragoman.phonemes.scan import scan
from dragoman.phonemes.spanish.words import SPANISH


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("21 kg", "veintiún kilos"),
        ("1 €", "un euro"),
        ("12,50 €", "doce euros con cincuenta céntimos"),
        ("$3,50", "tres dólares con cincuenta centavos"),
        ("1.234.567", "un millón doscientos treinta y cuatro mil quinientos sesenta y siete"),
        ("3,05", "tres coma cero cinco"),
        ("-5 °C", "menos cinco grados"),
        ("15:30", "quince y treinta"),
        ("1:15", "una y cuarto"),
        ("a las 20:00", "a las veinte horas"),
        ("5/3/2024", "cinco de marzo de dos mil veinticuatro"),
        ("2024-03-05", "cinco de marzo de dos mil veinticuatro"),
        ("el 1 de mayo de 1999", "el uno de mayo de mil novecientos noventa y nueve"),
        ("2º y 3ª", "segundo y tercera"),
        ("siglo XXI", "siglo veintiuno"),
        ("1/2 y 3/4", "un medio y tres cuartos"),
        ("50 %", "cincuenta por ciento"),
        ("10-20 km", "diez a veinte kilómetros"),
        ("Sr. García, etc.", "señor García , etcétera"),
        ("ana@example.es", "ana arroba example punto es"),
        ("https://www.example.com/a-b", "example punto com barra a guion b"),
        ("+34 600 123 456", "más tres cuatro, seis cero cero, uno dos tres, cuatro cinco seis"),
        ("£2", "dos libras"),
        ("201 libras", "doscientas una libras"),
        ("100", "cien"),
        ("101 m", "ciento un metros"),
        ("3 millones de €", "tres millones de euros"),
        ("€ 3 millones", "tres millones de euros"),
        ("¿Qué tal?", "Qué tal ?"),
        ("1 h", "una hora"),
        ("¡Hola!", "Hola !"),
        ("n.º 5", "número cinco"),
        ("EE.UU.", "Estados Unidos"),
        ("21 casas y 1 libro", "veintiuna casas y un libro"),
        ("2 días", "dos días"),
        ("1 de cada 3", "uno de cada tres"),
    ],
)
def test_text_is_read_as_a_person_would(text: str, said: str):
    pieces = scan(text, 0, len(text), SPANISH, "es")
    assert " ".join(piece.spoken for piece in pieces).split() == said.split()
