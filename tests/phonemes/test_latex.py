"""Formulas in LaTeX are read as formulas, and dollars stay money."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.phonemes.compose import compose
from dragoman.phonemes.markup.reading import stretches
from dragoman.phonemes.reader import pieces_of
from dragoman.phonemes.scan import Language
from yardstick import rods_at_most


def said(text: str, language: Language = "en") -> str:
    whole = compose(stretches(text)[0].plain).text
    return " ".join(piece.spoken for piece in pieces_of(whole, 0, len(whole), language))


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        (r"$6{x}_{1} + 4{x}_{2} \leq {24}$", "six x one plus four x two is at most twenty four"),
        (r"The area is $\frac{1}{2} b h$.", "The area is one half b h ."),
        ("$E = mc^2$", "E equals m c squared"),
        (
            r"\[ x = \frac{-b \pm \sqrt{b^2-4ac}}{2a} \]",
            (
                "x equals ( minus b plus or minus the square root of ( b squared minus four a c ) )"
                " divided by ( two a )"
            ),
        ),
        (r"Let \(x \in [0,2]\).", "Let x is in ( zero , two ) ."),
        (r"$\alpha + \beta \geq \pi$", "α plus β is at least π"),
        (
            r"$$\sum_{i=1}^{n} i = \frac{n(n+1)}{2}$$",
            "the sum of i equals one to n , i equals ( n ( n plus one ) ) divided by two",
        ),
        (
            r"$\int_0^1 x^2 \, dx = \frac{1}{3}$",
            "the integral of zero to one , x squared d x equals one third",
        ),
        (r"$\lim_{x \to 0} \sin x = 0$", "limit x to zero , sine x equals zero"),
        (r"$x^{-1}$, $x^{10}$", "x to the power of minus one , x to the power of ten"),
        (
            r"$\text{speed} = \frac{\text{distance}}{\text{time}}$",
            "speed equals distance divided by time",
        ),
        (r"$90^\circ$", "ninety degrees"),
        (r"\begin{equation} a = b \end{equation}", "a equals b"),
        (r"$n$ items in $O(n \log n)$", "n items in O ( n log n )"),
        (r"\frac{3}{4} of it", "three quarters of it"),
        (r"$F = 5m$", "F equals five times m"),
        ("3⁄4 of it", "three quarters of it"),
    ],
)
def test_a_formula_is_said_as_people_say_it(text: str, spoken: str):
    assert said(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("It costs $5 and $10, or $5-$10.", "five dollars and ten dollars"),
        ("between $1 and $2 million", "one dollar and two million dollars"),
        ("US$20 or A$5", "twenty U S dollars or five Australian dollars"),
        ("`$x^2$` is code", "dollar x squared dollar is code"),
        ("Set $HOME and $PATH first.", "dollar HOME and dollar PATH"),
        (r"\$5 each", "five dollars each"),
        ("$5\\%$", "five percent"),
    ],
)
def test_money_variables_and_code_are_no_formulas(text: str, spoken: str):
    assert spoken in said(text)


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        ("en", "x squared plus y cubed"),
        ("ko", "x 제곱 더하기 y 세제곱"),
        ("es", "x al cuadrado más y al cubo"),
        ("fr", "x au carré plus y au cube"),
        ("it", "x al quadrato più y al cubo"),
        ("pt", "x ao quadrado mais y ao cubo"),
        ("ja", "エックス ノニジョー プラス ワイ ノサンジョー"),
        ("zh", "x 的平方 加 y 的立方"),
    ],
)
@pytest.mark.parametrize("text", ["x² + y³", "$x^2 + y^3$", "x^2 + y^3"])
def test_powers_have_their_names_in_every_language(language: Language, spoken: str, text: str):
    words = said(text, language)
    assert words.replace("엑스", "x").replace("와이", "y") == spoken


@pytest.mark.parametrize(
    "text",
    [r"$\frac{1}{$", "$x^$", r"\(\frac\)", "$" + "{" * 40 + "x" + "}" * 40 + "$", r"$\sqrt[$"],
)
def test_what_is_broken_is_read_as_it_stands(text: str):
    assert stretches(text)


@given(st.text(r"$\{}^_ab12 ()[]&.", max_size=60) | st.text(max_size=30).map(lambda t: f"${t}^2$"))
@settings(max_examples=200, deadline=None)
def test_places_stay_those_of_the_text(text: str):
    for stretch in stretches(text):
        for start, end in zip(stretch.plain.starts, stretch.plain.ends, strict=True):
            assert 0 <= start <= end <= len(text)
        assert list(stretch.plain.starts) == sorted(stretch.plain.starts)


def test_ten_thousand_dollars_take_no_time():
    with rods_at_most(400):
        for text in ("$" * 10_000, "$x^" * 3000, r"\(" * 4000, r"\frac{" * 2000, "`$" * 4000):
            stretches(text)
