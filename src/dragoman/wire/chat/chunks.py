"""Engine events as the chunks of a stream, in the order in which OpenAI sends them."""

import base64
import secrets
from collections.abc import Iterator, Sequence
from typing import assert_never

from dragoman.domain.chat import (
    ChatEvent,
    ChatFinished,
    ChoiceFinished,
    EffortIgnored,
    Estimate,
    LimitTooLow,
    PromptProgress,
    SchemaLoosened,
    TextDelta,
    ThoughtDelta,
    TokenLogprob,
    ToolCallDelta,
    ToolCallStarted,
    Usage,
    VoiceDelta,
    VoiceEnded,
    VoiceStarted,
)
from dragoman.domain.continuation import PromptShown, Tokenised
from dragoman.domain.errors import EngineFailed
from dragoman.wire.chat import bodies
from dragoman.wire.chat.bodies import (
    AudioDelta,
    Chunk,
    ChunkChoice,
    CustomDelta,
    Delta,
    FunctionDelta,
)
from dragoman.wire.chat.head import Head
from dragoman.wire.chat.logprobs import logprobs
from dragoman.wire.chat.request import ChatCall
from dragoman.wire.chat.usage import usage

BLOCK = 16
"""The characters to whose multiples pieces are padded: a packet's length tells no token."""

BLOCKS = 128
"""The paddings that are drawn at once: each draw is a system call."""


