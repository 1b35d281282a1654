"""Values that a model made up: it was not sure of them, and nobody mentioned them."""

import pytest

from dragoman.domain.conversation import Message, TextPart
from dragoman.engines.llama_cpp.grounding import Vetting
from dragoman.engines.llama_cpp.unmentioned import Mentions
from dragoman.engines.llama_cpp.unsure import Drawn, required, spare, values

SCHEMA: dict[str, object] = {
    "type": "object",
    "properties": {"angle": {}, "points": {}, "unit": {}, "note": {}, "round": {}},
    "required": ["angle", "points"],
}


def mentions(ask: str = "Turn it by 30 degrees.") -> Mentions:
    return Mentions([Message("user", (TextPart(ask),))], {"turn": SCHEMA})


def drawn(*pieces: str | tuple[str, float]) -> Drawn:
    return [(piece, 0.0) if isinstance(piece, str) else piece for piece in pieces]


def test_a_value_has_the_probability_of_all_its_pieces() -> None:
    numbers = ('{"points"', ": [", ("1", -0.5), ("2", -0.25), ", ", ("7", -1.0), "], ")
    found = list(values(drawn(*numbers, '"unit": "', ("d", -2.0), ("eg", -0.5), '"}')))
    assert [(each.property, each.value, each.logprob) for each in found] == [
        ("points", 12, -0.75),
        ("points", 7, -1.0),
        ("unit", "deg", -2.5),
    ]


def test_names_inside_an_argument_are_no_values() -> None:
    found = list(values(drawn('{"points": [{"x": ', ("4", -1.0), ', "y": true}], "note": "x: 1"}')))
    assert [(each.property, each.value) for each in found] == [
        ("points", 4),
        ("points", True),
        ("note", "x: 1"),
    ]


def test_the_last_digits_of_a_number_are_not_looked_at() -> None:
    (found,) = values(drawn('{"angle": ', "48.8", ("566", -3.0), "}"))
    assert found.value == 48.8566
    assert found.logprob == 0.0


@pytest.mark.parametrize(
    ("arguments", "guessed"),
    [
        (drawn('{"angle": ', ("45", -1.5), "}"), ["angle"]),
        (drawn('{"angle": ', ("4", -0.6), ', "points": [', ("1", -0.6), "]}"), ["angle", "points"]),
        (drawn('{"angle": ', ("30", -1.5), "}"), []),
        (drawn('{"angle": ', ("0.3", -1.5), "}"), []),
        (drawn('{"angle": ', ("45", -0.5), "}"), []),
        (drawn('{"angle": "', ("left", -2.5), '"}'), []),
        (drawn('{"angle": ', ("true", -2.5), "}"), []),
        (drawn('{"unit": ', ("45", -2.5), "}"), []),
    ],
)
def test_a_number_that_must_be_given_is_guessed(arguments: Drawn, guessed: list[str]) -> None:
    assert required(arguments, {"unit", "note", "round"}, mentions()) == guessed


@pytest.mark.parametrize(
    ("arguments", "guessed"),
    [
        (drawn('{"unit": "', ("grad", -1.0), '"}'), ["unit"]),
        (drawn('{"round": ', ("true", -1.0), "}"), ["round"]),
        (drawn('{"round": ', ("3", -1.0), "}"), ["round"]),
        (drawn('{"unit": "', ("degree", -1.0), '"}'), []),
        (drawn('{"unit": "', ("grad", -0.5), '"}'), []),
        (drawn('{"angle": "', ("left", -2.5), '"}'), []),
    ],
)
def test_a_value_that_may_be_left_out_is_guessed(arguments: Drawn, guessed: list[str]) -> None:
    assert spare(arguments, {"unit", "note", "round"}, mentions()) == guessed


def test_a_guess_is_not_called_with() -> None:
    vetting = Vetting((), None, mentions())
    arguments = '{"angle": 45, "points": []}'
    sure, guess = drawn(arguments), drawn('{"angle": ', ("45", -2.0), ', "points": []}')
    assert vetting.rejection("turn", arguments, sure) is None
    rejected = vetting.rejection("turn", arguments, guess)
    assert rejected is not None
    assert rejected.invented == ["angle"]


def test_arguments_that_are_cut_have_the_values_so_far() -> None:
    assert [each.value for each in values(drawn('{"angle": 4, "note": "lef'))] == [4]
