"""The engine on small real weights: mechanics, not wit."""

import json
import math
import re
import signal
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from chat_events import reasons, texts, usage
from dragoman.domain.chat import (
    ChatEvent,
    ChatRequest,
    ChoiceFinished,
    Estimate,
    JsonDocument,
    JsonObject,
    LimitTooLow,
    Sampling,
    SchemaLoosened,
    TextDelta,
    TokenLogprob,
    ToolCallDelta,
    ToolCallStarted,
    ToolChoice,
)
from dragoman.domain.conversation import Message, TextPart, Tool, ToolCall
from dragoman.domain.engine import EngineSpec, Stopped
from dragoman.domain.errors import EngineUnavailable, RequestInvalid
from dragoman.engines.llama_cpp import LlamaCpp, load
from dragoman.engines.llama_cpp.constraints import grammar
from dragoman.engines.llama_cpp.decoding import adapters
from dragoman.engines.llama_cpp.decoding.library import DecodingLibrary, Loading
from outlets import Basket

pytestmark = pytest.mark.model

GREEDY = Sampling(temperature=0.0)
WEATHER = Tool(
    "get_weather",
    "Weather of a city",
    {
        "type": "object",
        "properties": {"city": {"type": "string"}, "unit": {"type": "string", "enum": ["c", "f"]}},
        "required": ["city", "unit"],
        "additionalProperties": False,
    },
)


@pytest.fixture(scope="module")
def engine(weights: Callable[[str], Path]) -> Generator[LlamaCpp]:
    spec = EngineSpec("llama-cpp", str(weights("smollm2-135m-instruct")), 2, {"context": 1024})
    loaded = load(spec)
    yield loaded
    loaded.close()


def ask(engine: LlamaCpp, text: str, **more: Any) -> list[ChatEvent]:
    """The likeliest answer, unless `more` says how to draw: chance once ended one too early."""
    basket = Basket()
    message = Message("user", (TextPart(text),))
    wanted: dict[str, Any] = {"sampling": GREEDY, **more}
    engine.run(ChatRequest((message,), **wanted), basket)
    return basket.events


def entries(events: list[ChatEvent]) -> list[TokenLogprob]:
    return [
        entry
        for event in events
        if isinstance(event, TextDelta | ToolCallDelta)
        for entry in event.logprobs
    ]


def test_an_answer_is_cut_exactly_at_max_tokens(engine: LlamaCpp) -> None:
    events = ask(engine, "Count from 1 to 100 in words.", max_tokens=7)
    assert usage(events).completion_tokens == 7
    assert reasons(events) == ["length"]


def test_the_gauge_of_the_kv_cache_is_empty_when_nobody_is_answered(engine: LlamaCpp) -> None:
    ask(engine, "Hello")
    assert engine.gauges() == {"kv_cache_usage_perc": 0.0}


def test_a_limit_beyond_the_room_is_clipped_to_it(engine: LlamaCpp) -> None:
    endless = Sampling(temperature=1.0, seed=3, logit_bias={2: -100})
    story = "Tell me a story. " * 150  # so that the end of the context is not far
    events = ask(engine, story, max_tokens=32_000, sampling=endless)
    assert reasons(events) == ["length"]
    assert usage(events).prompt_tokens + usage(events).completion_tokens == 1024
    (estimate,) = ask(engine, "Tell me a story.", max_tokens=32_000, dry_run=True)
    assert isinstance(estimate, Estimate)
    assert estimate.max_tokens == 1024 - estimate.prompt_tokens


def test_choices_share_the_prompt_run_together_and_differ(engine: LlamaCpp) -> None:
    more = {"max_tokens": 16, "sampling": Sampling(temperature=2.0, seed=1)}
    one = ask(engine, "Invent a name for a strange animal.", **more)
    three = ask(engine, "Invent a name for a strange animal.", choices=3, **more)
    assert usage(three).prompt_tokens == usage(one).prompt_tokens
    assert usage(three).cached_tokens >= usage(one).prompt_tokens - 1
    assert len(set(texts(three))) > 1
    order = [event.choice for event in three if isinstance(event, TextDelta)]
    assert order != sorted(order)


