"""What a model is told besides the conversation, put where models look for it."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from dragoman.domain.chat import ChatEvent, ChatRequest
from dragoman.domain.conversation import Message, TextPart
from dragoman.domain.engine import Engine


class Telling:
    """See `domain.engine.Engine`: `chat`, which also heeds `ChatRequest.told`.

    The innermost of chat's skills: the others, and their errors, know messages by their number.
    """

    def __init__(self, chat: Engine[ChatRequest, ChatEvent]) -> None:
        self._chat = chat

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        """See `Engine.stream`."""
        async with aclosing(self._chat.stream(_told(request))) as events:
            async for event in events:
                yield event


def _told(request: ChatRequest) -> ChatRequest:
    """With one system message at the head: many templates take no second one."""
    if not request.told:
        return request
    text = "\n".join(request.told)
    first, *rest = request.messages
    if first.role == "system":
        parts = (*first.parts, TextPart(f"\n\n{text}"))
        messages = (replace(first, parts=parts), *rest)
    else:
        messages = (Message("system", (TextPart(text),)), *request.messages)
    return replace(request, messages=messages, told=())
