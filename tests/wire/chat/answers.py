"""Answers as an engine gives them, streamed and folded."""

import json
from collections.abc import Sequence
from typing import Any

from dragoman.domain.chat import (
    Alternative,
    ChatEvent,
    ChatFinished,
    ChoiceFinished,
    TextDelta,
    ThoughtDelta,
    TokenLogprob,
    ToolCallDelta,
    ToolCallStarted,
    Usage,
)
from dragoman.wire import sse
from dragoman.wire.chat.chunks import ChunkWriter
from dragoman.wire.chat.fold import Fold
from dragoman.wire.chat.head import Head, Stamp
from dragoman.wire.chat.request import parse

HEAD = Head(Stamp("chatcmpl-1", 1_700_000_000), "gpt-4o-mini", "fp_1", "default")
PLAIN = {"include_obfuscation": False}
DONE = ChatFinished(Usage(9, 3, cached_tokens=4))
F = {"name": "f"}

HELLO = (TextDelta(0, "Hel"), TextDelta(0, "lo"), ChoiceFinished(0, "stop"), DONE)
CALLING = (
    ToolCallStarted(0, 0, "call_a", "f"),
    ToolCallDelta(0, 0, '{"x"'),
    ToolCallDelta(0, 0, ":1}"),
    ToolCallStarted(0, 1, "call_b", "g"),
    ToolCallDelta(0, 1, "{}"),
    ChoiceFinished(0, "tool_calls"),
    DONE,
)


THINKING = (
    ThoughtDelta(0, "Hm, "),
    ThoughtDelta(0, "yes."),
    TextDelta(0, "Yes."),
    ChoiceFinished(0, "stop"),
    ChatFinished(Usage(9, 3, reasoning_tokens=2)),
)
TYPING = (
    ToolCallStarted(0, 0, "call_a", "c", custom=True),
    ToolCallDelta(0, 0, "raw "),
    ToolCallDelta(0, 0, "text"),
    ToolCallStarted(0, 1, "call_b", "f"),
    ToolCallDelta(0, 1, "{}"),
    ChoiceFinished(0, "tool_calls"),
    DONE,
)
SCORED = (
    TextDelta(0, "é", (TokenLogprob("é", -0.5, "é".encode(), (Alternative("e", -1.0, b"e"),)),)),
    TextDelta(0, "", (TokenLogprob("\\xf0", float("-inf"), b"\xf0"),)),
    ChoiceFinished(0, "stop"),
    DONE,
)


def streamed(events: Sequence[ChatEvent], **fields: Any) -> list[Any]:
    """The payloads of the events of a stream."""
    body = {"model": "m", "messages": [{"role": "user"}], "stream": True, **fields}
    writer = ChunkWriter(parse(body), HEAD)
    lines = [sse.data(chunk).decode() for event in events for chunk in writer.chunks(event)]
    assert all(line.startswith("data: {") and line.endswith("}\n\n") for line in lines)
    return [json.loads(line.removeprefix("data: ")) for line in lines]


def choices(events: Sequence[ChatEvent], **fields: Any) -> list[Any]:
    """Only what the choices of a stream hold."""
    return [c for chunk in streamed(events, **fields) for c in chunk["choices"]]


def folded(events: Sequence[ChatEvent], *, keeps: bool = True, **fields: Any) -> Any:
    body = {"model": "m", "messages": [{"role": "user"}], **fields}
    fold = Fold(parse(body), HEAD, keeps=keeps)
    for event in events:
        fold.add(event)
    return json.loads(fold.completion().model_dump_json(exclude_unset=True))
