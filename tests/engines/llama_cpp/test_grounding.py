"""Identifiers in calls: those that the conversation mentions, and those that were invented."""

import json

import pytest

from dragoman.domain.conversation import Message, TextPart, Tool, ToolCall
from dragoman.engines.llama_cpp.tools.answer_forms import Rejected, Values
from dragoman.engines.llama_cpp.tools.grounding.checks import Grounds, Vetting, as_written

ASK = "Text Paula on +49 (151) 334-5566 and mail ada@lovelace.org about order C-88 of 4711."
TOOL = Tool(
    "ship",
    "Ship an order, for example 555-0100",
    {
        "type": "object",
        "properties": {
            "depot": {"enum": ["D-1000", "D-2000"]},
            "queue": {"description": "8811 billing, 8812 sales; for example 8899"},
            "phone": {"type": "string", "description": "e.g. 555-0111", "examples": ["555-0122"]},
        },
    },
)
GROUNDS = Grounds(
    [
        Message("user", (TextPart(ASK),)),
        Message("assistant", tool_calls=(ToolCall("1", "look", '{"invoice": "RE-20931"}'),)),
        Message("tool", (TextPart('{"number": 700312, "key": "a9f-221"}'),), tool_call_id="1"),
        Message("user", (TextPart(r'{"email": "j\u00fcrgen@example.de"} 한-４５６, 030 1234'),)),
    ],
    [TOOL],
)


def test_an_arguments_own_name_is_its_value_where_somebody_says_so() -> None:
    user = Message("user", (TextPart('Call the new column "sort order".'),))
    given = json.dumps({"sort_order": "Sort order"})
    assert Grounds([user], []).invented(given) == []
    assert Grounds([Message("user", (TextPart("Sort it."),))], []).invented(given) == ["sort_order"]


@pytest.mark.parametrize("name", ["old_string", "oldText", "old_str"])
def test_text_that_nobody_has_seen_is_not_replaced(name: str) -> None:
    user = Message("user", (TextPart("Remove the debug print; replace sopu with soup."),))
    read = Message("tool", (TextPart("print(half)"),), tool_call_id="1")
    unseen = json.dumps({"edits": [{name: "print('Debug')"}]})
    assert Grounds([user], []).misplaced(unseen) == ["edits"]
    assert Grounds([user, read], []).misplaced(unseen) == []
    assert Grounds([user], []).misplaced(json.dumps({name: "sopu"})) == []
    assert Grounds([user], []).misplaced(json.dumps({"text": "print('Debug')"})) == []


@pytest.mark.parametrize(
    ("name", "value", "misplaced"),
    [
        ("account_id", "holiday_savings", True),
        ("accountId", "Holiday-Savings", True),
        ("zone_id", "my_holiday_savings", True),
        # It is written so somewhere, is none of the user's words, or stands where words may.
        ("account_id", "main-savings", False),
        ("account_id", "weekday_savings", False),
        ("account_id", "savings", False),
        ("branch", "holiday_savings", False),
    ],
)
def test_words_that_were_joined_are_no_id(name: str, value: str, *, misplaced: bool) -> None:
    text = "Transfer 40 euros from my holiday savings, or else from main-savings."
    grounds = Grounds([Message("user", (TextPart(text),))], [])
    assert grounds.misplaced(json.dumps({name: value})) == [name] * misplaced


def test_a_short_id_stands_somewhere_too() -> None:
    result = Message("tool", (TextPart('{"payee_id": "pe-63"}'),), tool_call_id="1")
    grounds = Grounds([result], [])
    assert grounds.invented('{"account_id": "pe-62", "floor": "B-2"}') == ["account_id"]
    assert grounds.invented('{"account_id": "PE-63"}') == []


@pytest.mark.parametrize(
    ("name", "value", "misplaced"),
    [
        ("loan_id", "bk-1180", True),
        ("loanId", "bk-1180", True),
        # It is the id of that, of anything, or the user gave it himself.
        ("book_id", "bk-1180", False),
        ("old_book_id", "bk-1180", False),
        ("id", "bk-1180", False),
        ("loan_id", "x-7", False),
        ("loan_id", "bk-2000", False),
    ],
)
def test_the_id_of_one_thing_is_none_of_another(name: str, value: str, *, misplaced: bool) -> None:
    found = '[{"book_id": "bk-1180", "title": "Salt"}, {"id": "x-7"}, {"book_id": "bk-2000"}]'
    messages = [
        Message("user", (TextPart("Renew Salt, and lend me bk-2000."),)),
        Message("tool", (TextPart(found),), tool_call_id="1"),
    ]
    assert Grounds(messages, []).misplaced(json.dumps({name: value})) == [name] * misplaced


def test_a_placeholder_of_many_words_is_looked_at_in_time() -> None:
    # Each sign more took twice as long: 64 of them are minutes.
    assert Grounds([], []).invented(json.dumps({"x": "<" + "a_" * 31})) == []
    assert Grounds([], []).invented(json.dumps({"x": "<" + "_" * 63})) == []
    assert Grounds([], []).invented(json.dumps({"x": "<the_order id>"})) == ["x"]


