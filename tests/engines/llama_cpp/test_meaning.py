"""What the starter model says: the founding examples, by their meaning."""

import json
import re
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from chat_events import calls, texts
from dragoman.domain.chat import CHAT, ChatEvent, ChatRequest, JsonObject, Sampling
from dragoman.domain.conversation import Message, TextPart, Tool, ToolCall
from dragoman.domain.engine import EngineSpec
from dragoman.serving.process.remote import Remote
from workers import in_worker

# tests/live asks the same of the same weights over HTTP.
pytestmark = [pytest.mark.model, pytest.mark.slow]

Chat = Remote[ChatRequest, ChatEvent]

WEATHER = Tool(
    "get_current_weather",
    "Get the current weather in a given location",
    {
        "type": "object",
        "properties": {
            "location": {
                "type": "string",
                "description": "The city and state, e.g. San Francisco, CA",
            },
            "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
        },
        "required": ["location"],
    },
)


@pytest.fixture(scope="module")
async def engine(weights: Callable[[str], Path]) -> AsyncGenerator[Chat]:
    spec = EngineSpec("llama-cpp", str(weights("qwen2.5-coder-1.5b-instruct")), 2)
    # Other tests in this process hold other weights, and llama.cpp takes one model a process.
    async with in_worker(CHAT, spec) as loaded:
        yield loaded


def user(text: str) -> Message:
    return Message("user", (TextPart(text),))


def system(text: str) -> Message:
    return Message("system", (TextPart(text),))


async def ask(engine: Chat, *messages: Message, **more: Any) -> list[ChatEvent]:
    """Drawn as for a user who says nothing of it, but alike in every run."""
    wanted: dict[str, Any] = {"sampling": Sampling(seed=1), **more}
    return [event async for event in engine.stream(ChatRequest(messages, **wanted))]


async def test_a_name_said_earlier_is_remembered(engine: Chat) -> None:
    greeting = Message("assistant", (TextPart("Hello Hong Gildong! How can I help you?"),))
    said = [user("Hello! My name is Hong Gildong."), greeting, user("What is my name?")]
    (answer,) = texts(await ask(engine, *said, max_tokens=30))
    assert "Hong Gildong" in answer


async def test_the_system_text_makes_it_a_translator(engine: Chat) -> None:
    said = [system("Please translate it into English."), user("안녕하세요. 반갑습니다.")]
    (answer,) = texts(await ask(engine, *said, max_tokens=30))
    assert re.fullmatch(r"Hello[.!,] Nice to meet you[.!]", answer)


async def test_three_answers_to_a_korean_question_are_korean_and_differ(engine: Chat) -> None:
    question = user("너가 가장 잘 하는 걸 한 줄로 말해줘.")
    answers = texts(await ask(engine, question, choices=3, max_tokens=60))
    assert len(set(answers)) == 3
    for answer in answers:
        letters = [letter for letter in answer if letter.isalpha()]
        assert re.match(r"[가-힣]", letters[0])
        assert not re.search(r"[\u0400-\u04ff\u3040-\u30ff\u4e00-\u9fff]", answer)


async def test_json_mode_answers_the_question(engine: Chat) -> None:
    said = [
        system("You are a helpful assistant designed to output JSON."),
        user("Who won the world series in 2020?"),
    ]
    (answer,) = texts(await ask(engine, *said, format=JsonObject(), max_tokens=100))
    assert isinstance(json.loads(answer), dict)


async def test_a_question_for_the_weather_is_a_call(engine: Chat) -> None:
    question = user("What's the weather like in Boston today?")
    ((name, arguments),) = calls(await ask(engine, question, tools=(WEATHER,), max_tokens=100))
    assert name == "get_current_weather"
    assert "Boston" in arguments["location"]
    jsonschema.validate(arguments, dict(WEATHER.parameters))


async def test_three_cities_are_three_calls(engine: Chat) -> None:
    question = user("What's the weather like in San Francisco, Tokyo, and Paris?")
    made = calls(
        await ask(engine, question, tools=(WEATHER,), sampling=Sampling(0.0), max_tokens=200)
    )
    cities = " ".join(arguments["location"] for _, arguments in made)
    assert len(made) == 3
    assert all(city in cities for city in ("San Francisco", "Tokyo", "Paris"))


@pytest.mark.parametrize("text", ["Thanks!", "Who wrote Hamlet?", "안녕하세요. 반갑습니다."])
async def test_what_needs_no_tool_is_answered_in_text(engine: Chat, text: str) -> None:
    events = await ask(engine, user(text), tools=(WEATHER,), max_tokens=20)
    assert calls(events) == []
    assert texts(events)[0]


async def test_after_a_result_the_answer_holds_it(engine: Chat) -> None:
    call = ToolCall("c1", "get_current_weather", '{"location": "Boston, MA"}')
    said = [
        user("What's the weather like in Boston?"),
        Message("assistant", tool_calls=(call,)),
        Message("tool", (TextPart("22 degrees and sunny"),), tool_call_id="c1"),
    ]
    events = await ask(engine, *said, tools=(WEATHER,), sampling=Sampling(0.0), max_tokens=60)
    assert calls(events) == []
    assert "22" in texts(events)[0]
