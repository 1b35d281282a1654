"""Identifiers in calls: those that the conversation mentions, and those that were invented."""

import json

import pytest

from dragoman.domain.conversation import Message, TextPart, Tool
from dragoman.engines.llama_cpp.grounding import Grounds, Vetting, as_written

ASK = "Text Paula on +49 (151) 334-5566 and mail ada@lovelace.org about order C-88 of 4711."
TOOL = Tool(
    "ship",
    "Ship an order, for example 555-0100",
    {
        "type": "object",
        "properties": {
            "depot": {"enum": ["D-1000", "D-2000"]},
            "phone": {"type": "string", "description": "e.g. 555-0111", "examples": ["555-0122"]},
        },
    },
)
GROUNDS = Grounds(
    [
        Message("user", (TextPart(ASK),)),
        Message("tool", (TextPart('{"number": 700312, "key": "a9f-221"}'),), tool_call_id="1"),
    ],
    [TOOL],
)


def invented(name: str, value: object) -> bool:
    return GROUNDS.invented(json.dumps({name: value})) == [name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("number", "+491513345566"),
        ("number", "0151 3345566"),
        ("to", "ada@lovelace.org"),
        ("to", "Ada@Lovelace.org"),
        ("order_id", "C-88"),
        ("order_id", 4711),
        ("number", 700312),
        ("apiKey", "A9F-221"),
        ("depot", "D-2000"),
    ],
)
def test_what_was_mentioned_is_known(name: str, value: object) -> None:
    assert not invented(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("number", "1234567890"),
        ("phone_number", "555-1234"),
        ("phone", "555-0100"),
        ("phone", "555-0111"),
        ("phone", "555-0122"),
        ("to", "user@example.com"),
        ("customerId", 12345),
        ("customer_id", "CUST-001"),
        ("order", "<order number>"),
        ("order", "your_order_id"),
        ("order", "ORDER_ID_HERE"),
        ("ticket", "#40112"),
        ("customer_id", "Ada Lovelace"),
        ("phone_number", "Paula"),
    ],
)
def test_an_identifier_that_nobody_mentioned_is_invented(name: str, value: object) -> None:
    assert invented(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("date", "2026-12-01"),
        ("date", "12.05.2026"),
        ("at", "2026-12-01T10:00:00Z"),
        ("year", "1984"),
        ("decade", "the 1980s"),
        ("amount", 1_000_000),
        ("price", 99.95),
        ("place", "37.7749,-122.4194"),
        ("path", "src/v1000/main.py"),
        ("url", "https://example.org/12345"),
        ("text", "The train is late.\nCall 1000 times."),
        ("formula", "C6H12O6"),
        ("urgent", True),
        ("tags", ["12345"]),
        ("count_number", 3),
        ("name", "Paula"),
        ("user_id", "paula"),
    ],
)
def test_what_may_be_worked_out_need_not_be_mentioned(name: str, value: object) -> None:
    assert not invented(name, value)


def test_arguments_that_are_no_object_are_left_alone() -> None:
    assert GROUNDS.invented("[12345]") == GROUNDS.invented("{") == []


def test_a_long_text_is_not_held_back() -> None:
    vetting = Vetting((), GROUNDS)
    assert vetting.may_reject("write", '{"text": "x')
    assert not vetting.may_reject("write", '{"text": "' + "x" * 400)


def test_a_call_that_was_made_is_not_made_again_and_says_so() -> None:
    vetting = Vetting((as_written("ship", "{}"),), GROUNDS)
    vetting.note("look", "{}")
    assert [vetting.rejection(name, "{}") is not None for name in ("ship", "look", "go")] == [
        True,
        True,
        False,
    ]


def test_a_rejected_call_names_what_was_invented() -> None:
    call = Vetting((), GROUNDS).rejection("ship", '{"depot": "D-1000", "order_id": "99120"}')
    assert call is not None
    assert call.invented == ["order_id"]
