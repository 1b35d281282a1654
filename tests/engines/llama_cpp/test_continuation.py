"""Texts that are continued, on small real weights: mechanics, not wit."""

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chat_events import reasons, texts, usage
from dragoman.domain.chat import (
    ChatEvent,
    ChatFinished,
    ChatRequest,
    Sampling,
    TextDelta,
)
from dragoman.domain.continuation import Continuation, PromptShown, PromptToken
from dragoman.domain.conversation import Grammar
from dragoman.domain.engine import EngineSpec, Stopped
from dragoman.domain.errors import RequestInvalid
from dragoman.engines.llama_cpp import LlamaCpp, load
from dragoman.engines.llama_cpp.decoding.speculative import verifier
from dragoman.engines.llama_cpp.generation.continuation import CompletionPrompts
from dragoman.engines.llama_cpp.vocabulary import TokenBytes
from outlets import Basket

pytestmark = pytest.mark.model

GREEDY = Sampling(temperature=0.0)
TEXT = "Once upon a time there was a king who had three daughters. The eldest was called"


def loaded(weights: Callable[[str], Path], **options: Any) -> LlamaCpp:
    directory = str(weights("smollm2-135m-instruct"))
    usual = {"context": 512, "n_ctx": 1024, "prefix_warmup": False, "decoder": "server"}
    more = {**usual, **options}
    return load(EngineSpec("llama-cpp", directory, 2, more))


@pytest.fixture(scope="module", params=["server", "loop"])
def engine(weights: Callable[[str], Path], request: pytest.FixtureRequest) -> Generator[LlamaCpp]:
    with closing(loaded(weights, decoder=request.param)) as engine:
        yield engine


def ask(engine: LlamaCpp, text: Continuation, **more: Any) -> list[ChatEvent]:
    basket = Basket()
    wanted: dict[str, Any] = {"sampling": GREEDY, "max_tokens": 8, **more}
    engine.run(ChatRequest((), continuation=text, **wanted), basket)
    return basket.events


def scores(events: list[ChatEvent]) -> list[PromptToken]:
    shown = [event for event in events if isinstance(event, PromptShown)]
    return [token for piece in shown for token in piece.tokens]


def test_a_text_is_continued_from_its_own_tokens_or_those_that_are_given(engine: LlamaCpp) -> None:
    events = ask(engine, Continuation(TEXT))
    assert reasons(events) == ["length"]
    assert usage(events).completion_tokens == 8
    basket = Basket()
    engine.run(ChatRequest((), continuation=Continuation(TEXT), tokens_only=True), basket)
    (told,) = basket.events
    again = ask(engine, Continuation(tokens=told.tokens))
    assert texts(again) == texts(events)
    assert usage(again).prompt_tokens == len(told.tokens)


def test_names_of_control_tokens_are_those_tokens(engine: LlamaCpp) -> None:
    plain = usage(ask(engine, Continuation("im_start"))).prompt_tokens
    assert usage(ask(engine, Continuation("<|im_start|>"))).prompt_tokens == 1 < plain


def test_a_model_that_wants_a_token_before_every_text_gets_it(engine: LlamaCpp) -> None:
    vocabulary = replace(engine._vocabulary, starts=True)
    spelling = TokenBytes(vocabulary)
    made = CompletionPrompts(engine._binding, engine._scribe, vocabulary, 512, None, spelling)
    start, *tokens = made.tokens(Continuation(TEXT))
    assert start == vocabulary.start
    assert made.tokens(Continuation(TEXT, bare=True)) == tokens
    assert made.tokens(Continuation()) == [start]
    assert made.tokens(Continuation(bare=True)) == []


def test_an_empty_text_has_a_beginning(engine: LlamaCpp) -> None:
    events = ask(engine, Continuation(echo=True), top_logprobs=0)
    assert scores(events) == []
    assert usage(events).completion_tokens == 8


def test_several_are_drawn_and_a_grammar_is_kept_to(engine: LlamaCpp) -> None:
    events = ask(engine, Continuation(TEXT), choices=3, format=Grammar("regex", " [A-Z][a-z]{3}"))
    assert all(len(text) == 5 for text in texts(events))


def test_what_two_prompts_have_in_common_has_the_same_scores_both_times(
    weights: Callable[[str], Path],
) -> None:
    with closing(loaded(weights)) as engine:
        first = scores(ask(engine, Continuation(TEXT, echo=True), max_tokens=0, top_logprobs=2))
        longer = Continuation(f"{TEXT} Anna, and she", echo=True)
        second = scores(ask(engine, longer, max_tokens=0, top_logprobs=2))
    with closing(loaded(weights)) as engine:
        fresh = scores(ask(engine, longer, max_tokens=0, top_logprobs=2))
    assert second[: len(first)] == first
    assert [token.token for token in second] == [token.token for token in fresh]
    for token, alone in zip(second[1:], fresh[1:], strict=True):
        assert token.logprob == pytest.approx(alone.logprob, abs=0.05)
        assert len(token.top) == 2


