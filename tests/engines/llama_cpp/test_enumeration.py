"""Of several things that a request names together, the one that has not been looked up yet."""

import json
from collections.abc import Mapping

import pytest

from dragoman.domain.conversation import Message, TextPart, Tool, ToolCall
from dragoman.engines.llama_cpp.tools.decision.enumeration import unserved

LOOK = Tool("get_weather", "Get the weather of a place", {})
TOOLS = (LOOK, Tool("book_table", "Book a table", {}))


def left(text: str, *calls: Mapping[str, object], name: str = LOOK.name) -> str | None:
    under_way = [(name, json.dumps(each, ensure_ascii=False)) for each in calls]
    return unserved([Message("user", (TextPart(text),))], TOOLS, under_way)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("The weather in Boston, Lisbon and Cape Town?", ["Boston, MA", "Lisbon, Portugal"]),
        ("The weather in Boston, Lisbon and Cape Town?", ["Cape Town"]),
        ("Sind die Haustür und das Garagentor abgeschlossen?", ["Haustür"]),
        ("How much protein is in tempeh and edamame?", ["tempeh"]),
        ("¿Qué tiempo hace en Madrid y en Sevilla?", ["Madrid"]),
        ("Is it warmer in Oslo or in Bergen?", ["Bergen"]),
        ("Are the tickets 31, 32 and 40 solved?", [31, 32]),
        ("Read README.md and main.py", ["README.md"]),
    ],
)
def test_what_is_left_of_a_list_is_looked_up_by_the_same_function(
    text: str, values: list[object]
) -> None:
    assert left(text, *({"place": value} for value in values)) == LOOK.name


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("The weather in Boston and Lisbon?", {"places": ["Boston", "Lisbon"]}),
        ("How far is it from Boston to Lisbon and back?", {"place": "Boston", "to": "Lisbon"}),
        ("The weather in Paris, France", {"place": "Paris"}),
        ("Find the customer Dana Reyes and list her orders.", {"query": "Dana Reyes"}),
        ("Flights from Oslo to Rome on Monday and Tuesday", {"start": "Oslo", "goal": "Rome"}),
        ("서울이랑 부산 날씨 알려줘.", {"place": "Seoul"}),
        ("The weather there, please", {"place": "Boston"}),
        ("", {}),
    ],
)
def test_what_is_no_list_or_was_looked_up_needs_nothing(
    text: str, call: Mapping[str, object]
) -> None:
    assert left(text, call) is None


def test_what_changes_something_is_not_done_again() -> None:
    assert left("Book a table for Anna and Bob.", {"name": "Anna"}, name="book_table") is None


def test_what_a_result_tells_is_not_looked_up() -> None:
    asked = Message("user", (TextPart("The weather in Boston and Lisbon?"),))
    call = ToolCall("1", LOOK.name, '{"place": "Boston"}')
    for result, name in (("Boston 14, Lisbon 22", None), ("14", LOOK.name)):
        answer = Message("tool", (TextPart(result),), tool_call_id="1")
        made = Message("assistant", (), tool_calls=(call,))
        assert unserved([asked, made, answer], TOOLS) == name


def test_a_name_that_the_model_spells_in_another_way_is_not_asked_for_for_ever() -> None:
    calls: list[Mapping[str, object]] = [{"place": "Boston"}, {"place": "Lisboa"}]
    assert left("The weather in Boston and Lisbon?", *calls) is None


@pytest.mark.parametrize("part", ["Ab, ", "Ab and ", "a1, ", ", ", " and ", "the ", "x y, "])
def test_a_long_request_is_looked_at_in_time(part: str) -> None:
    left(part * 280, {"place": "Ab"}, {"place": "a1"}, {"place": "x y"}, {"place": "the"})
