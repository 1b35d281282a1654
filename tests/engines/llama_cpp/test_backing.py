"""The numbers of an answer, and what backs them."""

import json

import pytest

from dragoman.domain.conversation import Message, TextPart, ToolCall
from dragoman.engines.llama_cpp.tools.grounding.backing import Backing
from yardstick import rods_at_most


def missing(request: str, result: object, answer: str) -> list[str]:
    came = result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)
    call = ToolCall("1", "look", '{"room": 412}')
    return Backing(
        [
            Message("user", (TextPart(request),)),
            Message("assistant", (), tool_calls=(call,)),
            Message("tool", (TextPart(came),), tool_call_id="1"),
        ]
    ).missing(answer)


@pytest.mark.parametrize(
    ("request_", "result", "answer"),
    [
        ("What is 240 in kronor?", {"result": 2837.52}, "240 are 2,837.52, so about 2,838."),
        ("What is 240 in kronor?", {"result": 2837.52}, "Das sind 2.837,52 Kronen."),
        ("Until when?", {"closes": "21:30"}, "Until 21:30, that is 9:30 in the evening."),
        ("When?", {"due": "2025-10-31"}, "On October 31, 2025 (31.10.2025)."),
        ("How much?", [{"price": 12.5}, {"price": 30}, {"price": 19}], "61.50 in all, 3 things."),
        ("Which is cheaper?", [{"price": 118}, {"price": 74}], "The second, by 44."),
        ("How full is it?", {"used": 0.25}, "25 percent of it."),
        ("How long is the film?", {"minutes": 118}, "118 minutes, in room 412."),
        ("잔액은?", {"balance": 1284000}, "1,284,000원, 곧 128만 4천원입니다."),
        ("What does it say?", "port: 8467", "The port is 8467. Start it with `run --port 3000`."),
        ("How long?", [{"from": "06:52"}, {"to": "10:07"}], "3 hours and 15 minutes."),
        ("How long?", {"minutes": 205}, "3 hours and 25 minutes."),
        ("How many?", '{"n": NaN, "m": Infinity, "k": 1e999, "l": [9, 1E400]}', "9"),
        ("What does it say?", "a", "```\nx = 4711\n```"),
        ("How many are there?", [], "There are none. 1. Look again. 2. Ask."),
    ],
)
def test_what_stands_there_or_follows_from_it_is_backed(
    request_: str, result: object, answer: str
) -> None:
    assert missing(request_, result, answer) == []


@pytest.mark.parametrize(
    ("result", "answer", "numbers"),
    [
        ({"date": "2025-09-23"}, "He would charge 420 euros.", ["420"]),
        ([], "The next one leaves at 14:45.", ["14", "45"]),
        ({"error": "down"}, "It is 1,250.50 euros.", ["1,250.50"]),
        ({"balance": 1284000}, "잔액은 352,000원입니다.", ["352,000"]),
    ],
)
def test_what_stands_nowhere_is_not(result: object, answer: str, numbers: list[str]) -> None:
    assert missing("What does it cost?", result, answer) == numbers


def test_a_long_conversation_is_not_held_against_anything() -> None:
    with rods_at_most(200):
        assert missing("?", "9 " * 20_000, "It is 4711.") == []
        assert missing("?", "8 " * 9_000, "It is 4711.") == ["4711"]
