"""A call that failed, tried again with what was looked up since."""

import json
from collections.abc import Mapping
from typing import TypeAlias

import pytest

from dragoman.domain.chat import ChatRequest
from dragoman.domain.conversation import CustomTool, Message, TextPart, Tool, ToolCall
from dragoman.engines.llama_cpp.tools.answer_forms import Forms
from dragoman.engines.llama_cpp.tools.decision.retry import later_values

BALANCE = Tool(
    "balance",
    "",
    {
        "type": "object",
        "properties": {"account": {"type": "string"}, "currency": {"type": "string"}},
        "required": ["account"],
    },
)
ACCOUNTS = [{"account": "CH-1", "kind": "current", "since": 2019}, {"account": "CH-2"}]


Step: TypeAlias = tuple[str, Mapping[str, object], object]


def after(*steps: Step) -> list[Message]:
    """A conversation with these calls and what came of them."""
    messages = [Message("user", (TextPart("How much is on my savings account?"),))]
    for number, (name, arguments, result) in enumerate(steps):
        call = ToolCall(str(number), name, json.dumps(arguments))
        text = result if isinstance(result, str) else json.dumps(result)
        messages.append(Message("assistant", (), tool_calls=(call,)))
        messages.append(Message("tool", (TextPart(text),), tool_call_id=str(number)))
    return messages


FAILED: Step = ("balance", {"account": "savings"}, {"error": "no account has this number"})
PAID: Step = ("balance", {"account": "CH-1"}, {"balance": 5})
WORDS: Step = ("accounts", {}, "You have two accounts.")
TEXT: Step = ("accounts", {}, ["x" * 65])
LISTED: Step = ("accounts", {}, ACCOUNTS)


def test_what_was_looked_up_since_is_what_it_may_be_called_with() -> None:
    assert later_values(after(FAILED, LISTED), BALANCE) == {"account": ["CH-1", "current", "CH-2"]}


def test_what_was_tried_already_is_not_among_it() -> None:
    again: Step = ("balance", {"account": "CH-1"}, "Error: closed")
    assert later_values(after(FAILED, again, LISTED), BALANCE) == {"account": ["current", "CH-2"]}


@pytest.mark.parametrize(
    "parameters",
    [
        {"properties": {"account": True}, "required": ["account"]},
        {"properties": {"account": None}, "required": ["account"]},
        {"properties": None, "required": ["account"]},
        {"properties": {}, "required": [["account"]]},
    ],
)
def test_a_schema_that_says_nothing_of_the_argument_offers_nothing(
    parameters: Mapping[str, object],
) -> None:
    assert later_values(after(FAILED, LISTED), Tool("balance", "", parameters)) == {}


@pytest.mark.parametrize(
    "steps",
    [
        (FAILED,),
        (LISTED, FAILED),
        (PAID, LISTED),
        (FAILED, WORDS),
        (FAILED, TEXT),
        (LISTED,),
    ],
)
def test_nothing_is_offered_where_nothing_new_was_looked_up_or_nothing_failed(
    steps: tuple[Step, ...],
) -> None:
    assert later_values(after(*steps), BALANCE) == {}


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "object", "properties": {"account": {"type": "string"}}},
        {**BALANCE.parameters, "required": ["account", "currency"]},
        {**BALANCE.parameters, "properties": {"account": {"enum": ["savings"]}}},
        {**BALANCE.parameters, "properties": {"account": {"type": "boolean"}}},
    ],
)
def test_only_one_argument_of_no_set_values_is_tried_again(schema: dict[str, object]) -> None:
    assert later_values(after(FAILED, LISTED), Tool("balance", "", schema)) == {}


def test_numbers_are_for_numbers() -> None:
    properties = {"account": {"type": "integer"}}
    tool = Tool("balance", "", {**BALANCE.parameters, "properties": properties})
    assert later_values(after(FAILED, LISTED), tool) == {"account": [2019]}


def test_a_custom_tool_is_not_tried_again() -> None:
    assert later_values(after(FAILED, LISTED), CustomTool("balance", "")) == {}


def test_a_call_is_held_to_what_was_found() -> None:
    request = ChatRequest((Message("user", (TextPart("Hi"),)),), tools=(BALANCE,))
    form = Forms(request, (BALANCE,), {}).calls(["balance"], among={"account": ["CH-2"]})
    assert form.grammar is not None
    assert '"account": {"enum": ["CH-2"]}' in form.grammar
    assert "currency" in form.grammar
