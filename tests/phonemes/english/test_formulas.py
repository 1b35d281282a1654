"""Formulas, and what other texts showed."""

import pytest

from dragoman.phonemes.english.words import ENGLISH
from dragoman.phonemes.scan import scan


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # formulas
        (
            "x = -b ± √(b² - 4ac)",
            "x equals minus b plus or minus the square root of ( b squared minus four ac )",
        ),
        ("(a+b) / 2a", "( a plus b ) divided by two a"),
        ("2x - 3 = 5", "two x minus three equals five"),
        ("a(b - c) = d", "a ( b minus c ) equals d"),
        ("gate b-2", "gate b two"),
        ("E = mc²", "E equals m c squared"),
        ("E = mc^2", "E equals m c squared"),
        ("the cm² and 5 km²", "the cm squared and five square kilometers"),
        ("sin θ + cos(x)", "sine θ plus cosine ( x )"),
        ("sin x + tan a = 1", "sine x plus tangent a equals one"),
        ("The cost is low, sing in a tank.", "The cost is low , sing in a tank ."),
        ("A sin a limb cosy", "A sin a limb cosy"),
        (
            "10k followers, 2m views, 2.5m users",
            "ten thousand followers , two million views , two point five million users",
        ),
        ("2m tall, a 10k run", "two meters tall , a ten k run"),
        ("He went to th' house.", "He went to the house ."),
        ("a² + b² = c²", "a squared plus b squared equals c squared"),
        ("3 - (-2) = 5", "three minus ( minus two ) equals five"),
        ("–5 °C", "minus five degrees Celsius"),
        ("a loss of –5%", "a loss of minus five percent"),
        ("9 - 5 job", "nine to five job"),
        # found in other texts
        ("0800 hours", "oh eight hundred hours"),
        ("at 1530 hours", "at fifteen thirty hours"),
        ('12" x 8"', "twelve by eight inches"),
        ("He is 5'10 tall", "He is five foot ten tall"),
        ("6ft 2in", "six feet two inches"),
        ("1.5M users", "one point five million users"),
        ("10K followers", "ten thousand followers"),
        ("a 10K run", "a ten K run"),
        ("8B parameters", "eight billion parameters"),
        ("a 4K screen", "a four K screen"),
        ("12/2024", "December twenty twenty four"),
        ("°C", "degrees Celsius"),
        (
            "scored 95/100 and 9.5/10",
            "scored ninety five out of one hundred and nine point five out of ten",
        ),
        (
            "Chapter 3, verses 4-6; John 3:16",
            "Chapter three , verses four to six ; John three sixteen",
        ),
        ("The score was 21-14 at halftime.", "The score was twenty one to fourteen at halftime ."),
        (
            "Temperatures from -5 to -10°C.",
            "Temperatures from minus five to minus ten degrees Celsius .",
        ),
        (
            "It fell -3.5%, from 100 to 96.5.",
            "It fell minus three point five percent , from one hundred to ninety six point five .",
        ),
        ("2.5-5 mg/kg", "two point five to five milligrams per kilogram"),
    ],
)
def test_text_is_read_as_a_person_would(text: str, said: str):
    pieces = scan(text, 0, len(text), ENGLISH, "en")
    assert " ".join(" ".join(piece.spoken for piece in pieces).split()) == said
