"""Which of several things that were looked up the user means."""

import json
import time
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
    ("tool", "request_", "results", "arguments", "instead"),
    [
        ("renew", 'Renew "Glass Harbour", please.', LOANS, {"id": "LN-804"}, {"id": ["LN-809"]}),
        ("renew_loan", "Please renew glass harbour.", LOANS, {"i": "LN-804"}, {"i": ["LN-809"]}),
        (
            "renewLoan",
            "Can you renew my book Glass Harbour?",
            LOANS,
            {"i": "LN-804"},
            {"i": ["LN-809"]},
        ),
        (
            "renew_loan",
            'My card is 55120. Renew "Glass Harbour", please. Until when can I keep it?',
            LOANS,
            {"loan_id": "LN-804"},
            {"loan_id": ["LN-809"]},
        ),
        ("read", "Hi, read staging.env.", FILES, {"path": "app.py"}, {"path": ["staging.env"]}),
        (
            "read_file",
            "Read staging.env and production.env. Which host is set in each of the two?",
            FILES,
            {"path": "app.py"},
            {"path": ["production.env", "staging.env"]},
        ),
        ("open", "Open Marlow.", ACCOUNTS, {"account": 31}, {"account": [77]}),
    ],
)
def test_what_the_user_named_stands_for_what_he_did_not(
    tool: str,
    request_: str,
    results: object,
    arguments: Mapping[str, object],
    instead: Mapping[str, object],
) -> None:
    assert after(request_, results).meant(tool, json.dumps(arguments)) == instead


ROWS = {"rows": [[0] * 32] * 256}


@pytest.mark.parametrize(
    ("tool", "request_", "results", "arguments"),
    [
        ("renew", "Renew Glass Harbour.", LOANS, {"loan_id": "LN-809"}),
        ("renew", "Renew LN-804, and renew Glass Harbour later.", LOANS, {"loan_id": "LN-804"}),
        ("renew", "Renew the books that I have.", LOANS, {"loan_id": "LN-804"}),
        ("renew", "Renew everything but Glass Harbour.", LOANS, {"loan_id": "LN-804"}),
        ("renew", "Which is like Glass Harbour?", LOANS, {"loan_id": "LN-804"}),
        ("renew", "I returned Glass Harbour, renew the one due next.", LOANS, {"i": "LN-804"}),
        ("get_reviews", "Renew Glass Harbour.", LOANS, {"loan_id": "LN-804"}),
        ("renew", "Renew Glass Harbour.", LOANS, {"loan_id": "LN-1"}),
        ("renew", "Renew Glass Harbour.", LOANS[1:], {"loan_id": "LN-809"}),
        ("renew", "Renew Knots and Splices and Glass Harbour.", LOANS, {"loan_id": "LN-804"}),
        ("renew", "Renew Glass Harbour.", LOANS, {"loan_id": "LN-809", "since": 2019}),
        ("renew", "Renew Glass Harbour.", "[" * 5_000, {"loan_id": "LN-804"}),
        ("renew", "Renew Glass Harbour.", LOANS, {"loan_id": True, "more": {"loan_id": "LN-804"}}),
        ("renew", "Renew Glass Harbour.", LOANS, ["LN-804"]),
        ("move", "Move savings.", ACCOUNTS["accounts"][:2], {"from": 58, "to": 31}),
        ("rent", "Rent Kite.", [{"n": 1, "boat": "Gull"}, {"n": 2, "boat": "Kite"}], {"days": 1}),
        ("delete", "Delete all log files, keep keep.log", ["a.log", "keep.log"], {"path": "a.log"}),
        ("delete", "Delete log files apart from b.log", ["a.log", "b.log"], {"path": "a.log"}),
        ("delete", "Lösche alles außer b.log", ["a.log", "b.log"], {"path": "a.log"}),
        ("read", "Which file imports utils.py?", ["main.py", "utils.py"], {"path": "main.py"}),
        ("read", "Read what imports utils.py.", ["main.py", "utils.py"], {"path": "main.py"}),
        (
            "turn_off",
            "Find out what it is, switch it off.",
            [["lamp", "off"], ["fan", "on"]],
            {"d": "fan"},
        ),
        ("start", "Start the cartoon.", [{"id": 1, "n": "Art"}, {"id": 2, "n": "Pop"}], {"id": 2}),
        ("compute", "compute abc", ROWS, {"row": 0}),
    ],
)
def test_nothing_stands_for_what_may_be_right(
    tool: str, request_: str, results: object, arguments: object
) -> None:
    assert after(request_, results).meant(tool, json.dumps(arguments)) == {}


def test_names_that_hold_each_other_are_looked_at_in_time() -> None:
    names = [*({"id": n, "name": "a" * n} for n in range(3, 15)), {"id": 99, "name": "kite"}]
    listings = after("read " + "a" * 1_900 + "! kite", names)
    began = time.process_time()
    assert listings.meant("read", '{"id": 3}') == {}
    assert time.process_time() - began < 1


def test_what_was_called_with_already_is_not_called_with_again() -> None:
    renewed = after("Renew Glass Harbour.", LOANS, made={"loan_id": "LN-809"})
    assert renewed.meant("renew", '{"loan_id": "LN-804"}') == {}


def test_arguments_that_are_no_json_are_left_alone() -> None:
    assert after("Renew Glass Harbour.", LOANS).meant("renew", '{"loan_id": "LN-') == {}


def test_a_list_from_before_the_user_spoke_again_is_looked_at() -> None:
    messages = [
        Message("user", (TextPart("What have I borrowed?"),)),
        Message("assistant", (), tool_calls=(ToolCall("1", "look", "{}"),)),
        Message("tool", (TextPart(json.dumps(LOANS)),), tool_call_id="1"),
        Message("user", (TextPart("Renew Glass Harbour."),)),
    ]
    assert Listings(messages).meant("renew", '{"loan_id": "LN-804"}') == {"loan_id": ["LN-809"]}