def test_more_choices_than_slots_are_served(engine: LlamaCpp) -> None:
    events = ask(engine, "Say hello.", choices=6, max_tokens=3)
    assert len(texts(events)) == len(reasons(events)) == 6


def test_one_choice_is_answered_beside_many_that_are_seeded_by_number(engine: LlamaCpp) -> None:
    drawn = Sampling(temperature=1.0, seed=7, logit_bias={2: -100})
    many = Basket()
    message = Message("user", (TextPart("Count from 1 to 2000."),))
    request = ChatRequest((message,), choices=10, max_tokens=30, sampling=drawn)
    thread = threading.Thread(target=engine.run, args=(request, many))
    thread.start()
    while not many.events:
        assert thread.is_alive()
        thread.join(0.01)
    assert reasons(ask(engine, "Hi", max_tokens=1)) == ["length"]
    assert len(reasons(many.events)) < 10
    thread.join(120)
    assert len(texts(many.events)) == 10
    assert usage(many.events).prompt_tokens < 60
    again = Basket()
    engine.run(request, again)
    twice = Basket()
    engine.run(request, twice)
    assert texts(again.events) == texts(twice.events)


def test_equal_seeds_give_equal_answers(engine: LlamaCpp) -> None:
    more = {"max_tokens": 24, "sampling": Sampling(temperature=1.0, seed=7)}
    first = texts(ask(engine, "Tell me about a town nobody knows.", **more))
    assert texts(ask(engine, "Tell me about a town nobody knows.", **more)) == first


def test_a_stop_sequence_ends_the_answer_and_is_not_in_it(engine: LlamaCpp) -> None:
    more = {"sampling": GREEDY, "max_tokens": 30}
    (whole,) = texts(ask(engine, "Tell me about the sea.", **more))
    stop = whole[len(whole) // 2 : len(whole) // 2 + 4]
    events = ask(engine, "Tell me about the sea.", stop=(stop,), **more)
    assert texts(events) == [whole[: whole.index(stop)]]
    assert reasons(events) == ["stop"]


def test_log_probabilities_are_sorted_whole_and_spell_the_answer(engine: LlamaCpp) -> None:
    events = ask(
        engine, "Say: 안녕 👋🏽 café", top_logprobs=3, max_tokens=40, sampling=Sampling(seed=2)
    )
    found = entries(events)
    assert b"".join(entry.data for entry in found).decode() == texts(events)[0]
    for entry in found:
        assert entry.logprob <= 0
        assert len(entry.top) == 3
        assert [a.logprob for a in entry.top] == sorted(
            (a.logprob for a in entry.top), reverse=True
        )


def test_log_probabilities_know_nothing_of_bias_and_temperature(engine: LlamaCpp) -> None:
    plain = entries(ask(engine, "Hi", top_logprobs=1, max_tokens=1, sampling=GREEDY))
    (word,) = engine._binding.tokens(["world"])
    bent = Sampling(temperature=2.0, logit_bias={word: 100.0})
    forced = entries(ask(engine, "Hi", top_logprobs=1, max_tokens=1, sampling=bent))
    assert plain[0].token == plain[0].top[0].token
    assert forced[0].token != plain[0].token
    assert math.isclose(forced[0].top[0].logprob, plain[0].top[0].logprob, abs_tol=0.05)


def test_json_mode_gives_an_object(engine: LlamaCpp) -> None:
    events = ask(engine, "A person as JSON.", format=JsonObject(), sampling=GREEDY, max_tokens=200)
    if reasons(events) == ["stop"]:
        assert isinstance(json.loads(texts(events)[0]), dict)
    assert texts(events)[0].startswith("{")


SCHEMAS: list[dict[str, Any]] = [
    {
        "type": "object",
        "properties": {
            "name": {"type": "string", "maxLength": 20},
            "tags": {"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 1, "maxItems": 3},
            "n": {"type": ["integer", "null"]},
            "kids": {"type": "array", "items": {"$ref": "#"}, "maxItems": 1},
        },
        "required": ["name", "tags", "n", "kids"],
        "additionalProperties": False,
    },
    {"anyOf": [{"type": "integer", "minimum": 3, "maximum": 5}, {"const": "x"}]},
    {"type": "string", "pattern": "^[a-c]{2}-\\d$"},
    {"type": "array", "prefixItems": [{"type": "boolean"}], "items": False, "minItems": 1},
    {"type": "string", "format": "date"},
]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_document_is_valid_at_any_temperature(engine: LlamaCpp, schema: dict[str, Any]) -> None:
    events = ask(
        engine,
        "Give an example.",
        format=JsonDocument(schema),
        sampling=Sampling(temperature=2.0),
        choices=3,
        max_tokens=200,
    )
    for event in events:
        if isinstance(event, ChoiceFinished) and event.reason == "stop":
            jsonschema.validate(json.loads(texts(events)[event.choice]), schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "enum": [1]},
        {"oneOf": [{"type": "number"}, {"type": "integer"}]},
        {"type": "object", "required": ["a"], "properties": {}, "additionalProperties": False},
    ],
)
def test_a_schema_that_llama_cpp_would_drop_in_silence_is_refused(
    engine: LlamaCpp, schema: dict[str, Any]
) -> None:
    with pytest.raises(RequestInvalid, match="cannot be enforced"):
        ask(engine, "Give an example.", format=JsonDocument(schema, strict=True), max_tokens=5)


