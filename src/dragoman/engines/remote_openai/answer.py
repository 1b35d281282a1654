"""From chunks to events, whatever the upstream leaves out or sends twice."""

import secrets
from collections.abc import Iterator
from itertools import zip_longest

from dragoman.domain.chat import (
    Alternative,
    ChatEvent,
    ChatFinished,
    ChatRequest,
    ChoiceFinished,
    FinishReason,
    TextDelta,
    ThoughtDelta,
    TokenLogprob,
    ToolCallDelta,
    ToolCallStarted,
    Usage,
)
from dragoman.domain.continuation import PromptShown
from dragoman.domain.errors import EngineFailed
from dragoman.engines.remote_openai.chunks import (
    Call,
    Choice,
    Chunk,
    Counts,
    Custom,
    Entry,
    Logprobs,
    Spent,
)
from dragoman.engines.remote_openai.refusal import broken


class Answer:
    """One answer, chunk by chunk."""

    def __init__(self, request: ChatRequest) -> None:
        self._top = request.top_logprobs
        text = request.continuation
        self._echoed = text.text if text and text.echo else ""
        self._open = set(range(request.choices))
        self._calls: list[dict[int, int]] = [{} for _ in self._open]
        """A choice's calls: the upstream's number → ours."""
        self._usage = Usage(0, 0)

    def events(self, chunk: Chunk) -> Iterator[ChatEvent]:
        """Return the events that a chunk stands for; an echoed prompt comes with the first.

        Raises:
            RequestInvalid: the upstream refuses the request, after it said that all was well.
            EngineFailed: the upstream failed, or contradicts itself.
        """
        if chunk.error is not None:
            raise broken(chunk.error)
        if self._echoed:
            yield PromptShown(self._echoed)
            self._echoed = ""
        if chunk.usage:
            self._usage = _usage(chunk.usage)
        for choice in chunk.choices or ():
            if not 0 <= choice.index < len(self._calls):
                raise EngineFailed("The upstream answered with a choice that nobody asked for.")
            if choice.index in self._open:
                yield from self._choice(choice)

    def end(self) -> ChatFinished:
        """Return the last event.

        Raises:
            EngineFailed: a choice is not whole.
        """
        if self._open:
            raise EngineFailed("The upstream's answer broke off.")
        return ChatFinished(self._usage)

    def _choice(self, choice: Choice) -> Iterator[ChatEvent]:
        number = choice.index
        logprobs = self._logprobs(choice.logprobs)
        if choice.delta:
            if thought := choice.delta.reasoning_content or choice.delta.reasoning:
                yield ThoughtDelta(number, thought)
            # OpenAI's models say in a field of its own that they will not; callers get it as text.
            text = (choice.delta.content or "") + (choice.delta.refusal or "")
            if text:
                yield TextDelta(number, text, logprobs)
                logprobs = ()
            for call in choice.delta.tool_calls or ():
                for event in self._call(number, call, logprobs):
                    logprobs = () if isinstance(event, ToolCallDelta) else logprobs
                    yield event
        if choice.text:
            yield TextDelta(number, choice.text, logprobs)
            logprobs = ()
        if logprobs:
            yield TextDelta(number, "", logprobs)
        if choice.finish_reason:
            self._open.remove(number)
            yield ChoiceFinished(number, self._reason(choice))

    def _call(
        self, number: int, call: Call, logprobs: tuple[TokenLogprob, ...]
    ) -> Iterator[ToolCallStarted | ToolCallDelta]:
        calls, called = self._calls[number], call.custom or call.function
        if call.index not in calls:
            if not called or not called.name:
                raise EngineFailed("The upstream called a tool without a name.")
            calls[call.index] = len(calls)
            name = call.id or f"call_{secrets.token_hex(12)}"
            custom = call.custom is not None
            yield ToolCallStarted(number, calls[call.index], name, called.name, custom)
        if text := called and (called.input if isinstance(called, Custom) else called.arguments):
            yield ToolCallDelta(number, calls[call.index], text, logprobs)

    def _reason(self, choice: Choice) -> FinishReason:
        # Where a function was named, OpenAI says "stop"; here a call is a call.
        if choice.finish_reason == "length":
            return "length"
        return "tool_calls" if self._calls[choice.index] else "stop"

    def _logprobs(self, block: Logprobs | None) -> tuple[TokenLogprob, ...]:
        if self._top is None or not block:
            return ()
        return tuple(
            TokenLogprob(
                entry.token,
                min(entry.logprob, 0.0),
                _data(entry),
                tuple(
                    Alternative(other.token, min(other.logprob, 0.0), _data(other))
                    for other in (entry.top_logprobs or ())[: self._top]
                ),
            )
            for entry in block.content or _continued(block)
        )


def _continued(block: Logprobs) -> Iterator[Entry]:
    """Yield the entries of a continuation's tokens in the shape of a chat answer's."""
    tokens, scores = block.tokens or (), block.token_logprobs or ()
    for token, logprob, top in zip_longest(tokens, scores, block.top_logprobs or ()):
        if token is not None and logprob is not None:
            best = sorted((top or {}).items(), key=lambda each: -each[1])
            yield Entry(token, logprob, top_logprobs=tuple(Entry(*each) for each in best))


def _data(entry: Entry) -> bytes:
    return entry.token.encode() if entry.bytes is None else bytes(entry.bytes)


def _usage(counts: Counts) -> Usage:
    details = counts.prompt_tokens_details
    cached = (details and details.cached_tokens) or 0
    spent = counts.completion_tokens_details or Spent()
    return Usage(
        counts.prompt_tokens,
        counts.completion_tokens,
        cached,
        reasoning_tokens=spent.reasoning_tokens or 0,
        accepted_prediction_tokens=spent.accepted_prediction_tokens or 0,
        rejected_prediction_tokens=spent.rejected_prediction_tokens or 0,
    )
