"""Several upstreams of one model, each a server of its own on loopback."""

import logging
from collections.abc import Generator
from contextlib import ExitStack, aclosing
from typing import Any

import anyio
import anyio.to_thread
import pytest

from dragoman.domain.chat import ChatRequest, ChoiceFinished, TextDelta
from dragoman.domain.conversation import Message, TextPart
from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import (
    EngineFailed,
    EngineUnavailable,
    Overloaded,
    RequestInvalid,
    ServiceError,
)
from dragoman.engines.remote_openai import RemoteOpenAI, load
from dragoman.serving.threads import Hosted
from outlets import Basket
from upstreams import PATIENCE_S, Upstream, loaded, running, unreachable

END: dict[str, Any] = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}


def saying(text: str) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": text}}]}


def chat(*turns: str) -> ChatRequest:
    roles = ("user", "assistant")
    return ChatRequest(
        tuple(Message(roles[i % 2], (TextPart(turn),)) for i, turn in enumerate(turns))
    )


def answered(engine: RemoteOpenAI, request: ChatRequest | None = None) -> str:
    """The text of a whole answer."""
    basket = Basket()
    engine.run(request or chat("Count."), basket)
    return "".join(event.text for event in basket.events if isinstance(event, TextDelta))


@pytest.fixture
def pair() -> Generator[tuple[Upstream, Upstream]]:
    with ExitStack() as stack:
        first, second = (stack.enter_context(running()) for _ in "12")
        first.says(saying("first"), END)
        second.says(saying("second"), END)
        yield first, second


@pytest.fixture
def engine(pair: tuple[Upstream, Upstream]) -> Generator[RemoteOpenAI]:
    with loaded(base_urls=[it.url for it in pair], model="far", timeout_s=PATIENCE_S) as engine:
        yield engine


def test_upstreams_take_turns(engine: RemoteOpenAI) -> None:
    assert [answered(engine) for _ in range(4)] == ["first", "second", "first", "second"]
    assert engine.gauges() == {"upstreams_in_use": 2}


async def test_the_one_with_fewest_requests_out_is_next(
    engine: RemoteOpenAI, pair: tuple[Upstream, Upstream]
) -> None:
    first, _ = pair
    first.says(saying("first"), done=False)
    first.silent = True
    hosted = Hosted(engine)
    with anyio.fail_after(PATIENCE_S):
        async with aclosing(hosted.stream(chat("Count."))) as stream:
            assert await anext(stream) == TextDelta(0, "first")
            for _ in range(3):
                assert await anyio.to_thread.run_sync(answered, engine) == "second"


def test_a_conversation_stays_where_its_beginning_was_read(engine: RemoteOpenAI) -> None:
    one, other = ("One. " * 200, "Yes."), ("Other. " * 200, "No.")
    assert answered(engine, chat(one[0])) == "first"
    assert answered(engine, chat(other[0])) == "second"
    assert answered(engine, chat(*other, "And then?")) == "second"
    assert answered(engine, chat(*other, "And then?", "No.", "And after that?")) == "second"
    assert answered(engine, chat(*one, "And then?")) == "first"


@pytest.mark.parametrize(
    ("status", "times"),
    # An answer may break by its request's fault: only the third of those leaves an upstream out.
    [(502, 1), (503, 1), (504, 1), (429, 1), (401, 1), (404, 1), (500, 3)],
)
def test_who_refuses_to_work_is_passed_over_and_then_left_out(
    engine: RemoteOpenAI, pair: tuple[Upstream, Upstream], status: int, times: int
) -> None:
    first, second = pair
    first.status, first.frames = status, [b"sk-secret"]
    assert [answered(engine) for _ in range(5)] == ["second"] * 5
    assert len(second.bodies) == 5
    assert len(first.bodies) == times
    assert engine.gauges() == {"upstreams_in_use": 1}


