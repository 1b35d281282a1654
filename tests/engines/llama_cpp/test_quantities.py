"""Numbers that a text mentions: in digits, in words, in other units."""

import pytest

from dragoman.engines.llama_cpp.tools.grounding.quantities import Quantities
from yardstick import rods_at_most


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("a dozen eggs", 12),
        ("half past two", 30),
        ("a quarter past four", 15),
        ("twenty-five guests", 25),
        ("two hundred and five", 205),
        ("one hour and twenty minutes", 80),
        ("two and a half hours", 2.5),
        ("in nineteen eighty-four", 1984),
        ("fünfundzwanzig Grad", 25),
        ("zweihundertfünfzig", 250),
        ("veinticinco", 25),
        ("deux cents", 200),
        ("двадцать пять", 25),
        ("خمسة وعشرون", 25),
        ("세 개 주세요", 3),
        ("스물다섯 살", 25),
        ("열두 명", 12),
        ("삼백오십", 350),
        ("20만 원", 200_000),
        ("3억 5천만", 350_000_000),
        ("二十五度", 25),
        ("2万5千", 25_000),
        ("第三章", 3),
    ],
)
def test_numbers_in_words_are_mentioned(text: str, number: float) -> None:
    assert Quantities("", text).hold(number)
    assert not Quantities("", text).hold(5e20)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("[1,2,3]", 2),
        ("[1.5,2.5]", 2.5),
        ("1,000", 1000),
        ("1.000,50 Euro", 1000.5),
        ("1'000 francs", 1000),
        ("1 000 000 km", 1_000_000),
        ("1e6 rows", 1_000_000),
        ("5k followers", 5000),
        ("1.2 million", 1_200_000),
        ("３０度", 30),
        ("٣٠ درجة", 30),
        ("1/2 cup", 0.5),
        ("2½ cups", 2.5),
        ("-5 degrees", -5),
        ("minus five", -5),
        ("a rate of 8 %", 0.08),
        ("rows 3 to 7", 5),
        ("1부터 5까지", 4),
    ],
)
def test_digits_are_read_in_every_way_they_are_written(text: str, number: float) -> None:
    assert Quantities("", text).hold(number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("in 2 hours", 7200),
        ("in a week", 7),
        ("5 miles", 8046.72),
        ("70 °F", 21.1),
        ("5'10\"", 177.8),
        ("at 3 pm", 15),
        ("오후 3시", 15),
        ("on March 5", 3),
    ],
)
def test_what_is_worked_out_from_the_users_numbers_is_mentioned(text: str, number: float) -> None:
    assert Quantities("", text).hold(number)


def test_what_others_said_is_not_converted() -> None:
    assert Quantities("at most 2 hours", "").hold(2)
    assert not Quantities("at most 2 hours", "").hold(7200)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Calculate the final velocity of a 5 kg mass", 10),
        ("What is the force?", 9.8),
        ("Is there a soup for the queen?", 4),
        ("수프를 찾아줘", 4),
        ("查一下北京的天气", 7),
        ("How far is it to the moon?", 384_400),
        ("1", 10**400),
        ("1", float("inf")),
        ("1", float("nan")),
    ],
)
def test_a_number_that_nobody_mentioned_is_none(text: str, number: float) -> None:
    assert not Quantities("", text).hold(number)


@pytest.mark.parametrize(
    "text", ["1 " * 60_000, "9" * 120_000, "1,1/" * 30_000, "fünf" * 30_000, "일이삼 " * 30_000]
)
def test_long_texts_are_read_in_time(text: str) -> None:
    with rods_at_most(400):
        Quantities(text, text).hold(3.3)
