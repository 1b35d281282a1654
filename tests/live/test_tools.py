"""When tools are called and when not, one after the other, with real weights."""

import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
from openai import OpenAI

pytestmark = pytest.mark.model


def function(name: str, description: str, *arguments: str) -> dict[str, Any]:
    return {
        "type": "function",
        "function": {
            "name": name,
            "description": description,
            "parameters": {
                "type": "object",
                "properties": {argument: {"type": "string"} for argument in arguments},
                "required": list(arguments),
            },
        },
    }


WEATHER = function("get_weather", "Get the current weather in a city", "city")
TIME = function("get_time", "Get the current time in a city", "city")
SEARCH = function("search_web", "Search the web and return the first results", "query")
PLACE = function("get_user_location", "Get the city where the user is now")
LOCATE = function("locate_me", "Get the town where the user is now")
FORECAST = function("town_forecast", "Get the weather forecast for a town", "town")


def message(client: OpenAI, messages: list[Any], tools: list[Any], **fields: object) -> Any:
    asked: dict[str, Any] = {"model": "gpt-4o", "temperature": 0, "max_tokens": 80, **fields}
    create: Any = client.chat.completions.create
    return create(messages=messages, tools=tools, **asked).choices[0].message


def after(steps: Sequence[tuple[str, dict[str, str], object]]) -> list[dict[str, Any]]:
    """Calls, each with what came of it."""
    messages: list[dict[str, Any]] = []
    for number, (name, arguments, result) in enumerate(steps):
        called = {"name": name, "arguments": json.dumps(arguments)}
        call = {"id": f"call_{number}", "type": "function", "function": called}
        messages += [
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": call["id"], "content": json.dumps(result)},
        ]
    return messages


def said(client: OpenAI, question: str, **fields: object) -> Any:
    return message(
        client, [{"role": "user", "content": question}], [WEATHER, TIME, SEARCH], **fields
    )


@pytest.mark.parametrize(
    ("question", "name", "argument"),
    [
        ("Is it raining in Oslo?", "get_weather", "Oslo"),
        pytest.param("What time is it in Tokyo?", "get_time", "Tokyo", marks=pytest.mark.slow),
        pytest.param(
            "Search the web for the newest version of Django.",
            "search_web",
            "Django",
            marks=pytest.mark.slow,
        ),
        ("제주도 날씨 알려줄래?", "get_weather", "제주"),
    ],
)
def test_what_must_be_looked_up_is_called(client: OpenAI, question: str, name: str, argument: str):
    (call,) = said(client, question).tool_calls
    assert call.function.name == name
    assert argument in " ".join(json.loads(call.function.arguments).values())


@pytest.mark.parametrize(
    ("question", "holds"),
    [
        pytest.param(
            "Write an HTML page with a heading and a paragraph about cats.",
            "<h1>",
            marks=pytest.mark.slow,
        ),
        ("Write a SQL query that counts the rows of the table users.", "COUNT"),
        ("Give me a JSON object with the keys name and age for Bob, who is 30.", '"name"'),
        ("자바스크립트로 배열을 정렬하는 코드를 써줘.", "sort"),
        ("Translate 'good morning' into French.", "onjour"),
        ("Hi!", ""),
    ],
)
def test_what_needs_no_call_is_answered_beside_tools(client: OpenAI, question: str, holds: str):
    answer = said(client, question)
    assert not answer.tool_calls
    assert answer.content.strip()
    assert holds in answer.content


def test_a_loop_goes_on_until_all_is_done(client: OpenAI):
    results = {"locate_me": '{"town": "Bergen"}', "town_forecast": '{"sky": "heavy rain"}'}
    asked = "What will the weather be like where I am?"
    messages: list[Any] = [{"role": "user", "content": asked}]
    made: list[tuple[str, dict[str, str]]] = []
    while calls := (answer := message(client, messages, [LOCATE, FORECAST])).tool_calls:
        messages.append(answer)
        for call in calls:
            made.append((call.function.name, json.loads(call.function.arguments)))
            result = {"role": "tool", "tool_call_id": call.id, "content": results[made[-1][0]]}
            messages.append(result)
    assert made == [("locate_me", {}), ("town_forecast", {"town": "Bergen"})]
    assert "rain" in answer.content.lower()


def test_after_a_result_the_form_of_the_system_text_holds(client: OpenAI):
    call = {"name": "get_weather", "arguments": '{"city": "Paris"}'}
    messages = [
        {"role": "system", "content": "Reply only with a JSON object with the keys temp and sky."},
        {"role": "user", "content": "What's the weather in Paris?"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "a", "type": "function", "function": call}],
        },
        {"role": "tool", "tool_call_id": "a", "content": "21 degrees, clear sky"},
    ]
    content = message(client, messages, [WEATHER]).content
    assert json.loads(content[content.index("{") : content.rindex("}") + 1])["sky"]


