"""Calls of custom tools on small real weights: whatever the model wants, the grammar is kept to."""

import re
import threading
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from chat_events import reasons, texts, usage
from dragoman.domain.chat import (
    ChatEvent,
    ChatRequest,
    Sampling,
    ToolCallDelta,
    ToolCallStarted,
    ToolChoice,
)
from dragoman.domain.conversation import (
    CustomTool,
    Grammar,
    Message,
    TextPart,
    Tool,
    ToolCall,
)
from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import RequestInvalid
from dragoman.engines.llama_cpp import LlamaCpp, load
from outlets import Basket

pytestmark = pytest.mark.model

DATE = CustomTool("date", "Saves a date", Grammar("regex", r"^(January|May) \d{1,2}, \d{4}$"))
SUM = CustomTool(
    "calculate", "Adds", Grammar("lark", 'start: n (" + " n){1,3}\nn: /[0-9]/ | "(" n ")"')
)
ANYTHING = CustomTool("run_python", "Runs a program")
MARKED = CustomTool("marked", "", Grammar("regex", "<tool_call>a</tool_call>b{2,3}"))
WEATHER = Tool("get_weather", "", {"type": "object", "additionalProperties": False})
WILD = Sampling(temperature=2.0, seed=11)


@pytest.fixture(scope="module")
def engine(weights: Callable[[str], Path]) -> Generator[LlamaCpp]:
    spec = EngineSpec("llama-cpp", str(weights("smollm2-135m-instruct")), 2, {"context": 1024})
    loaded = load(spec)
    yield loaded
    loaded.close()


def ask(engine: LlamaCpp, *tools: Any, **more: Any) -> list[ChatEvent]:
    basket = Basket()
    more = {"tool_choice": ToolChoice("required"), "max_tokens": 60, "sampling": WILD} | more
    message = Message("user", (TextPart("Calculate 2 + 2, or remember May 5, 2001."),))
    engine.run(ChatRequest((message, *more.pop("after", ())), tools=tools, **more), basket)
    return basket.events


def inputs(events: list[ChatEvent]) -> list[tuple[str, bool, str]]:
    started = [event for event in events if isinstance(event, ToolCallStarted)]
    return [
        (
            call.name,
            call.custom,
            "".join(
                event.arguments
                for event in events
                if isinstance(event, ToolCallDelta) and event.index == call.index
            ),
        )
        for call in started
    ]


@pytest.mark.parametrize(
    ("tool", "follows"),
    [
        (DATE, r"(January|May) \d{1,2}, \d{4}"),
        (SUM, r"(\(*\d\)*)( \+ \(*\d\)*){1,3}"),
        (MARKED, "<tool_call>a</tool_call>b{2,3}"),
    ],
)
def test_a_named_custom_tool_is_called_as_its_grammar_says(
    engine: LlamaCpp, tool: CustomTool, follows: str
) -> None:
    choice = ToolChoice("required", (tool.name,), parallel=False)
    events = ask(engine, tool, WEATHER, tool_choice=choice)
    ((name, custom, typed),) = inputs(events)
    assert (name, custom, reasons(events)) == (tool.name, True, ["tool_calls"])
    assert re.fullmatch(follows, typed)


@pytest.mark.parametrize(
    ("definition", "follows"),
    [
        ('%ignore /.*/\nstart: "a"', ".*a.*"),
        ('%import common.WS\n%ignore WS\nstart: "a" "b"', r"\s*a\s*b\s*"),
        ('%ignore /x?/\nstart: ""', "x*"),
    ],
)
@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (2, 3))]
)
def test_an_input_may_end_with_what_its_grammar_ignores(
    engine: LlamaCpp, definition: str, follows: str, seed: int
) -> None:
    tool = CustomTool("ignoring", "", Grammar("lark", definition))
    events = ask(engine, tool, sampling=Sampling(temperature=2.0, seed=seed), max_tokens=40)
    whole = inputs(events) if reasons(events) == ["tool_calls"] else inputs(events)[:-1]
    assert all(re.fullmatch(follows, typed, re.DOTALL) for _, _, typed in whole)


def test_custom_tools_and_functions_may_be_called_together(engine: LlamaCpp) -> None:
    events = ask(engine, DATE, WEATHER, SUM, max_tokens=200)
    assert reasons(events) == ["tool_calls"]
    for name, custom, typed in inputs(events):
        follows = {"date": r"(January|May) .*", "calculate": r"\(*\d.*"}.get(name, r"\{.*\}")
        assert custom == (name != "get_weather")
        assert re.fullmatch(follows, typed)


def test_any_text_is_given_without_the_marks_around_it(engine: LlamaCpp) -> None:
    events = ask(engine, ANYTHING, sampling=Sampling(temperature=0.0))
    ((_, _, typed), *_) = inputs(events)
    assert typed
    assert "</tool_call>" not in typed


def test_an_input_is_cut_at_max_tokens_and_says_so(engine: LlamaCpp) -> None:
    long = CustomTool("long", "", Grammar("regex", "(word ){300,400}"))
    events = ask(engine, long, max_tokens=30)
    assert reasons(events) == ["length"]
    assert usage(events).completion_tokens == 30


def test_an_inputs_log_probabilities_spell_it(engine: LlamaCpp) -> None:
    choice = ToolChoice("required", ("date",), parallel=False)
    events = ask(engine, DATE, tool_choice=choice, top_logprobs=2)
    deltas = [event for event in events if isinstance(event, ToolCallDelta)]
    entries = [entry for delta in deltas for entry in delta.logprobs]
    assert b"".join(entry.data for entry in entries).decode() == inputs(events)[0][2]
    assert all(len(entry.top) == 2 for entry in entries)


def test_a_call_is_shown_to_the_model_as_it_was_written(engine: LlamaCpp) -> None:
    after = (
        Message("assistant", tool_calls=(ToolCall("c1", "calculate", "2 + 2", custom=True),)),
        Message("tool", (TextPart("4"),), tool_call_id="c1"),
    )
    events = ask(engine, SUM, after=after, tool_choice=ToolChoice("none"), max_tokens=5)
    assert texts(events)


def test_a_grammar_that_cannot_be_built_costs_nobody_else_anything(engine: LlamaCpp) -> None:
    others = Basket()
    long = ChatRequest((Message("user", (TextPart("Tell me a tale."),)),), max_tokens=40)
    beside = threading.Thread(target=lambda: engine.run(long, others))
    beside.start()
    slow = CustomTool("slow", "", Grammar("lark", 'start: a\na: a a a a | a "x" |'))
    with pytest.raises(RequestInvalid) as caught:
        ask(engine, WEATHER, slow)
    beside.join()
    assert caught.value.param == "tools[1].custom.format.grammar.definition"
    assert texts(others.events)
