"""Predictions: what is predicted is tried several tokens at a time, and changes nothing."""

import threading
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from chat_events import reasons, texts, usage
from dragoman.domain.chat import ChatEvent, ChatRequest, JsonObject, Sampling, TextDelta
from dragoman.domain.conversation import Message, TextPart
from dragoman.domain.engine import EngineSpec, Stopped
from dragoman.engines.llama_cpp import LlamaCpp, load
from dragoman.engines.llama_cpp.decoding.speculative import verifier
from outlets import Basket

pytestmark = pytest.mark.model

GREEDY = Sampling(temperature=0.0)
LINES = "\n".join(f"    total = total + prices[{number}]" for number in range(8))
REPEAT = f"Repeat this text exactly, word for word:\n{LINES}\n{LINES}"
ASKED: dict[str, Any] = {"sampling": GREEDY, "max_tokens": 60}


@pytest.fixture(scope="module", params=[pytest.param("server", marks=pytest.mark.slow), "loop"])
def engine(weights: Callable[[str], Path], request: pytest.FixtureRequest) -> Generator[LlamaCpp]:
    directory = weights("smollm2-135m-instruct")
    options = {"context": 1024, "prefix_warmup": False, "decoder": request.param}
    with closing(load(EngineSpec("llama-cpp", str(directory), 2, options))) as loaded:
        yield loaded


def ask(engine: LlamaCpp, text: str, **more: Any) -> list[ChatEvent]:
    basket = Basket()
    engine.run(ChatRequest((Message("user", (TextPart(text),)),), **more), basket)
    return basket.events


@pytest.fixture(scope="module")
def said(engine: LlamaCpp) -> str:
    """What the model says without a prediction."""
    return texts(ask(engine, REPEAT, **ASKED))[0]


def test_a_right_prediction_is_taken_and_the_answer_is_the_same(
    engine: LlamaCpp, said: str
) -> None:
    events = ask(engine, REPEAT, prediction=said, **ASKED)
    assert texts(events) == [said]
    counted = usage(events)
    assert counted.accepted_prediction_tokens > 45
    assert counted.completion_tokens == 60 + counted.rejected_prediction_tokens


def test_a_wrong_prediction_changes_nothing_and_counts_as_completion_as_it_does_at_openai(
    engine: LlamaCpp, said: str
) -> None:
    other = "It was a dark and stormy night; the rain fell in torrents on the old slate roofs."
    events = ask(engine, REPEAT, prediction=other, **ASKED)
    assert texts(events) == [said]
    counted = usage(events)
    assert counted.accepted_prediction_tokens == 0
    assert counted.rejected_prediction_tokens < 10
    assert counted.completion_tokens == 60 + counted.rejected_prediction_tokens
    events = ask(engine, REPEAT, prediction=f"{said[:30]}{other}", **ASKED)
    assert texts(events) == [said]
    counted = usage(events)
    assert counted.accepted_prediction_tokens > 0
    assert 0 < counted.rejected_prediction_tokens < 16
    assert counted.completion_tokens == 60 + counted.rejected_prediction_tokens


