import json
import logging
from contextlib import aclosing
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest

from dragoman.domain.chat import (
    Alternative,
    ChatFinished,
    ChatRequest,
    ChoiceFinished,
    TextDelta,
    ThoughtDelta,
    TokenLogprob,
    ToolCallDelta,
    ToolCallStarted,
    ToolChoice,
    Usage,
)
from dragoman.domain.conversation import Message, TextPart, Tool
from dragoman.domain.engine import EngineSpec, Stopped
from dragoman.domain.errors import (
    EngineFailed,
    EngineUnavailable,
    Overloaded,
    RequestInvalid,
    ServiceError,
)
from dragoman.engines.remote_openai import RemoteOpenAI, load
from dragoman.serving.threads import Hosted
from live_server import serving
from outlets import Basket
from upstreams import PATIENCE_S, Upstream, loaded, running

REQUEST = ChatRequest((Message("user", (TextPart("Count."),)),))
COUNTS = {"prompt_tokens": 5, "completion_tokens": 2}
USAGE: dict[str, Any] = {"choices": [], "usage": COUNTS}

LONG = "This model's maximum context length is 8 tokens."
TOO_LONG = RequestInvalid(LONG, param="messages", code="context_length_exceeded")


def said(delta: object = None, end: str | None = None, **more: object) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta or {}, "finish_reason": end, **more}]}


def events(engine: RemoteOpenAI, request: ChatRequest = REQUEST) -> list[Any]:
    basket = Basket()
    engine.run(request, basket)
    return basket.events


def test_text_becomes_deltas_and_usage_comes_last(engine: RemoteOpenAI, upstream: Upstream) -> None:
    usage = {**COUNTS, "prompt_tokens_details": {"cached_tokens": 3}}
    upstream.says(
        said({"role": "assistant", "content": ""}),
        said({"content": "One\u2028"}),
        said({"content": "둘", "reasoning_content": None}),
        said(end="stop"),
        {"choices": [], "usage": usage},
    )
    assert events(engine) == [
        TextDelta(0, "One\u2028"),
        TextDelta(0, "둘"),
        ChoiceFinished(0, "stop"),
        ChatFinished(Usage(5, 2, 3)),
    ]
    assert upstream.bodies[0]["model"] == "far"
    assert upstream.keys == [None]


def test_frames_may_come_in_any_pieces_with_comments_between(
    engine: RemoteOpenAI, upstream: Upstream
) -> None:
    upstream.says(said({"content": "둘"}), said(end="length"), USAGE)
    whole = b": ping\r\n\r\n" + b"".join(upstream.frames).replace(b"\n", b"\r\n")
    upstream.frames = [whole[i : i + 3] for i in range(0, len(whole), 3)]
    first, second, _ = events(engine)
    assert (first, second) == (TextDelta(0, "둘"), ChoiceFinished(0, "length"))


def test_choices_take_turns(engine: RemoteOpenAI, upstream: Upstream) -> None:
    upstream.says(
        said({"content": "a"}, index=1),
        said({"content": "b"}, end="stop"),
        said({"content": "late"}),
        said(end="content_filter", index=1),
        USAGE,
    )
    assert events(engine, ChatRequest(REQUEST.messages, choices=2))[:-1] == [
        TextDelta(1, "a"),
        TextDelta(0, "b"),
        ChoiceFinished(0, "stop"),
        ChoiceFinished(1, "stop"),
    ]


def test_calls_are_numbered_from_nothing_and_finish_as_calls(
    engine: RemoteOpenAI, upstream: Upstream
) -> None:
    def call(index: int, **function: str) -> dict[str, Any]:
        named = {"id": f"c{index}", "type": "function"} if "name" in function else {}
        return said({"tool_calls": [{"index": index, "function": function, **named}]})

    upstream.says(
        call(1, name="add", arguments=""),
        call(1, arguments='{"a":'),
        call(1, arguments="1}"),
        call(2, name="sub", arguments="{}"),
        said(end="stop"),
        USAGE,
    )
    tools = (Tool("add", "", {}), Tool("sub", "", {}))
    request = ChatRequest(REQUEST.messages, tools=tools, tool_choice=ToolChoice("required"))
    assert events(engine, request)[:-1] == [
        ToolCallStarted(0, 0, "c1", "add"),
        ToolCallDelta(0, 0, '{"a":'),
        ToolCallDelta(0, 0, "1}"),
        ToolCallStarted(0, 1, "c2", "sub"),
        ToolCallDelta(0, 1, "{}"),
        ChoiceFinished(0, "tool_calls"),
    ]