def test_what_another_function_tells_is_no_word_of_the_user() -> None:
    code = {"type": "string", "description": "Drug code from list_drugs"}
    stock = Tool("check_stock", "", {"type": "object", "properties": {"drug_code": code}})
    user = Message("user", (TextPart("Is there any aspirin left?"),))
    call = json.dumps({"drug_code": "aspirin"})
    tools = [Tool("list_drugs", "", {}), stock]
    assert Grounds([user], tools).misplaced(call) == ["drug_code"]
    for code in ("D-0473", "IBU"):
        other = json.dumps({"drug_code": code})
        assert Grounds([user], tools).misplaced(other) == ["drug_code"]
        known = Message("user", (TextPart(f"Is there any {code.lower()} left?"),))
        assert Grounds([known], tools).misplaced(other) == []
    result = Message("tool", (TextPart('{"codes": ["Aspirin"]}'),), tool_call_id="1")
    assert Grounds([user, result], tools).misplaced(call) == []
    assert Grounds([user], [stock]).misplaced(call) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [("old_string", "new_string"), ("oldText", "newText"), ("old_str", "new_str")],
)
def test_a_text_is_not_replaced_by_itself(old: str, new: str) -> None:
    grounds = Grounds([Message("tool", (TextPart("sopu"),), tool_call_id="1")], [])
    assert grounds.invented(json.dumps({old: "sopu", new: "sopu"})) == [new]
    assert grounds.invented(json.dumps({old: "sopu", new: "soup"})) == []
    assert grounds.invented(json.dumps({old: "", new: ""})) == []
    assert grounds.invented(json.dumps({"text": "sopu", new: "sopu"})) == []


def named(_tool: str, _arguments: str) -> Values:
    return {"loan_id": ["LN-809"]}


def nothing(_tool: str, _arguments: str) -> Values:
    return {}


def test_a_call_with_another_of_a_list_than_was_named_is_not_made() -> None:
    rejected = Vetting((), meant=named).rejection("renew", '{"loan_id": "LN-804"}')
    assert rejected == Rejected("renew", among={"loan_id": ["LN-809"]})
    assert Vetting((), meant=nothing).rejection("renew", '{"loan_id": "LN-804"}') is None


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
        ("queue_id", "8811"),
        ("invoice_id", "RE-20931"),
        ("to", "jürgen@example.de"),
        ("to", "ju\u0308rgen@example.de"),
        ("order_id", "한-456"),
        ("phone", "+49301234"),
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
        ("drug_code", "drug_code"),
        ("pharmacyId", " pharmacy_id"),
        ("contact", {"phone": "1234567890"}),
        ("attendees", ["ada@lovelace.org", "user@example.com"]),
        ("account_number", "66 4711 88"),
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
        ("message", "Your order is ready, I am here"),
        ("html", "<h1>Welcome</h1>"),
        ("items", "[milk, eggs]"),
        ("amount", "1000"),
        ("duration", "120 seconds"),
        ("expression", "250 - 100"),
        ("command", "python -m http.server 8000"),
        ("query", "Battle of Hastings 1066"),
        ("date", "20261130"),
        ("number", 42),
        ("customer_id", "Ada Lovelace"),
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


def test_what_a_custom_tool_is_called_with_is_text() -> None:
    vetting = Vetting((as_written("run", "ls"),), GROUNDS)
    text = '{"order_id": "99120"}'
    assert vetting.rejection("run", text, custom=True) is None
    assert vetting.rejection("run", "ls", custom=True) is not None


def test_a_rejected_call_names_what_was_invented() -> None:
    call = Vetting((), GROUNDS).rejection("ship", '{"depot": "D-1000", "order_id": "99120"}')
    assert call is not None
    assert call.invented == ["order_id"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("customer_id", "Ada Lovelace"), ("phone_number", "Paula"), ("ids", ["Ada Lovelace"])],
)
def test_a_name_in_place_of_an_identifier_is_doubtful(name: str, value: object) -> None:
    call = Vetting((), GROUNDS).rejection("ship", json.dumps({name: value}))
    assert call is not None
    assert call.doubtful
    assert call.invented == [name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("user_id", "paula"),
        ("seat_number", "A"),
        ("registration_no", "ABC-XYZ"),
        ("device_id", "living room lamp"),
    ],
)
def test_an_identifier_of_letters_is_none(name: str, value: object) -> None:
    lamp = Tool("on", "", {"properties": {"device_id": {"enum": ["living room lamp"]}}})
    grounds = Grounds([], [lamp])
    assert Vetting((), grounds).rejection("on", json.dumps({name: value})) is None


def test_deep_arguments_and_schemas_are_looked_at_in_time() -> None:
    deep = "[" * 20_000 + "]" * 20_000
    assert GROUNDS.invented(f'{{"a": {deep}}}') == []
    schema: dict[str, object] = {"default": "x" * 3_000}
    for _ in range(150):
        schema = {"default": "x", "items": schema}
    assert Grounds([], [Tool("f", "", schema)]).invented('{"id": "1234"}') == ["id"]