def test_the_end_of_a_text_has_its_score_though_it_has_no_text(engine: LlamaCpp) -> None:
    certain = replace(GREEDY, logit_bias={engine._vocabulary.end: 100})
    events = ask(engine, Continuation(TEXT), top_logprobs=1, sampling=certain)
    assert reasons(events) == ["stop"]
    (delta,) = [event for event in events if isinstance(event, TextDelta)]
    (token,) = delta.logprobs
    assert (delta.text, token.token, token.data) == ("", "<|im_end|>", b"")
    assert token.logprob < 0


def test_nothing_is_written_where_nothing_is_wanted(engine: LlamaCpp) -> None:
    events = ask(engine, Continuation(TEXT, echo=True), max_tokens=0, choices=2)
    assert events[0] == PromptShown(TEXT)
    assert reasons(events) == ["length", "length"]
    assert isinstance(events[-1], ChatFinished)
    assert usage(events).completion_tokens == 0


def test_who_leaves_while_a_prompt_is_read_is_not_read_on_for(engine: LlamaCpp) -> None:
    basket = Basket(room=1)
    long = Continuation("word " * 400, echo=True)
    with pytest.raises(Stopped):
        engine.run(ChatRequest((), continuation=long, top_logprobs=0, max_tokens=0), basket)
    assert len(scores(basket.events)) == 1
    assert scores(ask(engine, Continuation("a b", echo=True), top_logprobs=0))


@pytest.mark.parametrize(
    ("text", "param", "code"),
    [
        (Continuation(TEXT, suffix="."), "suffix", "unsupported_parameter"),
        (Continuation("word " * 600), "prompt", "context_length_exceeded"),
        (Continuation(tokens=(1,) * 512), "prompt", "context_length_exceeded"),
        (Continuation(tokens=(1, 49_152)), "prompt", "invalid_value"),
        (Continuation("x" * 50_000_000), "prompt", "context_length_exceeded"),
    ],
)
def test_what_cannot_be_continued_is_refused_before_any_event(
    engine: LlamaCpp, text: Continuation, param: str, code: str
) -> None:
    basket = Basket()
    with pytest.raises(RequestInvalid) as caught:
        engine.run(ChatRequest((), continuation=text), basket)
    assert (caught.value.param, caught.value.code) == (param, code)
    assert basket.events == []


def test_a_prompt_longer_than_a_prediction_may_be_has_its_scores_too(
    weights: Callable[[str], Path], engine: LlamaCpp, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = Continuation(" ".join([TEXT] * 12), echo=True)
    whole = scores(ask(engine, text, top_logprobs=1, max_tokens=0))
    assert len(whole) > 200
    monkeypatch.setattr(verifier, "MOST_CELLS", 64)
    with closing(loaded(weights)) as narrow:
        short = Continuation(TEXT, echo=True)
        ask(narrow, short, top_logprobs=1, max_tokens=0)
        read = scores(ask(narrow, text, top_logprobs=1, max_tokens=0))
        assert [(token.token, token.top[0].token) for token in read[1:]] == [
            (token.token, token.top[0].token) for token in whole[1:]
        ]
        monkeypatch.setattr(verifier, "available_bytes", lambda: 1000)
        assert len(scores(ask(narrow, text, top_logprobs=2, max_tokens=0))) == len(whole)


def test_scores_of_a_longer_prompt_are_refused_where_there_is_no_memory_for_it(
    weights: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifier, "MOST_CELLS", 64)
    with closing(loaded(weights)) as narrow:
        ask(narrow, Continuation(TEXT, echo=True), top_logprobs=1, max_tokens=0)
        monkeypatch.setattr(verifier, "available_bytes", lambda: 1000)
        with pytest.raises(RequestInvalid, match="no memory"):
            ask(narrow, Continuation(TEXT * 12, echo=True), top_logprobs=1, max_tokens=0)


def test_scores_of_a_prompt_are_refused_without_a_second_copy(
    weights: Callable[[str], Path],
) -> None:
    with (
        closing(loaded(weights, predictions=False)) as engine,
        pytest.raises(RequestInvalid) as caught,
    ):
        ask(engine, Continuation(TEXT, echo=True), top_logprobs=1)
    assert caught.value.param == "logprobs"
