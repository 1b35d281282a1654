"""The value `truncation: auto`: a conversation without its beginning."""

from collections.abc import Sequence
from dataclasses import replace

from dragoman.domain.chat import ChatRequest, Estimate
from dragoman.domain.conversation import Message

ROOM_TOKENS = 1_024
"""The tokens that are kept free for the answer, where the request does not say how many, or says
more."""


def groups(messages: Sequence[Message]) -> list[list[Message]]:
    """The groups of messages that can only be left out together: calls with their results."""
    together: list[list[Message]] = []
    for message in messages:
        if message.role == "tool" and together:
            together[-1].append(message)
        else:
            together.append([message])
    return together


def most(messages: Sequence[Message]) -> int:
    """The number of groups that can be left out: all but instructions and the last."""
    return max(0, sum(group[0].role != "system" for group in groups(messages)) - 1)


def without(request: ChatRequest, dropped: int) -> ChatRequest:
    """The request without its oldest groups, but for instructions."""
    kept: list[Message] = []
    for group in groups(request.messages):
        if group[0].role != "system" and dropped > 0:
            dropped -= 1
        else:
            kept += group
    return replace(request, messages=tuple(kept))


def fits(estimate: Estimate, limit: int | None) -> bool:
    """Whether the prompt leaves room for an answer of `limit` tokens, within reason."""
    room = min(limit or ROOM_TOKENS, ROOM_TOKENS, estimate.context_tokens // 2)
    return estimate.fits and estimate.context_tokens - estimate.prompt_tokens >= room
