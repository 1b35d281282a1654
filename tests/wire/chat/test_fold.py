"""Whole answers."""

from collections.abc import Sequence

import pytest
from inline_snapshot import snapshot

from dragoman.domain.chat import ChatEvent
from dragoman.domain.errors import EngineFailed
from wire.chat.answers import CALLING, HELLO, THINKING, TYPING, folded


def test_a_whole_answer() -> None:
    assert folded(HELLO) == snapshot(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1700000000,
            "model": "gpt-4o-mini",
            "choices": [
                {
                    "index": 0,
                    "message": {
                        "role": "assistant",
                        "content": "Hello",
                        "refusal": None,
                        "annotations": [],
                    },
                    "logprobs": None,
                    "finish_reason": "stop",
                }
            ],
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
            "service_tier": "default",
            "system_fingerprint": "fp_1",
        }
    )


def test_a_whole_answer_with_calls() -> None:
    assert folded(CALLING)["choices"] == snapshot(
        [
            {
                "index": 0,
                "message": {
                    "role": "assistant",
                    "content": None,
                    "refusal": None,
                    "annotations": [],
                    "tool_calls": [
                        {
                            "id": "call_a",
                            "type": "function",
                            "function": {"name": "f", "arguments": '{"x":1}'},
                        },
                        {
                            "id": "call_b",
                            "type": "function",
                            "function": {"name": "g", "arguments": "{}"},
                        },
                    ],
                },
                "logprobs": None,
                "finish_reason": "tool_calls",
            }
        ]
    )


def test_a_whole_answer_with_a_call_of_a_custom_tool() -> None:
    (choice,) = folded(TYPING)["choices"]
    assert choice["message"]["content"] is None
    assert choice["message"]["tool_calls"] == [
        {"id": "call_a", "type": "custom", "custom": {"name": "c", "input": "raw text"}},
        {"id": "call_b", "type": "function", "function": {"name": "f", "arguments": "{}"}},
    ]


def test_a_whole_answer_with_its_thought() -> None:
    whole = folded(THINKING)
    message = whole["choices"][0]["message"]
    assert (message["content"], message["reasoning_content"]) == ("Yes.", "Hm, yes.")
    assert whole["usage"]["completion_tokens_details"]["reasoning_tokens"] == 2
    assert "reasoning_content" not in folded(HELLO)["choices"][0]["message"]


def test_only_a_stored_answer_shows_its_metadata() -> None:
    assert folded(HELLO, store=True, metadata={"a": "b"})["metadata"] == {"a": "b"}
    assert "metadata" not in folded(HELLO, metadata={"a": "b"})


@pytest.mark.parametrize("events", [HELLO[:-1], (HELLO[0], HELLO[-1])])
def test_half_an_answer_is_not_given_as_a_whole_one(events: Sequence[ChatEvent]) -> None:
    with pytest.raises(EngineFailed):
        folded(events)


@pytest.mark.parametrize("events", [HELLO, CALLING, THINKING, TYPING])
def test_of_a_stream_that_is_not_stored_nothing_is_kept(events: Sequence[ChatEvent]) -> None:
    kept, light = folded(events), folded(events, keeps=False)
    (choice,) = light["choices"]
    assert not choice["message"]["content"]
    assert "reasoning_content" not in choice["message"]
    assert choice["finish_reason"] == kept["choices"][0]["finish_reason"]
    assert light["usage"] == kept["usage"]
    with pytest.raises(EngineFailed):
        folded(events[:-1], keeps=False)