def test_without_strict_such_a_schema_costs_its_keyword_or_itself_and_is_told(
    engine: LlamaCpp,
) -> None:
    numbers = {"oneOf": [{"type": "number"}, {"type": "integer"}]}
    events = ask(engine, "Give a number.", format=JsonDocument(numbers), max_tokens=20)
    assert events[0] == SchemaLoosened("response_format", ("oneOf",))
    assert re.fullmatch(r"-?\d[\d.eE+-]*", texts(events)[0])
    never = {"type": "object", "properties": {"a": {"enum": [1], "type": "string"}}}
    tools = (Tool("never", "", {**never, "required": ["a"]}), WEATHER)
    events = ask(engine, "Weather in Paris?", tools=tools, tool_choice=ToolChoice("required"))
    assert events[0] == SchemaLoosened("tools[0].function.parameters", ())


@pytest.mark.parametrize(
    ("choice", "reason"),
    [
        (ToolChoice("required"), "tool_calls"),
        (ToolChoice("required", ("get_weather",), parallel=False), "tool_calls"),
        (ToolChoice("required", parallel=False), "tool_calls"),
    ],
)
def test_a_forced_call_is_made_in_pieces_and_its_arguments_are_valid(
    engine: LlamaCpp, choice: ToolChoice, reason: str
) -> None:
    events = ask(engine, "Weather in Paris?", tools=(WEATHER,), tool_choice=choice, top_logprobs=1)
    started = [event for event in events if isinstance(event, ToolCallStarted)]
    pieces = [event for event in events if isinstance(event, ToolCallDelta) and event.index == 0]
    assert started[0].name == "get_weather"
    assert choice.parallel or len(started) == 1
    assert re.fullmatch(r"call_[0-9A-Za-z]{24}", started[0].id)
    assert len(pieces) > 3
    arguments = "".join(piece.arguments for piece in pieces)
    jsonschema.validate(json.loads(arguments), dict(WEATHER.parameters))
    logged = b"".join(entry.data for piece in pieces for entry in piece.logprobs)
    assert logged.decode() == arguments
    assert reasons(events) == [reason]
    assert texts(events) == []


def test_what_a_tool_is_called_with_is_not_diced_unless_asked_to(engine: LlamaCpp) -> None:
    free = Tool("note", "Write a note", {"type": "object", "properties": {"x": {"type": "string"}}})

    def called_with(sampling: Sampling) -> str:
        choice = ToolChoice("required", parallel=False)
        more: dict[str, Any] = {"tools": (free,), "tool_choice": choice, "max_tokens": 24}
        events = ask(engine, "Note a strange animal.", sampling=sampling, **more)
        return "".join(event.arguments for event in events if isinstance(event, ToolCallDelta))

    greedy = called_with(GREEDY)
    assert [called_with(Sampling(seed=seed)) for seed in (1, 2, 3)] == [greedy] * 3
    assert any(called_with(Sampling(temperature=2.0, seed=seed)) != greedy for seed in (1, 2, 3))