def test_a_request_that_is_wrong_is_not_sent_again(
    engine: RemoteOpenAI, pair: tuple[Upstream, Upstream]
) -> None:
    first, second = pair
    first.status, first.frames = 400, [b'{"error": {"message": "Too hot."}}']
    with pytest.raises(RequestInvalid, match="Too hot"):
        answered(engine)
    assert second.bodies == []
    assert engine.gauges() == {"upstreams_in_use": 2}


def test_one_that_is_not_there_costs_one_line(
    pair: tuple[Upstream, Upstream], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "dragoman")
    with running() as gone:
        pass
    with loaded(base_urls=[gone.url, pair[1].url], model="far") as engine:
        assert [answered(engine) for _ in range(5)] == ["second"] * 5
        assert engine.gauges() == {"upstreams_in_use": 1}
    (line,) = caplog.messages
    assert line.startswith(f"event=upstream-left-out upstream={gone.url} seconds=1 ")


def test_one_that_does_not_let_us_connect_is_passed_over(
    pair: tuple[Upstream, Upstream],
) -> None:
    with (
        unreachable() as address,
        loaded(base_urls=[address, pair[1].url], model="far", connect_timeout_s=0.2) as engine,
    ):
        assert [answered(engine) for _ in range(2)] == ["second"] * 2


@pytest.mark.parametrize(
    "frames",
    [
        [],
        [b": all is well\n\n"],
        [b'data: {"choices": [{"index": 0, "delta": {"role": "assistant"}}]}\n\n'],
        [b'data: {"error": {"message": "CUDA out of memory"}}\n\n'],
        [b"<html>"],
    ],
)
def test_one_that_says_it_is_well_and_breaks_is_passed_over_and_then_left_out(
    engine: RemoteOpenAI, pair: tuple[Upstream, Upstream], frames: list[bytes]
) -> None:
    first, _ = pair
    first.frames = frames
    assert [answered(engine) for _ in range(8)] == ["second"] * 8
    assert len(first.bodies) == 3
    assert engine.gauges() == {"upstreams_in_use": 1}


def test_a_prompt_that_is_refused_in_the_stream_is_the_callers_mistake(
    engine: RemoteOpenAI, pair: tuple[Upstream, Upstream]
) -> None:
    first, second = pair
    words = "The input (9 tokens) is longer than the model's maximum context length (8 tokens)."
    first.says({"error": {"message": words, "type": "BadRequestError", "code": 400}})
    with pytest.raises(RequestInvalid) as refused:
        answered(engine)
    assert (refused.value.param, refused.value.code) == ("messages", "context_length_exceeded")
    assert second.bodies == []


def test_what_the_caller_has_is_not_begun_again(
    engine: RemoteOpenAI, pair: tuple[Upstream, Upstream]
) -> None:
    first, second = pair
    first.says(saying("fir"), done=False)
    basket = Basket()
    with pytest.raises(EngineFailed, match="broke off"):
        engine.run(chat("Count."), basket)
    assert basket.events == [TextDelta(0, "fir")]
    assert second.bodies == []


def test_a_request_that_breaks_two_upstreams_breaks_no_third(
    pair: tuple[Upstream, Upstream],
) -> None:
    with running() as third:
        third.says(saying("third"), END)
        for it in pair:
            it.status, it.frames = 500, [b"trace"]
        with (
            loaded(base_urls=[it.url for it in (*pair, third)], model="far") as engine,
            pytest.raises(EngineFailed, match="status 500"),
        ):
            answered(engine)
        assert third.bodies == []


def test_a_request_that_broke_one_and_found_no_other_is_a_failure(
    engine: RemoteOpenAI, pair: tuple[Upstream, Upstream]
) -> None:
    first, second = pair
    first.status, second.status = 500, 503
    with pytest.raises(EngineFailed, match="status 500") as caught:
        answered(engine)
    assert caught.value.retry_s is None


