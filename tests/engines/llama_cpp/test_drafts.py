"""Drafts: what the answer repeats is tried several tokens at a time, and changes nothing."""

import json
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from chat_events import reasons, texts, usage
from dragoman.domain.chat import (
    ChatEvent,
    ChatRequest,
    JsonDocument,
    Message,
    Sampling,
    TextPart,
)
from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import EngineUnavailable, RequestInvalid
from dragoman.engines.llama_cpp import LlamaCpp, load
from outlets import Basket

pytestmark = pytest.mark.model

GREEDY = Sampling(temperature=0.0)
LINES = "\n".join(f"    total = total + prices[{number}]" for number in range(8))
REPEAT = f"Repeat this text exactly, word for word:\n{LINES}\n{LINES}"
DOGS = "one hundred and one dogs and two old cats sleep under three tables and seven warm stones"
ROWS = {"type": "array", "items": {"enum": [DOGS]}, "minItems": 5, "maxItems": 5}
FIVE_ROWS = JsonDocument(
    {
        "type": "object",
        "properties": {"rows": ROWS},
        "required": ["rows"],
        "additionalProperties": False,
    }
)


def loaded(directory: Path, *, drafts: bool) -> closing[LlamaCpp]:
    options = {"context": 1024, "drafts": drafts, "read_ahead": False}
    return closing(load(EngineSpec("llama-cpp", str(directory), 2, options)))


@pytest.fixture(scope="module")
def engine(weights: Callable[[str], Path]) -> Generator[LlamaCpp]:
    with loaded(weights("smollm2-135m-instruct"), drafts=True) as drafting:
        yield drafting


@pytest.fixture(scope="module")
def plain(weights: Callable[[str], Path]) -> Generator[LlamaCpp]:
    with loaded(weights("smollm2-135m-instruct"), drafts=False) as plain:
        yield plain


def ask(engine: LlamaCpp, text: str, **more: Any) -> list[ChatEvent]:
    basket = Basket()
    engine.run(ChatRequest((Message("user", (TextPart(text),)),), **more), basket)
    return basket.events


def test_tokens_that_were_tried_are_counted_and_the_answer_is_the_same(
    engine: LlamaCpp, plain: LlamaCpp
) -> None:
    asked: dict[str, Any] = {"sampling": GREEDY, "format": FIVE_ROWS, "prediction": DOGS}
    drafted, alone = (ask(each, "Rows of dogs, please.", **asked) for each in (engine, plain))
    assert texts(drafted) == texts(alone)
    counted = usage(drafted)
    shown = counted.completion_tokens - counted.rejected_prediction_tokens
    assert shown == usage(alone).completion_tokens
    assert counted.accepted_prediction_tokens > 16
    assert usage(alone).accepted_prediction_tokens == 0


def test_a_prediction_that_was_wrong_counts_as_completion_as_it_does_at_openai(
    engine: LlamaCpp,
) -> None:
    asked: dict[str, Any] = {"sampling": GREEDY, "max_tokens": 60}
    counted = usage(ask(engine, REPEAT, prediction=LINES, **asked))
    assert counted.rejected_prediction_tokens > 0
    assert counted.completion_tokens == 60 + counted.rejected_prediction_tokens


def test_without_a_prediction_none_is_counted(engine: LlamaCpp) -> None:
    events = ask(engine, REPEAT, sampling=GREEDY, max_tokens=60)
    assert usage(events).accepted_prediction_tokens == 0


@pytest.mark.parametrize("most", [1, 2, 17, 60, 61])
def test_max_tokens_is_exact(engine: LlamaCpp, most: int) -> None:
    events = ask(engine, REPEAT, sampling=GREEDY, max_tokens=most)
    assert usage(events).completion_tokens == most
    assert reasons(events) == ["length"]


def test_a_stop_sequence_in_the_midst_of_a_draft_is_exact(
    engine: LlamaCpp, plain: LlamaCpp
) -> None:
    asked: dict[str, Any] = {"sampling": GREEDY, "max_tokens": 120}
    whole = texts(ask(plain, REPEAT, **asked))[0]
    stop = "prices[6]"
    assert stop in whole
    assert texts(ask(engine, REPEAT, **asked, stop=(stop,)))[0] == whole[: whole.index(stop)]


def test_equal_seeds_give_equal_answers(engine: LlamaCpp) -> None:
    asked: dict[str, Any] = {"sampling": Sampling(temperature=1.5, seed=7), "max_tokens": 60}
    assert texts(ask(engine, REPEAT, **asked)) == texts(ask(engine, REPEAT, **asked))


def test_choices_run_side_by_side(engine: LlamaCpp) -> None:
    events = ask(engine, REPEAT, choices=4, max_tokens=60)
    assert len(texts(events)) == 4
    assert usage(events).completion_tokens <= 240


def test_a_document_is_valid_where_it_repeats(engine: LlamaCpp) -> None:
    events = ask(engine, "Rows of dogs, please.", format=FIVE_ROWS)
    assert json.loads(texts(events)[0]) == {"rows": [DOGS] * 5}


def test_log_probabilities_are_refused_by_name(engine: LlamaCpp) -> None:
    with pytest.raises(RequestInvalid) as refused:
        ask(engine, "Hello", top_logprobs=2)
    assert refused.value.param == "logprobs"


@pytest.mark.parametrize("more", [{"batch": 16}, {"slots": 32}, {"projector": "eyes.gguf"}])
def test_drafts_without_room_are_refused_at_the_start(more: dict[str, Any]) -> None:
    spec = EngineSpec("llama-cpp", "nowhere", 2, {"drafts": True, **more})
    with pytest.raises(EngineUnavailable, match="drafts"):
        load(spec)
