"""Which of several things that were looked up the user means."""

import json
from collections.abc import Mapping

import pytest

from dragoman.domain.conversation import Message, TextPart, ToolCall
from dragoman.engines.llama_cpp.listings import Listings

LOANS = [
    {"loan_id": "LN-804", "title": "Knots and Splices", "year": 2019},
    {"loan_id": "LN-809", "title": "Glass Harbour", "year": 2020},
]
ACCOUNTS = {
    "accounts": [
        {"id": 31, "type": "current", "owner": {"name": "Ito"}},
        {"id": 58, "type": "savings", "owner": {"name": "Ito"}},
        {"id": 77, "type": "savings", "owner": {"name": "Marlow"}},
    ]
}
FILES = ["app.py", "production.env", "staging.env"]


def after(request: str, *results: object, made: Mapping[str, object] | None = None) -> Listings:
    """The lists of a conversation in which these results came."""
    messages = [Message("user", (TextPart(request),))]
    for number, result in enumerate(results):
        call = ToolCall(str(number), "look", json.dumps(made or {}))
        text = result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)
        messages.append(Message("assistant", (), tool_calls=(call,)))
        messages.append(Message("tool", (TextPart(text),), tool_call_id=str(number)))
    return Listings(messages)


@pytest.mark.parametrize(
    ("request_", "results", "arguments", "instead"),
    [
        ('Renew "Glass Harbour", please.', LOANS, {"loan_id": "LN-804"}, {"loan_id": ["LN-809"]}),
        ("renew glass-harbour", LOANS, {"loan_id": "LN-804"}, {"loan_id": ["LN-809"]}),
        ("What is on my savings?", ACCOUNTS, {"account": 31}, {"account": [58, 77]}),
        ("What is on Marlow's savings?", ACCOUNTS, {"account": 58}, {"account": [77]}),
        (
            "Compare staging.env and production.env.",
            FILES,
            {"path": "app.py"},
            {"path": ["production.env", "staging.env"]},
        ),
        (
            "파란 등대를 연장해 줘",
            [{"id": "a1", "제목": "붉은 숲"}, {"id": "a2", "제목": "파란 등대"}],
            {"id": "a1"},
            {"id": ["a2"]},
        ),
    ],
)
def test_what_the_user_named_stands_for_what_he_did_not(
    request_: str,
    results: object,
    arguments: Mapping[str, object],
    instead: Mapping[str, object],
) -> None:
    assert after(request_, results).meant(json.dumps(arguments)) == instead


@pytest.mark.parametrize(
    ("request_", "results", "arguments"),
    [
        ("Renew Glass Harbour.", LOANS, {"loan_id": "LN-809"}),
        ("Renew LN-804 and tell me about Glass Harbour.", LOANS, {"loan_id": "LN-804"}),
        ("Renew the books that I have.", LOANS, {"loan_id": "LN-804"}),
        ("Renew everything but Glass Harbour.", LOANS, {"loan_id": "LN-804"}),
        ("Glass Harbour 말고 다른 책을 연장해 줘", LOANS, {"loan_id": "LN-804"}),
        ("Which is like Glass Harbour?", LOANS, {"loan_id": "LN-804"}),
        ("Renew Glass Harbour.", LOANS, {"loan_id": "LN-1"}),
        ("Renew Glass Harbour.", LOANS[1:], {"loan_id": "LN-809"}),
        ("Renew Knots and Splices and Glass Harbour.", LOANS, {"loan_id": "LN-804"}),
        ("Move 5 out of my savings.", ACCOUNTS["accounts"][:2], {"from": 58, "to": 31}),
        ("Renew Glass Harbour.", LOANS, {"loan_id": "LN-809", "since": 2019}),
        ("Rent the Kite.", [{"n": 1, "boat": "Gull"}, {"n": 2, "boat": "Kite"}], {"days": 1}),
        ("Renew Glass Harbour.", "[" * 5_000, {"loan_id": "LN-804"}),
        ("Renew Glass Harbour.", LOANS, {"loan_id": True, "more": {"loan_id": "LN-804"}}),
        ("Renew Glass Harbour.", LOANS, ["LN-804"]),
    ],
)
def test_nothing_stands_for_what_may_be_right(
    request_: str, results: object, arguments: object
) -> None:
    assert after(request_, results).meant(json.dumps(arguments)) == {}


def test_what_was_called_with_already_is_not_called_with_again() -> None:
    renewed = after("Renew Glass Harbour.", LOANS, made={"loan_id": "LN-809"})
    assert renewed.meant('{"loan_id": "LN-804"}') == {}


def test_arguments_that_are_no_json_are_left_alone() -> None:
    assert after("Renew Glass Harbour.", LOANS).meant('{"loan_id": "LN-') == {}


def test_a_list_from_before_the_user_spoke_again_is_looked_at() -> None:
    messages = [
        Message("user", (TextPart("What have I borrowed?"),)),
        Message("assistant", (), tool_calls=(ToolCall("1", "look", "{}"),)),
        Message("tool", (TextPart(json.dumps(LOANS)),), tool_call_id="1"),
        Message("user", (TextPart("Renew Glass Harbour."),)),
    ]
    assert Listings(messages).meant('{"loan_id": "LN-804"}') == {"loan_id": ["LN-809"]}
