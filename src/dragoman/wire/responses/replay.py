"""A replay: a stored response as the stream that it was, event by event."""

import json
from collections.abc import Iterator, Sequence

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
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.stored import StoredResponse
from dragoman.wire.chat.head import Stamp
from dragoman.wire.chat.logprobs import ContentLogprob
from dragoman.wire.responses.bodies import (
    Compaction,
    CustomToolCall,
    Echo,
    FunctionCall,
    Message,
    OutputItem,
    Reasoning,
    Response,
)
from dragoman.wire.responses.compaction import opened
from dragoman.wire.responses.events import Event
from dragoman.wire.responses.tools import Origin, qualified
from dragoman.wire.responses.writer import ResponseWriter, Style

Pieces = Sequence[tuple[int, int]]


def replayed(stored: StoredResponse, *, obfuscated: bool) -> Iterator[Event]:
    """Build the same events with the same numbers; only the padding differs.

    Raises:
        RequestInvalid: it is not whole.
    """
    response = Response.model_validate_json(stored.response)
    if response.status not in ("completed", "incomplete"):
        raise RequestInvalid(
            f"Response with id '{stored.id}' is {response.status}: it has no events.",
            param="stream",
        )
    calls = [item for item in response.output if isinstance(item, FunctionCall | CustomToolCall)]
    style = Style(
        {_name(call): Origin("", call.name, call.namespace) for call in calls},
        summarised=any(item.summary for item in response.output if isinstance(item, Reasoning)),
        obfuscated=obfuscated,
        compacting=any(isinstance(item, Compaction) for item in response.output),
    )
    echo = Echo.model_validate_json(stored.response)
    stamp = Stamp(response.id, response.created_at)
    writer = ResponseWriter(
        echo, style, stamp, lambda: response.completed_at or 0, background=response.background
    )
    streamed = json.loads(stored.pieces)
    for _ in range(streamed["waits"] + 1 if streamed["waits"] else 0):
        yield from writer.wait()
    for event in _events(response, streamed["pieces"]):
        yield from writer.write(event)
    yield writer.last()


def _events(response: Response, pieces: Sequence[Pieces]) -> Iterator[ChatEvent]:
    """What the engine said."""
    calls = 0
    for item, cut in zip(response.output, pieces, strict=True):
        if isinstance(item, FunctionCall | CustomToolCall):
            yield from _called(item, calls, cut)
            calls += 1
        else:
            yield from _said(item, cut)
    yield ChoiceFinished(0, "length" if response.status == "incomplete" else "stop")
    counts = response.usage
    if counts is not None:
        usage = Usage(
            counts.input_tokens,
            counts.output_tokens,
            cached_tokens=counts.input_tokens_details.cached_tokens,
            reasoning_tokens=counts.output_tokens_details.reasoning_tokens,
        )
        yield ChatFinished(usage)


def _called(item: FunctionCall | CustomToolCall, index: int, cut: Pieces) -> Iterator[ChatEvent]:
    custom = isinstance(item, CustomToolCall)
    yield ToolCallStarted(0, index, item.call_id, _name(item), custom)
    for piece, _ in _cut(item.input if custom else item.arguments, cut):
        yield ToolCallDelta(0, index, piece)


def _said(item: OutputItem, cut: Pieces) -> Iterator[ChatEvent]:
    if isinstance(item, Reasoning):
        text = "".join(part.text for part in [*item.summary, *item.content])
        for piece, _ in _cut(text, cut):
            yield ThoughtDelta(0, piece)
    elif isinstance(item, Message):
        left = [token for part in item.content for token in part.logprobs]
        for piece, tokens in _cut("".join(part.text for part in item.content), cut):
            yield TextDelta(0, piece, tuple(map(_token, left[:tokens])))
            left = left[tokens:]
    elif isinstance(item, Compaction):
        yield TextDelta(0, opened(item.encrypted_content, "output"))


def _cut(text: str, cut: Pieces) -> Iterator[tuple[str, int]]:
    begin = 0
    for chars, tokens in cut:
        yield text[begin : begin + chars], tokens
        begin += chars


def _token(token: ContentLogprob) -> TokenLogprob:
    top = tuple(Alternative(t.token, t.logprob, bytes(t.bytes)) for t in token.top_logprobs)
    return TokenLogprob(token.token, token.logprob, bytes(token.bytes), top)


def _name(call: FunctionCall | CustomToolCall) -> str:
    return qualified(call.namespace, call.name)