def test_without_a_choice_of_tools_there_is_text(engine: LlamaCpp) -> None:
    none = ToolChoice("none")
    events = ask(engine, "Weather in Paris?", tools=(WEATHER,), tool_choice=none, max_tokens=8)
    assert texts(events)[0]
    assert reasons(events)


def test_questions_decide_to_call_and_after_a_result_to_answer_with_any_text(
    weights: Callable[[str], Path],
) -> None:
    options = {"tool_decision": "questions", "call_bias": 1000.0, "next_bias": -1000.0}
    directory = str(weights("smollm2-135m-instruct"))
    engine = load(EngineSpec("llama-cpp", directory, 2, {**options, "prefix_warmup": False}))
    tools = (replace(WEATHER, parameters={"type": "object", "properties": {}}),)
    assert reasons(ask(engine, "Hello", tools=tools)) == ["tool_calls"]
    history = (
        Message("user", (TextPart("Weather?"),)),
        Message("assistant", (), tool_calls=(ToolCall("a", "get_weather", "{}"),)),
        Message("tool", (TextPart("12 degrees"),), tool_call_id="a"),
    )
    basket = Basket()
    (brace,) = engine._binding.tokens(["{"])
    opening = Sampling(temperature=0.0, logit_bias={brace: 100})
    engine.run(ChatRequest(history, tools=tools, sampling=opening, max_tokens=3), basket)
    assert texts(basket.events)[0].startswith("{")
    assert reasons(basket.events) == ["length"]
    # What agents say in the user's name is no new request.
    reminded = (*history, Message("user", (TextPart("<system-reminder>x</system-reminder>"),)))
    basket = Basket()
    engine.run(ChatRequest(reminded, tools=tools, sampling=GREEDY, max_tokens=3), basket)
    assert reasons(basket.events) != ["tool_calls"]
    engine.close()


def test_whoever_leaves_while_a_question_is_read_stops_it(weights: Callable[[str], Path]) -> None:
    options = {"tool_decision": "questions", "prefix_warmup": False, "n_batch": 32}
    directory = str(weights("smollm2-135m-instruct"))
    engine = load(EngineSpec("llama-cpp", directory, 2, options))
    message = Message("user", (TextPart("Weather in Paris?"),))
    with pytest.raises(Stopped):
        engine.run(ChatRequest((message,), tools=(WEATHER,)), Basket(room=0))
    engine.close()


def test_one_who_leaves_stops_the_work_at_the_next_token(engine: LlamaCpp) -> None:
    basket = Basket(room=2)
    message = Message("user", (TextPart("Count from 1 to 2000."),))
    with pytest.raises(Stopped):
        engine.run(ChatRequest((message,), choices=3), basket)
    started = time.monotonic()
    ask(engine, "Hi", max_tokens=1)
    assert time.monotonic() - started < 30


def test_requests_that_do_not_fit_together_wait_and_none_is_lost(
    weights: Callable[[str], Path],
) -> None:
    options = {"context": 512, "n_ctx": 512}
    spec = EngineSpec("llama-cpp", str(weights("smollm2-135m-instruct")), 2, options)
    engine = load(spec)
    found: list[list[ChatEvent]] = []

    def count() -> None:
        more = {"max_tokens": 150, "sampling": Sampling(logit_bias={2: -100.0})}
        found.append(ask(engine, "Count from 1 to 2000.", **more))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    engine.close()
    assert [usage(events).completion_tokens for events in found] == [150] * 4


def test_a_prompt_that_does_not_fit_is_refused_with_both_numbers(engine: LlamaCpp) -> None:
    with pytest.raises(RequestInvalid) as caught:
        ask(engine, "word " * 3000)
    assert re.fullmatch(
        r"This model's maximum context length is 1024 tokens\. However, your messages resulted in "
        r"30\d\d tokens\. Please reduce the length of the messages\.",
        caught.value.message,
    )
    assert caught.value.code == "context_length_exceeded"


def test_the_process_keeps_its_signals(weights: Callable[[str], Path]) -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        engine = load(EngineSpec("llama-cpp", str(weights("smollm2-135m-instruct")), 2))
        signal.raise_signal(signal.SIGINT)
        assert ask(engine, "Hi", max_tokens=1)
        engine.close()
    finally:
        signal.signal(signal.SIGINT, before)
    assert heard == [signal.SIGINT]


