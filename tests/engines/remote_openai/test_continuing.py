"""Texts that are continued on a server elsewhere."""

from typing import Any

import pytest

from dragoman.domain.chat import (
    ChatFinished,
    ChatRequest,
    ChoiceFinished,
    Sampling,
    TextDelta,
    TokenLogprob,
)
from dragoman.domain.continuation import Alternative, Continuation, PromptShown
from dragoman.domain.conversation import Grammar
from dragoman.domain.errors import RequestInvalid
from dragoman.engines.remote_openai import RemoteOpenAI
from outlets import Basket
from upstreams import Upstream


def told(engine: RemoteOpenAI, text: Continuation, **more: Any) -> list[Any]:
    basket = Basket()
    engine.run(ChatRequest((), continuation=text, **more), basket)
    return basket.events


def piece(text: str, end: str | None = None, **more: object) -> dict[str, Any]:
    return {"choices": [{"index": 0, "text": text, "finish_reason": end, **more}]}


def test_a_text_is_continued_by_the_upstreams_own_path(
    engine: RemoteOpenAI, upstream: Upstream
) -> None:
    scores = {"tokens": ["b"], "token_logprobs": [-0.5], "top_logprobs": [{"c": -1.0, "b": -0.5}]}
    usage = {"prompt_tokens": 1, "completion_tokens": 2}
    upstream.says(
        piece("b", logprobs={**scores, "text_offset": [0]}),
        piece("", "length"),
        {"choices": [], "usage": usage},
    )
    text = Continuation("a", suffix="z")
    events = told(engine, text, max_tokens=2, top_logprobs=2, stop=("\n",), sampling=Sampling(0.0))
    best = (Alternative("b", -0.5, b"b"), Alternative("c", -1.0, b"c"))
    assert events[:2] == [
        TextDelta(0, "b", (TokenLogprob("b", -0.5, b"b", best),)),
        ChoiceFinished(0, "length"),
    ]
    assert isinstance(events[2], ChatFinished)
    assert (events[2].usage.prompt_tokens, events[2].usage.completion_tokens) == (1, 2)
    assert upstream.paths == ["/v1/completions"]
    assert upstream.bodies == [
        {
            "model": "far",
            "prompt": "a",
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": 0.0,
            "max_tokens": 2,
            "suffix": "z",
            "stop": ["\n"],
            "logprobs": 2,
        }
    ]


def test_the_prompt_is_shown_once_the_upstream_has_taken_it(
    engine: RemoteOpenAI, upstream: Upstream
) -> None:
    upstream.says(piece("b", "stop"))
    first, *_ = told(engine, Continuation("a", echo=True))
    assert first == PromptShown("a")
    assert "echo" not in upstream.bodies[0]
    upstream.status = 400
    basket = Basket()
    with pytest.raises(RequestInvalid):
        engine.run(ChatRequest((), continuation=Continuation("a", echo=True)), basket)
    assert basket.events == []


def test_tokens_are_passed_on_as_they_are(engine: RemoteOpenAI, upstream: Upstream) -> None:
    upstream.says(piece("b", "stop"))
    told(engine, Continuation(tokens=(1, 2)), choices=1)
    assert upstream.bodies[0]["prompt"] == [1, 2]


@pytest.mark.parametrize(
    ("text", "more", "param"),
    [
        (Continuation("a", echo=True), {"top_logprobs": 1}, "logprobs"),
        (Continuation(tokens=(1,), echo=True), {}, "echo"),
        (Continuation("a"), {"format": Grammar("regex", "a")}, "grammar"),
        (Continuation("a"), {"tokens_only": True}, "prompt"),
    ],
)
def test_what_an_upstream_cannot_be_asked_is_refused_by_name(
    engine: RemoteOpenAI, upstream: Upstream, text: Continuation, more: dict[str, Any], param: str
) -> None:
    with pytest.raises(RequestInvalid) as caught:
        told(engine, text, **more)
    assert (caught.value.param, caught.value.code) == (param, "unsupported_parameter")
    assert upstream.bodies == []
