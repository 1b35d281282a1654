"""The fold of an answer's events to the whole answer."""

import base64
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
from dragoman.wire.chat.bodies import (
    AnswerMessage,
    Audio,
    Choice,
    Completion,
    Custom,
    CustomToolCall,
    Function,
    ToolCall,
)
from dragoman.wire.chat.consensus import Answer, consensus
from dragoman.wire.chat.head import Head
from dragoman.wire.chat.logprobs import NEVER, logprobs
from dragoman.wire.chat.request import ChatCall
from dragoman.wire.chat.usage import usage

PIECES = (TextDelta, ThoughtDelta, ToolCallDelta, VoiceDelta)


class _Turn:
    """One choice, as far as it has come."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.thoughts: list[str] = []
        self.calls: dict[int, tuple[ToolCallStarted, list[str]]] = {}
        self.tokens: list[TokenLogprob] = []
        self.finished: ChoiceFinished | None = None
        self.voice: VoiceStarted | None = None
        self.sound: list[bytes] = []
        self.voice_expires_at = 0

    def hear(self, event: VoiceStarted | VoiceDelta | VoiceEnded) -> None:
        match event:
            case VoiceStarted():
                self.voice = event
            case VoiceDelta(_, data):
                self.sound.append(data)
            case VoiceEnded(_, expires_at):
                self.voice_expires_at = expires_at

    def answer(self) -> Answer:
        calls = [(call.name, text) for call, text in self._whole_calls()]
        scores = [max(token.logprob, NEVER) for token in self.tokens]
        return Answer("".join(self.text), calls, scores)

    def audio(self) -> Audio | None:
        if self.voice is None:
            return None
        return Audio(
            id=self.voice.id,
            data=base64.b64encode(b"".join(self.sound)).decode("ascii"),
            expires_at=self.voice_expires_at,
            transcript="".join(self.text),
        )

    def tool_calls(self) -> list[ToolCall | CustomToolCall]:
        return [_tool_call(call, text) for call, text in self._whole_calls()]

    def function_call(self) -> Function:
        """The first call, in the old form."""
        call, text = self._whole_calls()[0]
        return Function(name=call.name, arguments=text)

    def _whole_calls(self) -> list[tuple[ToolCallStarted, str]]:
        return [(call, "".join(pieces)) for _, (call, pieces) in sorted(self.calls.items())]


def _tool_call(call: ToolCallStarted, text: str) -> ToolCall | CustomToolCall:
    if call.custom:
        custom = Custom(name=call.name, input=text)
        return CustomToolCall(id=call.id, type="custom", custom=custom)
    return ToolCall(id=call.id, type="function", function=Function(name=call.name, arguments=text))


class Fold:
    """Takes the events of one answer; gives the answer once the last one is in."""

    def __init__(self, call: ChatCall, head: Head, *, keeps: bool = True) -> None:
        """`keeps`: whether the answer is of use; of a stream that is not stored the end is."""
        self._keeps = keeps
        self._call = call
        self._head = head
        self._turns = [_Turn() for _ in range(call.request.choices)]
        self._usage: Usage | None = None

    def add(self, event: ChatEvent) -> None:
        """Take one more event."""
        if self._keeps or not isinstance(event, PIECES):
            self._take(event)

    def _take(self, event: ChatEvent) -> None:
        match event:
            case TextDelta(choice, text, tokens):
                self._turns[choice].text.append(text)
                self._turns[choice].tokens.extend(tokens)
            case ThoughtDelta(choice, text):
                self._turns[choice].thoughts.append(text)
            case ToolCallStarted(choice, index):
                self._turns[choice].calls[index] = (event, [])
            case ToolCallDelta(choice, index, arguments, tokens):
                self._turns[choice].calls[index][1].append(arguments)
                self._turns[choice].tokens.extend(tokens)
            case VoiceStarted() | VoiceDelta() | VoiceEnded():
                self._turns[event.choice].hear(event)
            case ChoiceFinished(choice):
                self._turns[choice].finished = event
            case LimitTooLow() | EffortIgnored() | SchemaLoosened() | PromptProgress():
                pass  # told in a header, or while a stream waits
            case Estimate() | PromptShown() | Tokenised():
                raise EngineFailed("The engine estimated where it was asked to answer.")
            case ChatFinished(counts):
                self._usage = counts
            case _:
                assert_never(event)

    def completion(self) -> Completion:
        """Build the whole answer.

        Raises:
            EngineFailed: events are missing; half an answer is not given as a whole one.
        """
        if self._usage is None:
            raise EngineFailed("The engine stopped before its answer was whole.")
        completion = Completion(
            id=self._head.stamp.id,
            object="chat.completion",
            created=self._head.stamp.created,
            model=self._head.model,
            choices=[self._choice(index, turn) for index, turn in enumerate(self._turns)],
            usage=usage(self._usage),
            service_tier=self._head.service_tier,
            system_fingerprint=self._head.fingerprint,
        )
        if self._call.extensions.consensus and self._keeps:
            completion.x_consensus = consensus([turn.answer() for turn in self._turns])
        if self._call.store:
            completion.metadata = dict(self._call.metadata)
        return completion

    def _choice(self, index: int, turn: _Turn) -> Choice:
        if turn.finished is None:
            raise EngineFailed("The engine left a choice unfinished.")
        return Choice(
            index=index,
            message=self._message(turn),
            logprobs=logprobs(turn.tokens) if self._call.scored else None,
            finish_reason=self._call.tools.finish_reason(turn.finished.reason),
        )

    def _message(self, turn: _Turn) -> AnswerMessage:
        text = "".join(turn.text)
        message = AnswerMessage(
            role="assistant",
            content=text if text or not turn.calls else None,
            refusal=None,
            annotations=[],
        )
        if turn.thoughts:
            message.reasoning_content = "".join(turn.thoughts)
        if (audio := turn.audio()) is not None:
            message.content, message.audio = None, audio
        if turn.calls and self._call.tools.legacy:
            message.function_call = turn.function_call()
        elif turn.calls:
            message.tool_calls = turn.tool_calls()
        return message