def test_a_directory_without_exactly_one_model_is_not_loaded(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable):
        load(EngineSpec("llama-cpp", str(tmp_path)))
    (tmp_path / "broken.gguf").write_bytes(b"GGUF" + b"\xff" * 40)
    with pytest.raises(EngineUnavailable):
        load(EngineSpec("llama-cpp", str(tmp_path)))


def test_auto_has_the_loop_decode_where_it_can_and_else_the_server(
    weights: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    options = {"decoder": "auto", "context": 512, "prefix_warmup": False}
    spec = EngineSpec("llama-cpp", str(weights("smollm2-135m-instruct")), 2, options)
    with closing(load(spec)) as engine:
        assert engine._binding.version.endswith(", loop")

    def refused(_: Loading) -> DecodingLibrary:
        raise EngineUnavailable("there is no such library")

    monkeypatch.setattr(adapters, "LOADERS", {"llamacpp": refused})
    with closing(load(spec)) as engine:
        assert not engine._binding.version.endswith(", loop")
        assert texts(ask(engine, "Say hello.", max_tokens=4))[0]
    assert "decoded by llama.cpp's server: llamacpp: there is no such library" in caplog.text
    with pytest.raises(EngineUnavailable, match="no such library"):
        load(replace(spec, options={**options, "decoder": "loop"}))


def test_another_model_in_the_same_process_is_refused(
    weights: Callable[[str], Path], tmp_path: Path
) -> None:
    directory = weights("smollm2-135m-instruct")
    load(EngineSpec("llama-cpp", str(directory), options={"decoder": "server"})).close()
    (model,) = directory.glob("*.gguf")
    # One byte more is another file.
    (tmp_path / model.name).write_bytes(model.read_bytes() + b"\0")
    with pytest.raises(EngineUnavailable, match="one model a process"):
        load(EngineSpec("llama-cpp", str(tmp_path), options={"decoder": "server"}))


@pytest.mark.parametrize(
    "options", [{"n_ctx": 5}, {"context": "8k"}, {"n_parallel": 0}, {"n_ctx": 1}]
)
def test_wrong_options_are_refused(
    weights: Callable[[str], Path], options: dict[str, object]
) -> None:
    directory = str(weights("smollm2-135m-instruct"))
    with pytest.raises(EngineUnavailable):
        load(EngineSpec("llama-cpp", directory, 2, options))


def test_a_dry_run_counts_and_predicts_and_generates_nothing(engine: LlamaCpp) -> None:
    more = {"max_tokens": 20, "sampling": GREEDY}
    answered = usage(ask(engine, "Tell me a long story about a very old harbour town.", **more))
    (estimate,) = ask(engine, "Tell me about the sea.", dry_run=True, choices=2, **more)
    assert isinstance(estimate, Estimate)
    assert (estimate.max_tokens, estimate.context_tokens, estimate.fits) == (20, 1024, True)
    assert 0 < estimate.prompt_tokens < answered.prompt_tokens
    assert estimate.seconds is not None
    assert estimate.seconds > 0
    (too_long,) = ask(engine, "word " * 2000, dry_run=True)
    assert isinstance(too_long, Estimate)
    assert (too_long.fits, too_long.max_tokens) == (False, 0)
    assert too_long.prompt_tokens > 2000


@pytest.mark.parametrize(("limit", "told"), [(3, True), (60, False)])
def test_a_limit_that_holds_no_document_is_told_first(
    engine: LlamaCpp, limit: int, *, told: bool
) -> None:
    events = ask(engine, "Weather?", format=JsonDocument(WEATHER.parameters), max_tokens=limit)
    assert isinstance(events[0], LimitTooLow) == told
    assert sum(isinstance(event, LimitTooLow) for event in events) == told


def test_no_grammar_is_built_for_one_who_has_left(engine: LlamaCpp) -> None:
    unknown = grammar.document({"const": "a grammar that no other test builds"})
    with pytest.raises(Stopped):
        engine._completer.builds(unknown, lambda: True)
    left = iter((False, True, True))
    with pytest.raises(Stopped):
        engine._completer.builds(grammar.document({"$ref": "#/nowhere"}), lambda: next(left))
    assert engine._completer.builds(unknown, lambda: False)