@pytest.mark.parametrize(
    ("status", "wait", "error", "retry_s"),
    [
        (503, {"Retry-After": "7"}, EngineUnavailable, 7),
        (503, {}, EngineUnavailable, 1),
        (503, {"Retry-After": "86400"}, EngineUnavailable, 60),
        (503, {"Retry-After": "soon"}, EngineUnavailable, 1),
        (503, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, EngineUnavailable, 1),
        (429, {"Retry-After": "7"}, Overloaded, 7),
    ],
)
def test_where_all_are_out_the_caller_learns_when_the_first_is_back(
    engine: RemoteOpenAI,
    pair: tuple[Upstream, Upstream],
    status: int,
    wait: dict[str, str],
    error: type[ServiceError],
    retry_s: float,
) -> None:
    for it in pair:
        it.status, it.headers = status, {"Retry-After": "600"}
    pair[1].headers = wait
    for _ in range(2):
        with pytest.raises(error) as caught:
            answered(engine)
        assert type(caught.value) is error
        assert caught.value.retry_s == retry_s
    assert [len(it.bodies) for it in pair] == [1, 1]


def test_a_lone_upstream_is_never_left_out() -> None:
    with running() as upstream, loaded(base_url=upstream.url, model="far") as engine:
        upstream.status, upstream.headers = 503, {"Retry-After": "7"}
        for _ in range(2):
            with pytest.raises(EngineUnavailable) as caught:
                answered(engine)
            assert caught.value.retry_s == 7
        upstream.status = 200
        upstream.says(saying("back"), END)
        assert answered(engine) == "back"
        assert engine.gauges() == {}


async def test_who_leaves_while_the_second_is_silent_hangs_up_on_it(
    engine: RemoteOpenAI, pair: tuple[Upstream, Upstream]
) -> None:
    first, second = pair
    first.status = 503
    second.frames, second.silent = [], True
    hosted = Hosted(engine)

    async def ask() -> None:
        async with aclosing(hosted.stream(chat("Count."))) as stream:
            await anext(stream)

    with anyio.fail_after(PATIENCE_S):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask)
            assert await anyio.to_thread.run_sync(second.reached.wait, PATIENCE_S)
            tasks.cancel_scope.cancel()
        assert await anyio.to_thread.run_sync(second.hung_up.wait, PATIENCE_S)
    assert hosted.statistics().borrowed_tokens == 0
    assert first.reached.is_set()
    assert engine.gauges() == {"upstreams_in_use": 1}


async def test_many_requests_at_once_are_all_answered_by_both(engine: RemoteOpenAI) -> None:
    hosted = Hosted(engine)
    answers: list[list[Any]] = []

    async def ask() -> None:
        answers.append([event async for event in hosted.stream(chat("Count."))])

    with anyio.fail_after(PATIENCE_S):
        async with anyio.create_task_group() as tasks:
            for _ in range(8):
                tasks.start_soon(ask)
    assert len(answers) == 8
    assert {answer[0].text for answer in answers} == {"first", "second"}
    assert all(answer[1] == ChoiceFinished(0, "stop") for answer in answers)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "base_url.*base_urls"),
        ({"base_urls": []}, "base_url.*base_urls"),
        ({"base_urls": ["http://a/v1"], "base_url": "http://b/v1"}, "not both"),
        ({"base_urls": ["http://a/v1", "http://a/v1/"]}, "twice"),
        ({"base_urls": ["http://a/v1", "http://k:s@b/v1"]}, "base_urls must hold no secret"),
        ({"base_urls": [f"http://a/{i}" for i in range(65)]}, "more than 64"),
        ({"base_urls": "http://a/v1"}, "array"),
        ({"base_url": "http://a/v1", "connect_timeout_s": 0}, "positive"),
    ],
)
def test_wrong_options_are_told_when_it_loads(options: dict[str, Any], message: str) -> None:
    with pytest.raises(EngineUnavailable, match=message):
        load(EngineSpec("remote-openai", "", options={"model": "far", **options}))
