"""Preparations of a chat request, which run one after the other before its model gets it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from dragoman.domain.chat import ChatEvent, ChatRequest, Usage
from dragoman.domain.conversation import Message, Part

OfKind = TypeVar("OfKind", bound=Part)

NO_TOKENS = Usage(prompt_tokens=0, completion_tokens=0)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A chat request after one preparation, and what the preparation adds to the answer."""

    request: ChatRequest
    usage: Usage = NO_TOKENS
    """The tokens that are counted beside those that the model counts."""
    seen_by: str = ""
    """Who looked at the pictures of the request, see `ChatFinished`; empty: nobody did."""
    answer: Iterable[ChatEvent] | None = None
    """The whole answer, where it needs no model; None: the model answers."""


class Preparation(Protocol):
    """A step that replaces what a chat model cannot take with something that it can take."""

    def needed(self, request: ChatRequest) -> bool:
        """Whether the request has anything for this step to do."""
        ...

    async def prepare(self, request: ChatRequest) -> Prepared:
        """Do the step; it is called once a request, before the first event of the answer.

        Raises:
            RequestInvalid: something of the request cannot be prepared.
        """
        ...


def located(messages: Sequence[Message], kind: type[OfKind]) -> Mapping[str, OfKind]:
    """Every part of that class in the conversation, in order, by its path in the request."""
    return {
        f"messages[{i}].content[{j}]": part
        for i, message in enumerate(messages)
        for j, part in enumerate(message.parts)
        if isinstance(part, kind)
    }


def replaced(
    messages: Sequence[Message], kind: type[Part], parts: Iterable[Part]
) -> tuple[Message, ...]:
    """The conversation with `parts` in the places of its parts of that class, in order."""
    left = iter(parts)
    return tuple(
        replace(
            message,
            parts=tuple(next(left) if isinstance(part, kind) else part for part in message.parts),
        )
        for message in messages
    )
