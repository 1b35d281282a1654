"""A chat model with preparations: what it cannot do itself is done before it is asked."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace

from dragoman.domain.chat import ChatEvent, ChatFinished, ChatRequest, Estimate
from dragoman.domain.engine import Engine
from dragoman.skills.preparation import Preparation, Prepared


class SkilledChat:
    """A chat model whose requests are prepared; see `domain.engine.Engine`.

    The preparations run in their order, once, before the first event. A request that needs none of
    them goes to the model as it is, and nothing stands between the model's events and the caller.
    """

    def __init__(
        self, chat: Engine[ChatRequest, ChatEvent], preparations: Sequence[Preparation]
    ) -> None:
        self._chat = chat
        self._preparations = preparations

    def stream(self, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        """See `Engine.stream`; the last event counts what the preparations add.

        Raises:
            RequestInvalid: a preparation refuses the request.
        """
        if any(preparation.needed(request) for preparation in self._preparations):
            return self._prepared_stream(request)
        return self._chat.stream(request)

    async def _prepared_stream(self, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        prepared = await self._prepare(request)
        if prepared.answer is None:
            events = self._chat.stream(prepared.request)
        else:
            events = _replayed(prepared.answer)
        async with aclosing(events):
            async for event in events:
                yield _counted(event, prepared)

    async def _prepare(self, request: ChatRequest) -> Prepared:
        """The request after all preparations, or after the first that answers it."""
        whole = Prepared(request)
        for preparation in self._preparations:
            if whole.answer is None and preparation.needed(whole.request):
                step = await preparation.prepare(whole.request)
                whole = replace(
                    step,
                    usage=whole.usage.plus(step.usage),
                    seen_by=step.seen_by or whole.seen_by,
                )
        return whole


async def _replayed(answer: Iterable[ChatEvent]) -> AsyncGenerator[ChatEvent, None]:
    for event in answer:
        yield event


def _counted(event: ChatEvent, prepared: Prepared) -> ChatEvent:
    """The event with the tokens that the preparations add, if it counts tokens."""
    match event:
        case Estimate():
            tokens = event.prompt_tokens + prepared.usage.prompt_tokens
            return replace(event, prompt_tokens=tokens)
        case ChatFinished():
            seen_by = prepared.seen_by or event.seen_by
            return replace(event, usage=event.usage.plus(prepared.usage), seen_by=seen_by)
        case _:
            return event
