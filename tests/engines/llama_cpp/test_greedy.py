"""With one slot the likeliest answer is the same alone and beside others."""

import threading
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path

import pytest

from chat_events import texts
from dragoman.domain.chat import ChatRequest, Sampling
from dragoman.domain.conversation import Message, TextPart
from dragoman.domain.engine import EngineSpec
from dragoman.engines.llama_cpp import LlamaCpp, load
from outlets import Basket

pytestmark = pytest.mark.model

QUESTIONS = (
    "What is a river?",
    "Write a short poem about the sea.",
    "How do I bake bread?",
    "Who was Napoleon?",
)


@pytest.fixture(scope="module")
def engine(weights: Callable[[str], Path]) -> Generator[LlamaCpp]:
    options = {"context": 1024, "n_parallel": 1, "prefix_warmup": False, "predictions": False}
    with closing(
        load(EngineSpec("llama-cpp", str(weights("smollm2-135m-instruct")), 2, options))
    ) as loaded:
        yield loaded


def answer(
    engine: LlamaCpp, question: str, *, max_tokens: int = 32, top_logprobs: int | None = None
) -> str:
    basket = Basket()
    message = Message("user", (TextPart(question),))
    greedy = Sampling(temperature=0.0)
    request = ChatRequest(
        (message,), max_tokens=max_tokens, sampling=greedy, top_logprobs=top_logprobs
    )
    engine.run(request, basket)
    return texts(basket.events)[0]


def test_whoever_else_asks_the_answer_is_the_same(engine: LlamaCpp) -> None:
    alone = {question: answer(engine, question) for question in QUESTIONS}
    beside: dict[str, str] = {}

    def ask(question: str) -> None:
        beside[question] = answer(engine, question)

    threads = [threading.Thread(target=ask, args=(question,)) for question in QUESTIONS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert beside == alone


def test_an_answer_is_the_same_when_its_log_probabilities_are_looked_at(engine: LlamaCpp) -> None:
    # It goes round in circles, so that the sampler's care against loops changes it.
    question = "Sing a song with a refrain, many times."
    plain = answer(engine, question, max_tokens=160)
    assert answer(engine, question, max_tokens=160, top_logprobs=2) == plain