def test_a_number_that_nobody_mentioned_is_found_out_or_asked_for(client: OpenAI):
    message_tool = function("send_sms", "Send a text message to a phone number", "number", "text")
    book = function("phone_book", "Look up a person's phone number", "person")
    ask = [{"role": "user", "content": "Text Paula that dinner is at seven."}]
    (call,) = message(client, ask, [book, message_tool]).tool_calls
    assert call.function.name == "phone_book"
    assert "Paula" in call.function.arguments
    alone = message(client, ask, [message_tool])
    assert not alone.tool_calls
    assert "number" in alone.content


@pytest.mark.slow
def test_what_is_only_guessed_is_asked_for_or_left_out(client: OpenAI):
    angle = function("vector_angle", "Calculate the angle of a vector", "x", "y")
    angle["function"]["parameters"]["properties"] = {
        "x": {"type": "number"},
        "y": {"type": "number"},
    }
    ask = [
        {"role": "user", "content": "How do I find the angle of the force for a given momentum?"}
    ]
    assert not message(client, ask, [angle]).tool_calls
    card = function("find_card_in_deck", "Find a particular card in a deck", "rank", "suit")
    cards = {"type": "array", "items": {"type": "object"}, "description": "The deck of cards"}
    card["function"]["parameters"]["properties"]["deck"] = cards
    ask = [
        {"role": "user", "content": "Find a card of rank 'Queen' and suit 'Hearts' in the deck."}
    ]
    (call,) = message(client, ask, [card], max_tokens=300).tool_calls
    assert json.loads(call.function.arguments) == {"rank": "Queen", "suit": "Hearts"}


def test_a_failed_call_is_not_answered_with_what_it_would_have_brought(client: OpenAI):
    order = {"order_number": "77310", "status": "dispatched", "tracking_number": "ZX992041"}
    outage = {"error": "The carrier's tracking service is unavailable."}
    steps = [
        ("get_order_status", {"order_number": "77310"}, order),
        ("track_parcel", {"tracking_number": "ZX992041"}, outage),
    ]
    ask = "When will the parcel with my order 77310 get here?"
    messages = [{"role": "user", "content": ask}, *after(steps)]
    status = function("get_order_status", "Get the status of an order", "order_number")
    track = function("track_parcel", "Get the delivery date of a parcel", "tracking_number")
    answer = message(client, messages, [status, track])
    assert not answer.tool_calls
    assert "unavailable" in answer.content


def test_what_the_user_forbids_is_not_called(client: OpenAI):
    trains = [{"fare_id": "FR-201", "departure": "06:52", "price": 41.5}]
    fare = {"fare_id": "FR-201", "exchange_fee": 8.5}
    steps = [
        ("search_trains", {"origin": "Nordhaven", "destination": "Castellmar"}, trains),
        ("get_fare_rules", {"fare_id": "FR-201"}, fare),
    ]
    ask = (
        "I'm thinking of taking the train from Nordhaven to Castellmar. What's the fee if I have "
        "to exchange that ticket? Don't book anything yet."
    )
    messages = [{"role": "user", "content": ask}, *after(steps)]
    search = function("search_trains", "Search for trains.", "origin", "destination")
    rules = function("get_fare_rules", "Get the rules of a fare.", "fare_id")
    book = function("book_train", "Book a train.", "fare_id")
    answer = message(client, messages, [search, rules, book])
    assert not answer.tool_calls
    assert "8.5" in answer.content


@pytest.mark.slow
def test_the_one_of_several_that_the_user_named_is_gone_on_with(client: OpenAI):
    loans = [
        {"loan_id": "LN-804", "title": "Knots and Splices"},
        {"loan_id": "LN-809", "title": "Glass Harbour"},
    ]
    ask = (
        'My library card number is 55120. Renew "Glass Harbour" for me, please. '
        "Until when can I keep it then?"
    )
    step = ("list_loans", {"card_number": "55120"}, loans)
    messages = [{"role": "user", "content": ask}, *after([step])]
    listed = function("list_loans", "List the items on loan on a library card.", "card_number")
    renew = function("renew_loan", "Renew a loan. Returns the new due date.", "loan_id")
    (call,) = message(client, messages, [listed, renew]).tool_calls
    assert call.function.name == "renew_loan"
    assert json.loads(call.function.arguments) == {"loan_id": "LN-809"}


