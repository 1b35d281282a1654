"""Values that a model made up: it was not sure of them, and nobody mentioned them."""

import json

import pytest

from dragoman.domain.conversation import Message, TextPart
from dragoman.engines.llama_cpp.tools.grounding.checks import Vetting
from dragoman.engines.llama_cpp.tools.grounding.confidence import Drawn, required, spare, values
from dragoman.engines.llama_cpp.tools.grounding.unmentioned import Mentions
from yardstick import rods_at_most

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


@pytest.mark.parametrize(
    ("comma", "name", "value", "guessed"),
    [(-0.45, -0.29, -0.49, ["unit"]), (0.0, -0.1, -0.3, []), (-0.45, -0.29, 0.0, ["unit"])],
)
def test_an_argument_that_might_have_been_left_out_as_well_is_a_guess(
    comma: float, name: float, value: float, guessed: list[str]
) -> None:
    """As `status` of a shop's orders, where nobody spoke of any."""
    pieces = (
        '{"note": "',
        "turn",
        ('",', comma),
        ' "',
        ("unit", name),
        '": "',
        ("rad", value),
        '"}',
    )
    assert spare(drawn(*pieces), "turn", mentions()) == guessed


def test_an_argument_that_was_spoken_of_is_none_however_seldom_it_is_given() -> None:
    pieces = ('{"note": "', "turn", ('",', -3.0), ' "', ("unit", -3.0), '": "', "degrees", '"}')
    assert spare(drawn(*pieces), "turn", mentions()) == []


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
    assert required(arguments, "turn", mentions()) == guessed


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
    assert spare(arguments, "turn", mentions()) == guessed


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


def test_a_quote_says_nothing_of_what_stands_in_it() -> None:
    pieces = drawn('{"unit":', (' "', -5.0), ("grad", -0.1), ('",', -4.0), ' "note": ""}')
    assert [each.logprob for each in values(pieces)] == [-0.1, 0.0]
    assert spare(pieces, "turn", mentions()) == []


def test_pieces_may_be_empty_or_span_what_they_like() -> None:
    pieces = drawn('{"ang', ("", -9.0), ('le": 4', -1.0), ("", -9.0), ("5, ", -2.0), '"points": [')
    assert [(each.property, each.logprob) for each in values(pieces)] == [("angle", -3.0)]


def test_names_may_have_escapes_and_strings_may_hold_json() -> None:
    text = r'{"w\u0065r\"t": "{\"a\": [1}", "점": {"}": 2}, "x": "\ud83d", "y": "a\tb"}'.replace(
        "\\\\", "\\"
    )
    found = [(each.path, each.value) for each in values(drawn(*text))]
    assert found == [
        (('wer"t',), '{"a": [1}'),
        (("점", "}"), 2),
        (("x",), "\ud83d"),
        (("y",), "a\tb"),
    ]


PAGE = {
    "type": "object",
    "properties": {"text": {"type": "string"}, "limit": {"type": "integer"}},
    "required": ["text"],
}


@pytest.mark.parametrize(
    ("schema", "arguments"),
    [
        ({"properties": {"page": PAGE}, "required": ["page"]}, '{"page": {"limit": '),
        (
            {
                "properties": {"page": {"$ref": "#/$defs/P"}},
                "required": ["page"],
                "$defs": {"P": PAGE},
            },
            '{"page": {"limit": ',
        ),
        ({"$ref": "#/$defs/P", "$defs": {"P": PAGE}}, '{"limit": '),
        ({"allOf": [PAGE]}, '{"limit": '),
        ({"type": "object"}, '{"limit": '),
        ({"properties": {"n": {"enum": [7, 45]}}, "required": ["n"]}, '{"n": '),
        ({"properties": {"n": {"default": 45}}, "required": ["n"]}, '{"n": '),
        ({"properties": {"n": {"type": ["integer", "null"]}}, "required": ["n"]}, '{"n": '),
        ({"properties": {"n": {"items": {"enum": [7, 45]}}}}, '{"n": ['),
    ],
)
def test_a_number_that_need_not_be_given_is_not_asked_for(
    schema: dict[str, object], arguments: str
) -> None:
    some = Mentions([Message("user", (TextPart("Look."),))], {"f": schema})
    assert required(drawn(arguments, ("45", -9.0), "}}"), "f", some) == []


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"page": {"$ref": "#/$defs/P"}}, "required": ["page"], "$defs": {"P": PAGE}},
        {"properties": {"page": PAGE}, "required": ["page"]},
        {"properties": {"page": {"items": PAGE}}, "required": ["page"]},
    ],
)
def test_a_number_inside_that_must_be_given_is_asked_for(schema: dict[str, object]) -> None:
    must = json.loads(json.dumps(schema).replace('["text"]', '["limit"]'))
    some = Mentions([Message("user", (TextPart("Look."),))], {"f": must})
    assert required(drawn('{"page": {"limit": ', ("45", -9.0), "}}"), "f", some) == ["page"]


def test_a_number_of_hundreds_of_digits_is_a_guess_and_no_fault() -> None:
    for number in ("1" * 320, "1" * 5_000, "1e999", "-1e-999"):
        list(values(drawn('{"angle": ', (number, -2.0), "}")))
        required(drawn('{"angle": ', (number, -2.0), "}"), "turn", mentions())
    assert required(drawn('{"angle": ', ("1" * 320, -2.0), "}"), "turn", mentions()) == ["angle"]


def test_long_arguments_are_looked_at_in_time() -> None:
    pieces = drawn('{"points": [', *[("7", -0.1), ", "] * 30_000, "7]}")
    with rods_at_most(400):
        assert len(list(values(pieces))) == 30_001


DATED: dict[str, object] = {
    "type": "object",
    "properties": {"pet": {"type": "string"}, "date": {"type": "string"}},
    "required": ["pet", "date"],
}


@pytest.mark.parametrize(
    ("ask", "guessed"),
    [
        ("Book a visit for Biscuit.", ["date"]),
        ("He wants to know when the booster of his dog is due.", ["date"]),
        ("When you can, book Biscuit in.", []),
        ("Book a visit for Biscuit tomorrow.", []),
        ("Book a visit for Biscuit on the 15th.", []),
        ("Book Biscuit in for any Monday.", []),
        ("비스킷 예약해 줘.", ["date"]),
        ("비스킷 내일로 예약해 줘.", []),
        ("Réserve une visite pour Biscuit demain.", []),
        ("Book a table for the Browns, dinner.", []),
        ("Book Biscuit in, for a checkup in 30 min", []),
        ("Remind me at seven, please", []),
        ("Umów wizytę dla Biscuit pojutrze.", []),
        ("Boka in Biscuit i övermorgon.", []),
        ("비스킷 한 시간 뒤로 예약해 줘.", []),
        ("비스킷 예약, 담주 괜찮아?", []),
    ],
)
def test_a_date_that_nobody_says_anything_of_is_guessed(ask: str, guessed: list[str]) -> None:
    known = Mentions([Message("user", (TextPart(ask),))], {"book": DATED})
    arguments = drawn('{"pet": "Biscuit", "date": "', ("2023-04-15", -4.0), '"}')
    assert required(arguments, "book", known) == guessed


def test_a_date_that_a_result_holds_is_known() -> None:
    messages = [
        Message("user", (TextPart("Book Biscuit in for the booster."),)),
        Message("tool", (TextPart('{"due": "2023-04-15"}'),), tool_call_id="1"),
    ]
    known = Mentions(messages, {"book": DATED})
    arguments = drawn('{"pet": "Biscuit", "date": "', ("2023-04-15", -4.0), '"}')
    assert required(arguments, "book", known) == []
