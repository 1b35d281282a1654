"""Streams, chunk by chunk."""

from collections.abc import Sequence
from typing import Any

import pytest
from inline_snapshot import snapshot

from dragoman.domain.chat import (
    ChatEvent,
    ChoiceFinished,
    TextDelta,
    TokenLogprob,
    ToolCallDelta,
    ToolCallStarted,
)
from dragoman.wire.chat.chunks import ChunkWriter
from dragoman.wire.chat.request import parse
from wire.chat.answers import (
    CALLING,
    DONE,
    HEAD,
    HELLO,
    PLAIN,
    SCORED,
    THINKING,
    TYPING,
    F,
    choices,
    folded,
    streamed,
)


@pytest.mark.parametrize("events", [HELLO, CALLING])
def test_a_silence_before_the_answer_says_whose_turn_it_is(events: Sequence[ChatEvent]) -> None:
    body = {"model": "m", "messages": [{"role": "user"}], "stream": True}
    writer = ChunkWriter(parse(body), HEAD)
    chunks = [writer.nothing(), writer.nothing()]
    chunks += [chunk for event in events for chunk in writer.chunks(event)]
    deltas = [c.delta.model_dump(exclude_unset=True) for chunk in chunks for c in chunk.choices]
    assert deltas[0] == {"role": "assistant", "content": "", "refusal": None}
    assert deltas[1] == {}
    assert not any("role" in delta for delta in deltas[1:])


def test_a_stream_of_text() -> None:
    assert streamed(HELLO, stream_options=PLAIN) == snapshot(
        [
            {
                "id": "chatcmpl-1",
                "object": "chat.completion.chunk",
                "created": 1700000000,
                "model": "gpt-4o-mini",
                "service_tier": "default",
                "system_fingerprint": "fp_1",
                "choices": [
                    {
                        "index": 0,
                        "delta": {"role": "assistant", "content": "", "refusal": None},
                        "logprobs": None,
                        "finish_reason": None,
                    }
                ],
            },
            {
                "id": "chatcmpl-1",
                "object": "chat.completion.chunk",
                "created": 1700000000,
                "model": "gpt-4o-mini",
                "service_tier": "default",
                "system_fingerprint": "fp_1",
                "choices": [
                    {
                        "index": 0,
                        "delta": {"content": "Hel"},
                        "logprobs": None,
                        "finish_reason": None,
                    }
                ],
            },
            {
                "id": "chatcmpl-1",
                "object": "chat.completion.chunk",
                "created": 1700000000,
                "model": "gpt-4o-mini",
                "service_tier": "default",
                "system_fingerprint": "fp_1",
                "choices": [
                    {
                        "index": 0,
                        "delta": {"content": "lo"},
                        "logprobs": None,
                        "finish_reason": None,
                    }
                ],
            },
            {
                "id": "chatcmpl-1",
                "object": "chat.completion.chunk",
                "created": 1700000000,
                "model": "gpt-4o-mini",
                "service_tier": "default",
                "system_fingerprint": "fp_1",
                "choices": [{"index": 0, "delta": {}, "logprobs": None, "finish_reason": "stop"}],
            },
        ]
    )


def test_a_stream_with_usage() -> None:
    chunks = streamed(HELLO, stream_options={"include_usage": True, **PLAIN})
    assert [chunk["usage"] for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)
    assert chunks[-1] == snapshot(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1700000000,
            "model": "gpt-4o-mini",
            "service_tier": "default",
            "system_fingerprint": "fp_1",
            "choices": [],
            "usage": {
                "prompt_tokens": 9,
                "completion_tokens": 3,
                "total_tokens": 12,
                "prompt_tokens_details": {"cached_tokens": 4, "audio_tokens": 0, "image_tokens": 0},
                "completion_tokens_details": {
                    "reasoning_tokens": 0,
                    "audio_tokens": 0,
                    "accepted_prediction_tokens": 0,
                    "rejected_prediction_tokens": 0,
                },
            },
        }
    )


def test_without_usage_every_chunk_has_a_choice() -> None:
    chunks = streamed(HELLO)
    assert all(len(chunk["choices"]) == 1 and "usage" not in chunk for chunk in chunks)