def test_a_call_of_a_custom_tool_comes_back(engine: RemoteOpenAI, upstream: Upstream) -> None:
    def call(**custom: str) -> dict[str, Any]:
        named = {"id": "c1", "type": "custom"} if "name" in custom else {}
        return said({"tool_calls": [{"index": 0, "custom": custom, **named}]})

    upstream.says(
        call(name="sql", input=""), call(input="SELECT "), call(input="1"), said(end="stop"), USAGE
    )
    assert events(engine)[:-1] == [
        ToolCallStarted(0, 0, "c1", "sql", custom=True),
        ToolCallDelta(0, 0, "SELECT "),
        ToolCallDelta(0, 0, "1"),
        ChoiceFinished(0, "tool_calls"),
    ]


def test_a_call_without_an_id_gets_one(engine: RemoteOpenAI, upstream: Upstream) -> None:
    upstream.says(said({"tool_calls": [{"function": {"name": "add"}}]}), said(end="tool_calls"))
    started, *_ = events(engine)
    assert isinstance(started, ToolCallStarted)
    assert started.id.startswith("call_")


def test_log_probabilities_come_with_their_pieces(engine: RemoteOpenAI, upstream: Upstream) -> None:
    top = [
        {"token": "a", "logprob": -0.5, "bytes": [97]},
        {"token": "b", "logprob": -9999.0},
        {"token": "c", "logprob": -9999.0},
    ]
    entry = {"token": "a", "logprob": -0.5, "bytes": None, "top_logprobs": top}
    upstream.says(
        said({"content": "a"}, logprobs={"content": [entry]}),
        said(end="stop", logprobs={"content": [entry | {"top_logprobs": None}]}),
        USAGE,
    )
    asked = ChatRequest(REQUEST.messages, top_logprobs=2)
    alternatives = (Alternative("a", -0.5, b"a"), Alternative("b", -9999.0, b"b"))
    assert events(engine, asked)[:2] == [
        TextDelta(0, "a", (TokenLogprob("a", -0.5, b"a", alternatives),)),
        TextDelta(0, "", (TokenLogprob("a", -0.5, b"a"),)),
    ]
    assert events(engine)[:2] == [TextDelta(0, "a"), ChoiceFinished(0, "stop")]


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_thoughts_come_back_apart_and_counted(
    engine: RemoteOpenAI, upstream: Upstream, name: str
) -> None:
    usage = {**COUNTS, "completion_tokens_details": {"reasoning_tokens": 1}}
    upstream.says(
        said({name: "Hm."}), said({"content": "Yes."}), said(end="stop"), {"usage": usage}
    )
    request = ChatRequest(REQUEST.messages, effort="high")
    *deltas, _, finished = events(engine, request)
    assert deltas == [ThoughtDelta(0, "Hm."), TextDelta(0, "Yes.")]
    assert finished.usage.reasoning_tokens == 1
    assert upstream.bodies[0]["reasoning_effort"] == "high"


def test_a_refusal_is_told_as_text(engine: RemoteOpenAI, upstream: Upstream) -> None:
    upstream.says(said({"refusal": "I will not."}), said(end="stop"))
    assert events(engine)[0] == TextDelta(0, "I will not.")


@pytest.mark.parametrize("frames", [0, 1])
async def test_hanging_up_reaches_a_silent_upstream(
    engine: RemoteOpenAI, upstream: Upstream, frames: int
) -> None:
    upstream.says(*[said({"content": "One"})] * frames, done=False)
    upstream.silent = True
    hosted = Hosted(engine)
    with anyio.fail_after(PATIENCE_S):
        async with aclosing(hosted.stream(REQUEST)) as stream:
            if frames:
                assert await anext(stream) == TextDelta(0, "One")
            else:
                with anyio.move_on_after(0.3):
                    await anext(stream)
        assert await anyio.to_thread.run_sync(upstream.hung_up.wait, PATIENCE_S)
    assert hosted.statistics().borrowed_tokens == 0


def test_work_ends_when_nobody_listens(engine: RemoteOpenAI, upstream: Upstream) -> None:
    upstream.says(*[said({"content": "One"})] * 3, said(end="stop"))
    basket = Basket(room=1)
    with pytest.raises(Stopped):
        engine.run(REQUEST, basket)
    assert basket.refused == 1


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        ([said({"content": "One"})], "broke off"),
        ([{"error": {"message": "CUDA out of memory", "code": 500}}], "upstream failed"),
        ([{"error": "gone"}], "upstream failed"),
        ([said({"content": "One"}, index=7)], "nobody asked for"),
        ([said({"tool_calls": [{"function": {"arguments": "{}"}}]})], "without a name"),
        ([{"choices": "none"}], "no chunk"),
    ],
)
def test_broken_streams_fail(
    engine: RemoteOpenAI, upstream: Upstream, frames: list[Any], message: str
) -> None:
    upstream.says(*frames)
    with pytest.raises(EngineFailed, match=message):
        events(engine)


def test_an_answer_that_ends_in_the_middle_fails(engine: RemoteOpenAI, upstream: Upstream) -> None:
    upstream.frames = [b'data: {"choices": [{"index": 0, "delta": {"con']
    with pytest.raises(EngineFailed, match="no chunk"):
        events(engine)


