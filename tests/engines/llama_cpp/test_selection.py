"""Which of several things that were looked up the user means."""

import json
from collections.abc import Mapping, Sequence

import pytest

from dragoman.domain.conversation import Message, TextPart, Tool, ToolCall
from dragoman.engines.llama_cpp.tools.decision.selection import Listings
from yardstick import rods_at_most

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


def after(
    request: str,
    *results: object,
    made: Mapping[str, object] | None = None,
    source: str = "look",
    tools: Sequence[str] = (),
) -> Listings:
    """The lists of a conversation in which these results came of `source`."""
    messages = [Message("user", (TextPart(request),))]
    for number, result in enumerate(results):
        call = ToolCall(str(number), source, json.dumps(made or {}))
        text = result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)
        messages.append(Message("assistant", (), tool_calls=(call,)))
        messages.append(Message("tool", (TextPart(text),), tool_call_id=str(number)))
    return Listings(messages, [Tool(name, "", {}) for name in tools])


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
    with rods_at_most(50):
        assert listings.meant("read", '{"id": 3}') == {}


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


TRAINS = [
    {"fare_id": "FR-201", "departs": "06:52", "price": 41.5, "seats": 4},
    {"fare_id": "FR-202", "departs": "10:07", "price": 27.9, "seats": 80},
    {"fare_id": "FR-203", "departs": "13:31", "price": 33.0, "seats": 80},
]


@pytest.mark.parametrize(
    ("request_", "fare"),
    [
        ("I'm taking the cheapest train to Castellmar. Don't book it.", "FR-202"),
        ("Book the least expensive train.", "FR-202"),
        ("Which rules does the most expensive train have?", "FR-201"),
        ("Book me the latest train!", "FR-203"),
        ("The train with the fewest seats, please: what are its rules?", "FR-201"),
        ("가장 싼 기차의 규정을 알려 줘", "FR-202"),
        ("제일 늦은 기차로 예매해 줘", "FR-203"),
    ],
)
def test_a_superlative_means_one_of_a_list(request_: str, fare: str) -> None:
    others = {each["fare_id"] for each in TRAINS} - {fare}
    listings = after(request_, TRAINS, source="search_trains")
    assert listings.meant("rules", json.dumps({"fare_id": fare})) == {}
    for other in others:
        assert listings.meant("rules", json.dumps({"fare_id": other})) == {"fare_id": [fare]}


@pytest.mark.parametrize(
    "request_",
    [
        "Book the second cheapest train.",
        "Compare the two cheapest trains.",
        "The cheapest or the latest train?",
        "Any train but the cheapest.",
        "The cheapest meal on a train to Castellmar, please.",
        "The train with the most seats.",
        "The train with the best rating.",
        "The nearest train.",
    ],
)
def test_another_superlative_means_none_of_a_list(request_: str) -> None:
    listings = after(request_, TRAINS, source="search_trains")
    assert listings.meant("rules", '{"fare_id": "FR-203"}') == {}


BUGS = {
    "items": [
        {"number": 402, "title": "Date picker shows the wrong month in Firefox"},
        {"number": 417, "title": "Date picker is blank in Safari"},
    ]
}
PEOPLE = [
    {"contact_id": "c-1180", "name": "한지우", "company": "누리물산"},
    {"contact_id": "c-1183", "name": "한지우", "company": "코르반푸드"},
]


@pytest.mark.parametrize(
    ("tool", "request_", "results", "arguments", "instead"),
    [
        (
            "get_comments",
            "The date picker is broken in Safari. What do the comments say?",
            BUGS,
            {"number": 402},
            {"number": [417]},
        ),
        (
            "get_contact",
            "코르반푸드에 다니는 한지우 씨 번호 알려줘",
            PEOPLE,
            {"contact_id": "c-1180"},
            {"contact_id": ["c-1183"]},
        ),
        ("close_issue", "The date picker in Safari works.", BUGS, {"number": 402}, {}),
        ("get_comments", "The date picker is broken.", BUGS, {"number": 402}, {}),
        ("get_comments", "Broken in Firefox and in Safari.", BUGS, {"number": 402}, {}),
        ("read_file", "Fix what the tests of a say", ["a.py", "tests.py"], {"path": "a.py"}, {}),
    ],
)
def test_what_only_looks_goes_on_with_what_the_request_resembles(
    tool: str, request_: str, results: object, arguments: object, instead: object
) -> None:
    tools = ["get_comments", "get_contact", "close_issue", "read_file"]
    listings = after(request_, results, tools=tools)
    assert listings.meant(tool, json.dumps(arguments)) == instead


def test_a_long_list_is_ranked_in_time() -> None:
    rows = [{"id": n, "text": f"{'한글 ' * 200}{n}", "price": n % 7} for n in range(128)]
    listings = after("가장 싼 " + "한 " * 900, rows, tools=["get"])
    with rods_at_most(50):
        listings.meant("get", '{"id": 100}')