@pytest.mark.slow
def test_the_cheapest_of_several_is_gone_on_with(client: OpenAI):
    trains = [
        {"fare_id": "FR-201", "departure": "06:52", "price": 41.5},
        {"fare_id": "FR-202", "departure": "10:07", "price": 27.9},
        {"fare_id": "FR-203", "departure": "13:31", "price": 33.0},
    ]
    ask = "What is the fee if I exchange a ticket for the cheapest train from Norden to Kassel?"
    step = ("search_trains", {"origin": "Norden", "destination": "Kassel"}, trains)
    messages = [{"role": "user", "content": ask}, *after([step])]
    search = function("search_trains", "Search for trains.", "origin", "destination")
    rules = function("get_fare_rules", "Get the rules and fees of a fare.", "fare_id")
    (call,) = message(client, messages, [search, rules]).tool_calls
    assert call.function.name == "get_fare_rules"
    assert json.loads(call.function.arguments) == {"fare_id": "FR-202"}


def test_nothing_is_done_where_the_users_condition_is_not_met(client: OpenAI):
    ask = "Check how many boxes of A4 paper are left. Only if it's less than 10, order 20 more."
    step = ("get_supply_level", {"item": "A4 paper"}, {"item": "A4 paper", "boxes_left": 34})
    messages = [{"role": "user", "content": ask}, *after([step])]
    level = function("get_supply_level", "Get how much of an item is left.", "item")
    order = function("order_supplies", "Order an item for the office.", "item", "quantity")
    answer = message(client, messages, [level, order])
    assert not answer.tool_calls
    assert "34" in answer.content


def test_what_is_done_under_a_condition_waits_for_what_tells(client: OpenAI):
    read = function("read_text_file", "Read a text file.", "path")
    append = function("append_line", "Append a line to a file.", "path", "line")
    ask = "Put Mira at the end of guests.txt, unless she is on the list already."
    (call,) = message(client, [{"role": "user", "content": ask}], [append, read]).tool_calls
    assert call.function.name == "read_text_file"


@pytest.mark.parametrize(
    ("ask", "result", "remind"),
    [
        ("If it rains in Oslo tomorrow, remind me to take my umbrella.", "clear sky", False),
        pytest.param(
            "If there is frost in Oslo tomorrow, remind me of the plants.",
            "frost",
            True,
            marks=pytest.mark.slow,
        ),
    ],
)
def test_a_condition_in_words_is_held_against_what_came_back(
    client: OpenAI, ask: str, result: str, *, remind: bool
):
    step = ("get_forecast", {"city": "Oslo", "day": "tomorrow"}, {"weather": result})
    messages = [{"role": "user", "content": ask}, *after([step])]
    forecast = function("get_forecast", "Get the weather forecast for a city.", "city", "day")
    reminder = function("add_reminder", "Add a reminder.", "text")
    answer = message(client, messages, [forecast, reminder])
    assert bool(answer.tool_calls) is remind


@pytest.mark.slow
def test_how_many_there_are_is_counted(client: OpenAI):
    tasks = [{"id": n, "title": f"Task {n}"} for n in (51, 54, 58, 60, 63, 70, 71)]
    step = ("list_tasks", {"person": "Lea"}, tasks)
    messages = [{"role": "user", "content": "How many open tasks does Lea have?"}, *after([step])]
    listed = function("list_tasks", "List the open tasks of a person.", "person")
    answer = message(client, messages, [listed])
    assert "7" in answer.content or "seven" in answer.content


@pytest.mark.slow
def test_a_number_that_no_result_has_is_not_told(client: OpenAI):
    mail = {
        "message_id": "19b2f0c7",
        "from": "Aldous Pym <aldous@pymplumbing.example>",
        "subject": "Re: Boiler in the cellar",
        "date": "2025-09-23",
        "snippet": "Dear customer, thank you for the photographs. I have now had time to",
    }
    ask = (
        "Has the plumber, Aldous Pym, written back about the boiler? "
        "What would he charge for the repair?"
    )
    step = ("search_emails", {"query": "Aldous Pym"}, [mail])
    messages = [{"role": "user", "content": ask}, *after([step])]
    search = function("search_emails", "Look it up", "query")
    answer = message(client, messages, [search], tool_choice="none")
    assert "Pym" in answer.content
    assert not re.search(r"[$£€] ?\d", answer.content)


def test_a_request_is_understood_among_an_agents_reminders(client: OpenAI):
    reminders = "<system-reminder>Skills: loop, review, simplify.</system-reminder>\n" * 20
    around = "<environment_details>\nOpen files: menu.txt\n</environment_details>"
    read = function("read_file", "Read a file of the project", "path")
    ask = [{"role": "user", "content": f'{reminders}"What does notes.txt say?"\n{around}'}]
    (call,) = message(client, ask, [read, WEATHER]).tool_calls
    assert call.function.name == "read_file"
    assert "notes.txt" in call.function.arguments
