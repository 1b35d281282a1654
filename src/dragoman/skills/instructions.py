"""Instructions that are no message of the caller's, put where chat models look for them."""

from dataclasses import replace

from dragoman.domain.chat import ChatRequest
from dragoman.domain.conversation import Message, TextPart
from dragoman.skills.preparation import Prepared


class Instructions:
    """See `Preparation`: `ChatRequest.instructions` become a part of the first system message.

    It is the last of the preparations: the others, and their errors, know messages by their number.
    """

    def needed(self, request: ChatRequest) -> bool:
        """See `Preparation.needed`."""
        return bool(request.instructions)

    async def prepare(self, request: ChatRequest) -> Prepared:
        """See `Preparation.prepare`.

        There is one system message at the head afterwards: many templates take no second one.
        """
        text = "\n".join(request.instructions)
        first, *rest = request.messages
        if first.role == "system":
            parts = (*first.parts, TextPart(f"\n\n{text}"))
            messages = (replace(first, parts=parts), *rest)
        else:
            messages = (Message("system", (TextPart(text),)), *request.messages)
        return Prepared(replace(request, messages=messages, instructions=()))