def test_a_stream_of_calls() -> None:
    assert choices(CALLING, tools=[{"type": "function", "function": F}]) == snapshot(
        [
            {
                "index": 0,
                "delta": {
                    "role": "assistant",
                    "content": None,
                    "refusal": None,
                    "tool_calls": [
                        {
                            "index": 0,
                            "id": "call_a",
                            "type": "function",
                            "function": {"name": "f", "arguments": ""},
                        }
                    ],
                },
                "logprobs": None,
                "finish_reason": None,
            },
            {
                "index": 0,
                "delta": {"tool_calls": [{"index": 0, "function": {"arguments": '{"x"'}}]},
                "logprobs": None,
                "finish_reason": None,
            },
            {
                "index": 0,
                "delta": {"tool_calls": [{"index": 0, "function": {"arguments": ":1}"}}]},
                "logprobs": None,
                "finish_reason": None,
            },
            {
                "index": 0,
                "delta": {
                    "tool_calls": [
                        {
                            "index": 1,
                            "id": "call_b",
                            "type": "function",
                            "function": {"name": "g", "arguments": ""},
                        }
                    ]
                },
                "logprobs": None,
                "finish_reason": None,
            },
            {
                "index": 0,
                "delta": {"tool_calls": [{"index": 1, "function": {"arguments": "{}"}}]},
                "logprobs": None,
                "finish_reason": None,
            },
            {"index": 0, "delta": {}, "logprobs": None, "finish_reason": "tool_calls"},
        ]
    )


def test_a_stream_of_a_custom_tools_call() -> None:
    deltas = [choice["delta"] for choice in choices(TYPING, stream_options=PLAIN)]
    assert deltas[0].pop("role") == "assistant"
    assert [call for delta in deltas[:-1] for call in delta["tool_calls"]] == [
        {"index": 0, "id": "call_a", "type": "custom", "custom": {"name": "c", "input": ""}},
        {"index": 0, "custom": {"input": "raw "}},
        {"index": 0, "custom": {"input": "text"}},
        {
            "index": 1,
            "id": "call_b",
            "type": "function",
            "function": {"name": "f", "arguments": ""},
        },
        {"index": 1, "function": {"arguments": "{}"}},
    ]


def test_thoughts_are_streamed_apart_from_the_answer() -> None:
    chunks = streamed(THINKING, stream_options={"include_usage": True, **PLAIN})
    assert [choice["delta"] for chunk in chunks for choice in chunk["choices"]] == [
        {"role": "assistant", "content": "", "refusal": None},
        {"reasoning_content": "Hm, "},
        {"reasoning_content": "yes."},
        {"content": "Yes."},
        {},
    ]
    assert chunks[-1]["usage"]["completion_tokens_details"]["reasoning_tokens"] == 2
    assert chunks[-1]["usage"]["completion_tokens"] == 3


def test_text_before_a_call() -> None:
    deltas = [choice["delta"] for choice in choices((TextDelta(0, "Hm."), *CALLING))]
    assert deltas[0] == {"role": "assistant", "content": "", "refusal": None}
    assert deltas[1] == {"content": "Hm."}
    assert list(deltas[2]) == ["tool_calls"]


def test_a_call_in_the_old_form() -> None:
    events = (*CALLING[:3], *CALLING[-2:])
    assert choices(events, functions=[F]) == snapshot(
        [
            {
                "index": 0,
                "delta": {
                    "role": "assistant",
                    "content": None,
                    "refusal": None,
                    "function_call": {"name": "f", "arguments": ""},
                },
                "logprobs": None,
                "finish_reason": None,
            },
            {
                "index": 0,
                "delta": {"function_call": {"arguments": '{"x"'}},
                "logprobs": None,
                "finish_reason": None,
            },
            {
                "index": 0,
                "delta": {"function_call": {"arguments": ":1}"}},
                "logprobs": None,
                "finish_reason": None,
            },
            {"index": 0, "delta": {}, "logprobs": None, "finish_reason": "function_call"},
        ]
    )
    answer = folded(events, functions=[F])["choices"][0]
    assert answer["finish_reason"] == "function_call"
    assert answer["message"]["function_call"] == {"name": "f", "arguments": '{"x":1}'}
    assert "tool_calls" not in answer["message"]