class ChunkWriter:
    """Turns the events of one answer into chunks."""

    def __init__(self, call: ChatCall, head: Head) -> None:
        self._call = call
        self._head = head
        self._spoken = call.request.spoken is not None
        self._begun: set[int] = set()
        self._chance = ""
        """Characters for the next paddings."""
        self._custom: set[tuple[int, int]] = set()
        """The calls of custom tools, by choice and index."""

    def chunks(self, event: ChatEvent) -> Iterator[Chunk]:
        """Return none, one or two chunks: before the first text of a choice comes its role."""
        match event:
            case TextDelta(choice) | ThoughtDelta(choice):
                yield from self._opening(choice)
                yield self._text_chunk(event)
            case VoiceStarted() | VoiceDelta() | VoiceEnded():
                yield self._voice(event)
            case ToolCallStarted() | ToolCallDelta():
                yield self._called(event)
            case ChoiceFinished(choice):
                yield from self._opening(choice)
                yield self._last(event)
            case LimitTooLow() | EffortIgnored() | SchemaLoosened():
                return  # told in a header
            case PromptProgress():
                yield from self._opening(0)
                yield self._progress(event)
            case Estimate() | PromptShown() | Tokenised():
                raise EngineFailed("The engine estimated where it was asked to answer.")
            case ChatFinished(counts):
                if self._call.options.include_usage:
                    yield self._chunk((), counts)
            case _:
                assert_never(event)

    def nothing(self) -> Chunk:
        """Build a chunk that says nothing new, for programs that hear no comments while they wait.

        The first chunk of all says whose turn it is, as programs expect of it.
        """
        return next(self._opening(0), None) or self._delta(0, Delta())

    def _text_chunk(self, event: TextDelta | ThoughtDelta) -> Chunk:
        if isinstance(event, ThoughtDelta):
            return self._delta(event.choice, Delta(reasoning_content=event.text))
        text = AudioDelta(transcript=event.text)
        delta = Delta(audio=text) if self._spoken else Delta(content=event.text)
        return self._delta(event.choice, delta, event.logprobs)

    def _opening(self, choice: int) -> Iterator[Chunk]:
        if choice in self._begun:
            return
        self._begun.add(choice)
        scored = logprobs(()) if self._call.scored else None
        delta = Delta(role="assistant", content="", refusal=None)
        yield self._chunk(
            [ChunkChoice(index=choice, delta=delta, logprobs=scored, finish_reason=None)]
        )

    def _voice(self, event: VoiceStarted | VoiceDelta | VoiceEnded) -> Chunk:
        choice = event.choice
        match event:
            case VoiceStarted(_, name):
                delta = self._begun_with(choice, Delta(audio=AudioDelta(id=name)))
                return self._delta(choice, delta)
            case VoiceDelta(_, data):
                encoded = base64.b64encode(data).decode("ascii")
                return self._delta(choice, Delta(audio=AudioDelta(data=encoded)))
            case VoiceEnded(_, expires_at):
                delta = Delta(audio=AudioDelta(expires_at=expires_at))
                return self._chunk([ChunkChoice(index=choice, delta=delta, logprobs=None)])

    def _called(self, event: ToolCallStarted | ToolCallDelta) -> Chunk:
        if isinstance(event, ToolCallStarted):
            return self._delta(event.choice, self._call_begins(event))
        return self._delta(event.choice, self._call_goes_on(event), event.logprobs)

    def _call_begins(self, event: ToolCallStarted) -> Delta:
        function = FunctionDelta(name=event.name, arguments="")
        if self._call.tools.legacy:
            return self._begun_with(event.choice, Delta(function_call=function))
        call = bodies.ToolCallDelta(index=event.index, id=event.id, type="function")
        if event.custom:
            self._custom.add((event.choice, event.index))
            call.type, call.custom = "custom", CustomDelta(name=event.name, input="")
        else:
            call.function = function
        return self._begun_with(event.choice, Delta(tool_calls=[call]))

    def _begun_with(self, choice: int, delta: Delta) -> Delta:
        """The delta; a choice that begins with it says in it whose turn it is."""
        if choice in self._begun:
            return delta
        self._begun.add(choice)
        opening = {"role": "assistant", "content": None, "refusal": None}
        return delta.model_copy(update=opening)

    def _call_goes_on(self, event: ToolCallDelta) -> Delta:
        function = FunctionDelta(arguments=event.arguments)
        if self._call.tools.legacy:
            return Delta(function_call=function)
        call = bodies.ToolCallDelta(index=event.index)
        if (event.choice, event.index) in self._custom:
            call.custom = CustomDelta(input=event.arguments)
        else:
            call.function = function
        return Delta(tool_calls=[call])

    def _delta(self, choice: int, delta: Delta, tokens: Sequence[TokenLogprob] = ()) -> Chunk:
        scored = logprobs(tokens) if tokens else None
        return self._chunk(
            [ChunkChoice(index=choice, delta=delta, logprobs=scored, finish_reason=None)]
        )

    def _last(self, event: ChoiceFinished) -> Chunk:
        reason = self._call.tools.finish_reason(event.reason)
        return self._chunk(
            [ChunkChoice(index=event.choice, delta=Delta(), logprobs=None, finish_reason=reason)]
        )

    def _progress(self, event: PromptProgress) -> Chunk:
        chunk = self._delta(0, Delta())
        chunk.prompt_progress = bodies.PromptProgress(
            total=event.total,
            cache=event.cached,
            processed=event.processed,
            time_ms=round(1000 * event.seconds),
        )
        return chunk

    def _chunk(self, choices: Sequence[ChunkChoice], counts: Usage | None = None) -> Chunk:
        options = self._call.options
        chunk = Chunk(
            id=self._head.stamp.id,
            object="chat.completion.chunk",
            created=self._head.stamp.created,
            model=self._head.model,
            service_tier=self._head.service_tier,
            system_fingerprint=self._head.fingerprint,
            choices=list(choices),
        )
        if options.include_usage:
            chunk.usage = None if counts is None else usage(counts)
        if options.include_obfuscation and choices:
            chunk.obfuscation = self._padding(choices[0].delta)
        return chunk

    def _padding(self, delta: Delta) -> str:
        length = BLOCK - sum(map(len, _texts(delta))) % BLOCK
        if len(self._chance) < length:
            self._chance = secrets.token_urlsafe(BLOCK * BLOCKS)
        padding, self._chance = self._chance[:length], self._chance[length:]
        return padding


def _texts(delta: Delta) -> Iterator[str]:
    """What the model wrote of a piece, wherever it stands."""
    yield delta.content or delta.reasoning_content
    if delta.audio is not None:
        yield delta.audio.transcript
    if delta.function_call is not None:
        yield delta.function_call.arguments
    for call in delta.tool_calls:
        if call.function is not None:
            yield call.function.arguments
        if call.custom is not None:
            yield call.custom.input