def test_a_silence_that_is_too_long_fails(upstream: Upstream) -> None:
    upstream.silent = True
    with (
        loaded(base_url=upstream.url, model="far", timeout_s=0.2) as engine,
        pytest.raises(EngineFailed, match="ReadTimeout"),
    ):
        events(engine)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (
            400,
            {"error": {"message": "Too hot.", "param": "temperature", "code": "hot"}},
            RequestInvalid("Too hot.", param="temperature", code="hot"),
        ),
        (400, {"object": "error", "message": LONG, "code": 400}, TOO_LONG),
        (400, {"error": {"message": LONG, "code": 400}}, TOO_LONG),
        (422, "<html>", RequestInvalid("The upstream refused the request with status 422.")),
        (401, {"error": {"message": "sk-1"}}, EngineUnavailable("The upstream refused its key.")),
        (403, "", EngineUnavailable("The upstream refused its key.")),
        (
            404,
            "",
            EngineUnavailable("The upstream does not have this model, or no such address."),
        ),
        (
            429,
            {"error": {"message": "Rate limit in organization org-1"}},
            Overloaded("The upstream has too many requests.", code="rate_limit_exceeded"),
        ),
        (503, "", EngineUnavailable("The upstream is not available.")),
        (500, {"error": "trace"}, EngineFailed("The upstream failed with status 500.")),
        (302, "", EngineFailed("The upstream failed with status 302.")),
    ],
)
def test_refusals_are_told_in_our_errors(
    engine: RemoteOpenAI, upstream: Upstream, status: int, body: object, error: ServiceError
) -> None:
    upstream.status, upstream.frames = status, [json.dumps(body).encode()]
    with pytest.raises(type(error)) as caught:
        events(engine)
    assert type(caught.value) is type(error)
    assert vars(caught.value) == vars(error)


def test_an_upstream_that_is_not_there_is_unavailable() -> None:
    with running() as gone:
        pass
    with (
        loaded(base_url=gone.url, model="far") as engine,
        pytest.raises(EngineUnavailable, match="cannot be reached"),
    ):
        events(engine)


def test_the_key_is_read_from_its_file_and_told_to_nobody_else(
    upstream: Upstream, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    (tmp_path / "key").write_text("sk-very-secret\n")
    upstream.says(said(end="stop"))
    with loaded(base_url=upstream.url, model="far", api_key_file=str(tmp_path / "key")) as engine:
        events(engine)
        upstream.status = 401
        with pytest.raises(EngineUnavailable):
            events(engine)
    assert upstream.keys == ["Bearer sk-very-secret"] * 2
    assert "very-secret" not in caplog.text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "base_url"),
        ({"model": ""}, "model"),
        ({"base_url": "ftp://a/v1"}, "http"),
        ({"base_url": "http://me:secret@a/v1"}, "no secret"),
        ({"api_key": "sk-1"}, "no option 'api_key'"),
        ({"timeout_s": 0}, "positive"),
        ({"concurrency": "many"}, "concurrency"),
        ({"api_key_file": "key"}, "absolute"),
        ({"api_key_file": "/nowhere/key"}, "api_key_file"),
    ],
)
def test_wrong_options_are_told_when_it_loads(options: dict[str, Any], message: str) -> None:
    whole = {"base_url": "http://127.0.0.1:1/v1", "model": "far", **options} if options else {}
    with pytest.raises(EngineUnavailable, match=message):
        load(EngineSpec("remote-openai", "", options=whole))


async def test_another_dragoman_answers(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"to": {"type": "integer"}}, "required": ["to"]}
    tools = (Tool("count", "Counts.", schema),)
    calling = ChatRequest(REQUEST.messages, tools=tools, tool_choice=ToolChoice("required"))
    asked = ChatRequest(REQUEST.messages, choices=2, max_tokens=3, top_logprobs=1)
    with (
        serving("--demo", log=tmp_path / "log") as server,
        loaded(base_url=server.base_url, model="gpt-4o") as engine,
    ):
        hosted = Hosted(engine)
        answer = [event async for event in hosted.stream(asked)]
        call = [event async for event in hosted.stream(calling)]
        with pytest.raises(RequestInvalid) as refused:
            events(engine, ChatRequest((Message("user", (TextPart("word " * 9000),)),)))
    assert isinstance(answer[-1], ChatFinished)
    assert answer[-1].usage == Usage(1, 6)
    assert {event.choice for event in answer if isinstance(event, ChoiceFinished)} == {0, 1}
    pieces = [event for event in answer if isinstance(event, TextDelta) and event.text]
    assert len(pieces) == 6
    assert {len(token.top) for piece in pieces for token in piece.logprobs} == {1}
    assert isinstance(call[0], ToolCallStarted)
    assert call[-2] == ChoiceFinished(0, "tool_calls")
    assert refused.value.code == "context_length_exceeded"
