"""Thinking, with a small model that never learned to: the mechanics, budgets and counts."""

import json
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from chat_events import calls, reasons, texts, usage
from dragoman.domain.chat import (
    ChatEvent,
    ChatRequest,
    ChoiceFinished,
    Effort,
    JsonDocument,
    Sampling,
    TextDelta,
    ThoughtDelta,
    ToolChoice,
)
from dragoman.domain.conversation import Message, TextPart, Tool
from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import EngineUnavailable, RequestInvalid
from dragoman.engines.llama_cpp import LlamaCpp, load
from dragoman.engines.llama_cpp.decoding.backend import CompletionChunk
from dragoman.engines.llama_cpp.generation.thinking import BUDGETS, Thought, budget
from dragoman.engines.llama_cpp.settings import Settings
from outlets import Basket

ASKED = (Message("user", (TextPart("Name a colour, please."),)),)
COLOUR = {
    "type": "object",
    "properties": {"colour": {"enum": ["red", "blue"]}},
    "required": ["colour"],
    "additionalProperties": False,
}
THINKS = Settings(reasoning=True)


def chunk(text: str, end: str | None = None, decoded: int = 1) -> CompletionChunk:
    return CompletionChunk(0, text, None, end, decoded, 0)


def thought(*chunks: CompletionChunk, opened: bool = False) -> tuple[Thought, list[str]]:
    basket = Basket()
    read = Thought(0, THINKS, basket, lambda _: None, opened=opened)
    for each in chunks:
        if read.on_chunk(each):
            break
    read.check()
    return read, [event.text for event in basket.events]


def test_a_thought_ends_at_its_mark_wherever_tokens_divide_it() -> None:
    read, told = thought(chunk("Hm."), chunk("</th", decoded=2), chunk("ink>\n", decoded=3))
    assert told == ["Hm."]
    assert read.decoded == 3
    assert "".join(part.text for part in read.written) == "<think>\nHm.\n</think>\n\n"


def test_a_thought_without_an_end_is_closed() -> None:
    read, told = thought(chunk("Hm"), chunk(" </thi", "length", 2), opened=True)
    assert "".join(told) == "Hm </thi"
    assert "".join(part.text for part in read.written) == "Hm </thi\n</think>\n\n"


@pytest.mark.parametrize(
    ("effort", "max_tokens", "most"),
    [
        ("none", None, 0),
        ("minimal", None, BUDGETS["minimal"]),
        (None, None, BUDGETS["medium"]),
        ("max", None, 6_000),
        ("max", 8_000, 8_000),
        ("low", None, BUDGETS["low"]),
    ],
)
def test_effort_is_a_budget(effort: Effort | None, max_tokens: int | None, most: int) -> None:
    request = ChatRequest(ASKED, effort=effort, max_tokens=max_tokens)
    assert budget(request, THINKS, 8_000) == most


@pytest.mark.parametrize("effort", ["low", "medium", "high", "xhigh", "max"])
def test_a_model_that_does_not_think_refuses_to(effort: Effort) -> None:
    with pytest.raises(RequestInvalid) as caught:
        budget(ChatRequest(ASKED, effort=effort), Settings(), 100)
    assert caught.value.param == "reasoning_effort"
    assert budget(ChatRequest(ASKED, effort="minimal"), Settings(), 100) == 0


def test_tags_are_not_empty() -> None:
    with pytest.raises(EngineUnavailable, match="tags"):
        Settings.of({"reasoning": True, "thinking_end_tag": ""})


@pytest.fixture(scope="module")
def engine(weights: Callable[[str], Path]) -> Generator[LlamaCpp]:
    options = {"context": 1024, "reasoning": True}
    loaded = load(EngineSpec("llama-cpp", str(weights("smollm2-135m-instruct")), 2, options))
    yield loaded
    loaded.close()


def ask(engine: LlamaCpp, **more: Any) -> list[ChatEvent]:
    basket = Basket()
    fields: dict[str, Any] = {"sampling": Sampling(0.0), "max_tokens": 200} | more
    engine.run(ChatRequest(ASKED, **fields), basket)
    return basket.events


def thoughts(events: list[ChatEvent], choice: int = 0) -> str:
    found = [event for event in events if isinstance(event, ThoughtDelta)]
    return "".join(event.text for event in found if event.choice == choice)


@pytest.mark.model
def test_a_thought_ends_at_its_budget_and_the_answer_begins(engine: LlamaCpp) -> None:
    # Only the end of its turn could end it earlier; that is barred.
    sampling = Sampling(0.0, logit_bias={engine._vocabulary.end: -100})
    events = ask(engine, effort="minimal", sampling=sampling)
    spent = usage(events)
    assert spent.reasoning_tokens == BUDGETS["minimal"]
    assert spent.completion_tokens == 200
    assert reasons(events) == ["length"]
    assert thoughts(events)
    assert texts(events)[0]
    order = [type(event) for event in events if isinstance(event, ThoughtDelta | TextDelta)]
    assert order.index(TextDelta) == order.count(ThoughtDelta)


@pytest.mark.model
def test_without_effort_nothing_is_thought(engine: LlamaCpp) -> None:
    events = ask(engine, effort="none", max_tokens=20)
    assert not thoughts(events)
    assert texts(events)[0]
    assert usage(events).reasoning_tokens == 0


@pytest.mark.model
def test_the_limit_counts_thoughts_and_may_leave_no_answer(engine: LlamaCpp) -> None:
    sampling = Sampling(0.0, logit_bias={engine._vocabulary.end: -100})
    events = ask(engine, effort="high", max_tokens=12, sampling=sampling)
    assert usage(events).completion_tokens == usage(events).reasoning_tokens == 12
    assert reasons(events) == ["length"]
    assert texts(events) == []


@pytest.mark.model
def test_formats_and_stop_sequences_hold_after_the_thought_alone(engine: LlamaCpp) -> None:
    events = ask(engine, effort="minimal", format=JsonDocument(COLOUR), top_logprobs=1)
    assert json.loads(texts(events)[0])["colour"] in ("red", "blue")
    assert "e" in thoughts(events)
    stopped = ask(engine, effort="minimal", stop=("e",))
    assert thoughts(stopped) == thoughts(events)
    assert "e" not in "".join(texts(stopped))


@pytest.mark.model
def test_a_call_is_made_after_the_thought(engine: LlamaCpp) -> None:
    choice = ToolChoice("required", ("paint",), parallel=False)
    events = ask(engine, effort="low", tools=(Tool("paint", "", COLOUR),), tool_choice=choice)
    ((name, arguments),) = calls(events)
    assert name == "paint"
    assert arguments["colour"] in ("red", "blue")
    assert thoughts(events)


@pytest.mark.model
def test_every_choice_thinks_for_itself(engine: LlamaCpp) -> None:
    sampling = Sampling(2.0, seed=5)
    events = ask(engine, effort="minimal", choices=2, sampling=sampling)
    assert thoughts(events, 0) != thoughts(events, 1)
    assert [event.choice for event in events if isinstance(event, ChoiceFinished)] == [0, 1]
    assert usage(events).cached_tokens <= usage(events).prompt_tokens