def test_an_answer_that_had_to_call_one_function_stops() -> None:
    tool = {"type": "function", "function": F}
    fields: dict[str, Any] = {"tools": [tool], "tool_choice": tool}
    events = (*CALLING[:3], *CALLING[-2:])
    assert choices(events, **fields)[-1]["finish_reason"] == "stop"
    assert folded(events, **fields)["choices"][0]["finish_reason"] == "stop"


def test_choices_take_turns() -> None:
    events = (
        TextDelta(0, "a"),
        TextDelta(1, "b"),
        ChoiceFinished(1, "stop"),
        TextDelta(0, "c"),
        ChoiceFinished(0, "length"),
        DONE,
    )
    seen = [(c["index"], c["delta"].get("content"), c["finish_reason"]) for c in choices(events)]
    assert seen == [
        (0, "", None),
        (0, "a", None),
        (1, "", None),
        (1, "b", None),
        (1, None, "stop"),
        (0, "c", None),
        (0, None, "length"),
    ]
    whole = folded(events, n=2)["choices"]
    assert [(c["index"], c["message"]["content"], c["finish_reason"]) for c in whole] == [
        (0, "ac", "length"),
        (1, "b", "stop"),
    ]


def test_an_empty_answer_still_says_whose_turn_it_was() -> None:
    events = (ChoiceFinished(0, "length"), DONE)
    assert [choice["delta"] for choice in choices(events)] == [
        {"role": "assistant", "content": "", "refusal": None},
        {},
    ]
    assert folded(events)["choices"][0]["message"]["content"] == ""


def test_a_stream_with_logprobs() -> None:
    assert [c["logprobs"] for c in choices(SCORED, logprobs=True, top_logprobs=1)] == snapshot(
        [
            {"content": [], "refusal": None},
            {
                "content": [
                    {
                        "token": "é",
                        "logprob": -0.5,
                        "bytes": [195, 169],
                        "top_logprobs": [{"token": "e", "logprob": -1.0, "bytes": [101]}],
                    }
                ],
                "refusal": None,
            },
            {
                "content": [
                    {"token": "\\xf0", "logprob": -9999.0, "bytes": [240], "top_logprobs": []}
                ],
                "refusal": None,
            },
            None,
        ]
    )


def test_an_answer_with_logprobs() -> None:
    whole = folded(SCORED, logprobs=True, top_logprobs=1)["choices"][0]["logprobs"]
    pieces = choices(SCORED, logprobs=True, top_logprobs=1)
    content = [token for c in pieces if c["logprobs"] for token in c["logprobs"]["content"]]
    assert whole == {"content": content, "refusal": None}


def test_calls_have_logprobs_too() -> None:
    token = TokenLogprob("{}", -0.1, b"{}")
    events = (*CALLING[:1], ToolCallDelta(0, 0, "{}", (token,)), *CALLING[-2:])
    assert folded(events, logprobs=True)["choices"][0]["logprobs"]["content"][0]["token"] == "{}"
    assert choices(events, logprobs=True)[1]["logprobs"]["content"][0]["token"] == "{}"


@pytest.mark.parametrize("text", ["", "a", "x" * 15, "x" * 16, "x" * 40])
def test_padding_hides_the_length_of_a_piece(text: str) -> None:
    chunks = streamed((TextDelta(0, text), ChoiceFinished(0, "stop"), DONE))
    assert all((len(text) + len(chunks[1]["obfuscation"])) % 16 == 0 for _ in chunks)
    assert all(chunk["obfuscation"] for chunk in chunks)


@pytest.mark.parametrize("text", ["", "a", "x" * 15, "x" * 16, "x" * 40])
@pytest.mark.parametrize("custom", [False, True])
def test_padding_hides_the_length_of_a_call(text: str, custom: bool) -> None:
    begun = ToolCallStarted(0, 0, "call_a", "f", custom=custom)
    chunks = streamed((begun, ToolCallDelta(0, 0, text), ChoiceFinished(0, "tool_calls"), DONE))
    assert (len(text) + len(chunks[1]["obfuscation"])) % 16 == 0


def test_padding_hides_the_length_of_a_legacy_call() -> None:
    chunks = streamed(CALLING, functions=[F])
    assert (len('{"x"') + len(chunks[1]["obfuscation"])) % 16 == 0


def test_padding_is_never_the_same() -> None:
    first, second, *_ = streamed(HELLO)
    assert first["obfuscation"] != second["obfuscation"]
