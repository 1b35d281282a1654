"""Continuations from engine events, as pieces of a stream or as one whole answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Literal

from dragoman.domain.chat import (
    ChatEvent,
    ChatFinished,
    ChatRequest,
    ChoiceFinished,
    TextDelta,
    Usage,
)
from dragoman.domain.continuation import PromptShown
from dragoman.domain.errors import EngineFailed
from dragoman.wire.chat.head import Head
from dragoman.wire.chat.usage import usage
from dragoman.wire.completions.bodies import AnyToken, Choice, Completion, Places
from dragoman.wire.completions.request import CompletionCall

Reason = Literal["stop", "length"]


@dataclass(slots=True)
class _Written:
    """One continuation."""

    text: list[str] = field(default_factory=list[str])
    tokens: list[AnyToken] = field(default_factory=list[AnyToken])
    scores: list[float] = field(default_factory=list[float])
    """Log-probabilities of what was written, without the prompt."""
    reason: Reason | None = None

    def add(self, text: str, tokens: Sequence[AnyToken]) -> None:
        self.text.append(text)
        self.tokens.extend(tokens)


class Answer:
    """The continuations of one request, prompt by prompt."""

    def __init__(self, call: CompletionCall, head: Head) -> None:
        self._call = call
        self._head = head
        self._choices: list[Choice] = []
        self._usage = Usage(0, 0)

    def follow(self, number: int, request: ChatRequest) -> "Following":
        """The writer that takes the events of prompt `number`."""
        return Following(self._call, self._head, number * self._call.n, request.choices)

    def add(self, following: "Following") -> None:
        """Add one prompt's whole continuations.

        Raises:
            EngineFailed: they are not.
        """
        self._choices += following.choices()
        self.count(following)

    def count(self, following: "Following") -> None:
        """Count one prompt's continuations, which were streamed.

        Raises:
            EngineFailed: they are not whole.
        """
        self._usage = _sum(self._usage, following.counts)

    def completion(self) -> Completion:
        """Build the whole answer."""
        whole = _body(self._head, self._choices)
        whole.usage = usage(self._usage)
        return whole

    def last(self) -> Iterator[Completion]:
        """Build the end of a stream: its counts, if they are wanted."""
        if self._call.options.include_usage:
            last = _body(self._head, [])
            last.usage = usage(self._usage)
            yield last


class Following:
    """The writer of one prompt's continuations."""

    def __init__(self, call: CompletionCall, head: Head, first: int, choices: int) -> None:
        """`first`: the number of the prompt's first choice in the whole answer."""
        self._call = call
        self._head = head
        self._first = first
        self._written = [_Written() for _ in range(choices)]
        self._places = [Places() for _ in range(choices)]
        self._finished: ChatFinished | None = None

    @property
    def counts(self) -> Usage:
        """The tokens of the prompt and of what was written."""
        if self._finished is None:
            raise EngineFailed("The engine stopped before its answer was whole.")
        return self._finished.usage

    def add(self, event: ChatEvent) -> None:
        """Take an event and keep what it says."""
        match event:
            case PromptShown(text, tokens):
                for written in self._written:
                    written.add(text, tokens)
            case TextDelta(choice, text, tokens):
                self._written[choice].add(text, tokens)
                self._written[choice].scores += [token.logprob for token in tokens]
            case ChoiceFinished(choice, reason):
                self._written[choice].reason = _plain(reason)
            case ChatFinished():
                self._finished = event
            case _:
                pass

    def pieces(self, event: ChatEvent) -> Iterator[Completion]:
        """Build the pieces of a stream that an event brings."""
        match event:
            case PromptShown(text, tokens):
                for choice in range(len(self._written)):
                    yield self._piece(choice, text, tokens)
            case TextDelta(choice, text, tokens):
                yield self._piece(choice, text, tokens)
            case ChoiceFinished(choice, reason):
                yield self._piece(choice, "", (), _plain(reason))
            case ChatFinished():
                self._finished = event
            case _:
                pass

    def choices(self) -> list[Choice]:
        """Build the best continuations, numbered.

        Raises:
            EngineFailed: one is not whole.
        """
        best = self._written
        if len(best) > self._call.n:
            best = sorted(best, key=lambda each: -fmean(each.scores or [0.0]))[: self._call.n]
        return [self._choice(self._first + at, each) for at, each in enumerate(best)]

    def _choice(self, index: int, written: _Written) -> Choice:
        top = self._call.logprobs
        return Choice(
            text="".join(written.text),
            index=index,
            logprobs=None if top is None else Places().logprobs(written.tokens, top),
            finish_reason=written.reason,
        )

    def _piece(
        self, choice: int, text: str, tokens: Sequence[AnyToken], reason: Reason | None = None
    ) -> Completion:
        top = self._call.logprobs
        told = self._places[choice].logprobs(tokens, top) if top is not None and tokens else None
        one = Choice(text=text, index=self._first + choice, logprobs=told, finish_reason=reason)
        piece = _body(self._head, [one])
        if self._call.options.include_usage:
            piece.usage = None
        return piece


def _body(head: Head, choices: list[Choice]) -> Completion:
    return Completion(
        id=head.stamp.id,
        object="text_completion",
        created=head.stamp.created,
        model=head.model,
        choices=choices,
        system_fingerprint=head.fingerprint,
    )


def _plain(reason: str) -> Reason:
    return "length" if reason == "length" else "stop"


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(
        one.prompt_tokens + other.prompt_tokens,
        one.completion_tokens + other.completion_tokens,
        one.cached_tokens + other.cached_tokens,
    )