def test_where_an_answer_departs_from_its_prediction_it_is_found_again(
    engine: LlamaCpp, said: str
) -> None:
    halves = said[: len(said) // 2], said[len(said) // 2 :]
    events = ask(engine, REPEAT, prediction=" and by the way ".join(halves), **ASKED)
    assert texts(events) == [said]
    assert usage(events).accepted_prediction_tokens > 30


def test_without_a_prediction_none_is_counted(engine: LlamaCpp) -> None:
    assert usage(ask(engine, REPEAT, **ASKED)).accepted_prediction_tokens == 0


@pytest.mark.parametrize("most", [1, 2, 17, 32, 33])
def test_max_tokens_is_exact(engine: LlamaCpp, said: str, most: int) -> None:
    events = ask(engine, REPEAT, sampling=GREEDY, prediction=said, max_tokens=most)
    counted = usage(events)
    assert counted.completion_tokens - counted.rejected_prediction_tokens == most
    assert reasons(events) == ["length"]
    assert said.startswith(texts(events)[0])


def test_a_stop_sequence_in_the_midst_of_what_was_tried_is_exact(
    engine: LlamaCpp, said: str
) -> None:
    stop = said[len(said) // 2 :][:7]
    events = ask(engine, REPEAT, prediction=said, stop=(stop,), **ASKED)
    assert texts(events) == [said[: said.index(stop)]]
    assert reasons(events) == ["stop"]


def test_the_end_of_an_answer_is_seen_where_more_was_predicted(engine: LlamaCpp) -> None:
    long: dict[str, Any] = {"sampling": GREEDY, "max_tokens": 200}
    alone = ask(engine, REPEAT, **long)
    assert reasons(alone) == ["stop"]
    events = ask(engine, REPEAT, prediction=texts(alone)[0] + " And so on.", **long)
    assert texts(events) == texts(alone)
    assert reasons(events) == ["stop"]


def test_characters_of_several_tokens_are_whole(engine: LlamaCpp) -> None:
    text = "列車は二時間半かかります。🚂🇰🇷 Müller läßt grüßen; čas běží."
    asked = "Repeat exactly:" + f"\n{text}" * 4
    events = ask(engine, asked, prediction=text, **ASKED)
    assert texts(events) == texts(ask(engine, asked, **ASKED))
    assert not any("\ufffd" in event.text for event in events if isinstance(event, TextDelta))


def test_equal_seeds_give_equal_answers(engine: LlamaCpp, said: str) -> None:
    drawn: dict[str, Any] = {"sampling": Sampling(temperature=1.5, seed=7), "max_tokens": 60}
    first, second = (ask(engine, REPEAT, prediction=said, **drawn) for _ in range(2))
    assert texts(first) == texts(second)
    assert usage(second).cached_tokens == usage(second).prompt_tokens - 1


# The loop takes several at once, with or without a prediction.
@pytest.mark.parametrize("engine", ["server"], indirect=True, scope="module")
def test_equal_seeds_wait_for_each_other_and_give_equal_answers(
    engine: LlamaCpp, said: str
) -> None:
    drawn: dict[str, Any] = {"sampling": Sampling(temperature=1.5, seed=7), "max_tokens": 40}
    answers: list[str] = []

    def run() -> None:
        answers.append(texts(ask(engine, REPEAT, prediction=said, **drawn))[0])

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 3
    assert len(set(answers)) == 1


def test_a_document_is_decoded_under_its_grammar_and_nothing_is_tried(engine: LlamaCpp) -> None:
    events = ask(engine, "A dog as JSON.", prediction='{"a": 1}', format=JsonObject(), **ASKED)
    assert usage(events).accepted_prediction_tokens == 0
    assert texts(events)[0].startswith("{")


def test_who_leaves_is_noticed_and_the_next_is_answered_right(engine: LlamaCpp, said: str) -> None:
    request = ChatRequest((Message("user", (TextPart(REPEAT),)),), prediction=said, **ASKED)
    with pytest.raises(Stopped):
        engine.run(request, Basket(room=5))
    assert texts(ask(engine, REPEAT, prediction=said, **ASKED)) == [said]


@pytest.fixture
def narrow(
    weights: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> Generator[Callable[[int], LlamaCpp]]:
    """An engine whose second copy has room for so many tokens, fewer than its context."""
    spec = EngineSpec(
        "llama-cpp",
        str(weights("smollm2-135m-instruct")),
        2,
        {"context": 1024, "prefix_warmup": False, "decoder": "server"},
    )
    with ExitStack() as stack:

        def make(cells: int) -> LlamaCpp:
            monkeypatch.setattr(verifier, "MOST_CELLS", cells)
            return stack.enter_context(closing(load(spec)))

        yield make


@pytest.mark.parametrize("engine", ["server"], indirect=True, scope="module")
def test_an_answer_beyond_the_copys_room_goes_on_without_it(
    narrow: Callable[[int], LlamaCpp],
    engine: LlamaCpp,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(verifier, "BEYOND", 0)
    long: dict[str, Any] = {"sampling": GREEDY, "max_tokens": 120}
    alone = ask(engine, REPEAT, **long)
    room = usage(alone).prompt_tokens + 60
    events = ask(narrow(room), REPEAT, prediction=said[: len(said) // 2], **long)
    assert texts(events) == texts(alone)
    assert reasons(events) == reasons(alone)
    counted = usage(events)
    assert 0 < counted.accepted_prediction_tokens < 60
    decoded = counted.completion_tokens - counted.rejected_prediction_tokens
    assert decoded == usage(alone).completion_tokens > 60
    assert counted.cached_tokens == 0


@pytest.mark.slow  # the model is loaded four times
@pytest.mark.parametrize("engine", ["server"], indirect=True, scope="module")
def test_characters_at_the_end_of_the_copys_room_are_whole(
    narrow: Callable[[int], LlamaCpp], engine: LlamaCpp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifier, "BEYOND", 0)
    asked = "Repeat exactly:" + "\n🚂🇰🇷🚂🇰🇷🚂🇰🇷 čas běží" * 4
    alone = ask(engine, asked, **ASKED)
    for more in range(20, 24):
        small = narrow(usage(alone).prompt_tokens + more)
        assert texts(ask(small, asked, prediction="🚂🇰🇷", **ASKED)) == texts(alone)
        small.close()


@pytest.mark.parametrize("engine", ["server"], indirect=True, scope="module")
def test_what_does_not_fit_the_copy_is_answered_without_trying(
    narrow: Callable[[int], LlamaCpp], said: str
) -> None:
    events = ask(narrow(60), REPEAT, prediction=said, **ASKED)
    assert texts(events) == [said]
    assert usage(events).accepted_prediction_tokens == 0


@pytest.mark.parametrize("engine", ["server"], indirect=True, scope="module")
def test_without_memory_for_it_the_answer_is_the_same(
    weights: Callable[[str], Path], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifier, "available_bytes", lambda: 1000)
    options = {"context": 1024, "prefix_warmup": False, "decoder": "server"}
    spec = EngineSpec("llama-cpp", str(weights("smollm2-135m-instruct")), 2, options)
    with closing(load(spec)) as crowded:
        events = ask(crowded, REPEAT, prediction=said, **ASKED)
    assert texts(events) == [said]
    assert usage(events).accepted_prediction_tokens == 0
