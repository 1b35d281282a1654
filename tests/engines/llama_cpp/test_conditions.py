"""Conditions on a number, and what came back."""

import json

import pytest

from dragoman.domain.conversation import Message, TextPart, Tool, ToolCall
from dragoman.engines.llama_cpp.tools.decision.candidates import allowed
from dragoman.engines.llama_cpp.tools.decision.conditions import is_set, outcome
from yardstick import rods_at_most

PAPER = "Check how many boxes of A4 paper we've got left. Only if it's less than 10, order 20 more."


def after(request: str, result: object) -> list[Message]:
    """A conversation in which one result came."""
    text = result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)
    return [
        Message("user", (TextPart(request),)),
        Message("assistant", (), tool_calls=(ToolCall("1", "look", "{}"),)),
        Message("tool", (TextPart(text),), tool_call_id="1"),
    ]


@pytest.mark.parametrize(
    ("request_", "met", "not_met"),
    [
        (PAPER, {"item": "A4 paper", "boxes_left": 9}, {"item": "A4 paper", "boxes_left": 34}),
        ("If the price is below $1,200, buy it.", {"price": 1199.5}, {"price": 1200}),
        ("Turn the heating on if it is under 18 degrees.", "17.5 °C", "18.5 °C"),
        ("Book it when there are at least 4 seats.", {"seats": 4}, {"seats": 3}),
        ("If more than 100 people come, rent the hall.", {"guests": 101}, {"guests": 100}),
        ("재고가 5개 미만이면 주문해 줘", {"재고": 4}, {"재고": 5}),
        ("온도가 25도 이상이면 에어컨을 켜 줘", {"id": 9912, "온도": 25.0}, {"온도": 24.9}),
        ("방이 27도 넘으면 에어컨을 켜 줘", {"온도": 27.5}, {"온도": 25.3}),
        ("잔액이 1,000원보다 많으면 보내 줘", {"잔액": 1001}, {"잔액": 900}),
    ],
)
def test_a_number_is_held_against_the_limit(request_: str, met: object, not_met: object) -> None:
    assert outcome(after(request_, met)) is True
    assert outcome(after(request_, not_met)) is False


@pytest.mark.parametrize(
    ("request_", "result"),
    [
        (PAPER, {"boxes_left": 34, "boxes_ordered": 0}),
        (PAPER, {"boxes_left": "many"}),
        (PAPER, {"boxes_left": None}),
        (PAPER, "[" * 5_000),
        (PAPER, "9" * 30_000),
        ("How many boxes are left? Order 20 more.", {"boxes_left": 34}),
        ("If it's less than 10, order 20, otherwise order 5.", {"boxes_left": 34}),
        ("Order 20 unless there are more than 10.", {"boxes_left": 8}),
        ("If it's less than 10 or more than 90, call me.", {"boxes_left": 95}),
        ("Find flats for less than 1,000 euros.", {"rent": 1500}),
        ("재고가 5개 미만이면 주문하고 아니면 알려 줘", {"재고": 8}),
    ],
)
def test_what_is_not_one_limit_and_one_number_forbids_nothing(
    request_: str, result: object
) -> None:
    assert outcome(after(request_, result)) is None


def test_what_changes_something_is_not_offered_where_the_condition_is_not_met() -> None:
    tools = [Tool("get_supply_level", "", {}), Tool("order_supplies", "", {})]
    assert allowed(after(PAPER, {"boxes_left": 34}), tools) == tools[:1]
    assert allowed(after(PAPER, {"boxes_left": 3}), tools) == tools
    assert allowed(after(PAPER, {"boxes_left": 34})[:1], tools) == tools


def test_hostile_requests_are_read_in_time() -> None:
    with rods_at_most(50):
        for part in ("if ", "if less ", "1,", "1 가", "less than ", "9", "으면 ", "if you "):
            is_set(part * 2_000)
            outcome(after((part * 2_000)[:2_000], {"n": 1}))


@pytest.mark.parametrize(
    "request_",
    [
        "If it rains tomorrow, remind me to take the umbrella.",
        "Put her on the list unless she is on it.",
        "Order two packs if they have it in stock.",
        "Only when the build is green, merge it.",
        "내일 비가 오면 알려 줘.",
        "회의실이 비어 있으면 예약해 줘.",
        "Wenn das Paket da ist, schreib mir.",
    ],
)
def test_a_condition_is_known_by_its_words(request_: str) -> None:
    assert is_set(request_)


@pytest.mark.parametrize(
    "request_",
    [
        "Book a table for two.",
        "Check if the shop is open.",
        "Let me know if he has written.",
        "Book it, if possible before noon.",
        "Send it to Ana if you can.",
        "Tell Leo that if he wants he may come.",
        "가능하면 오전으로 예약해 줘.",
        "화면을 어둡게 해 줘.",
    ],
)
def test_other_ifs_are_none(request_: str) -> None:
    assert not is_set(request_)
