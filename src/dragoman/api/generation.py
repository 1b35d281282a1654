"""One generation of a chat model, for whichever endpoint: noted, and closed in order."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import TypeAlias

from starlette.datastructures import MutableHeaders

from dragoman.api.noted import Noted
from dragoman.domain.chat import (
    ChatEvent,
    ChatRequest,
    ChoiceFinished,
    EffortIgnored,
    LimitTooLow,
    PromptProgress,
    SchemaLoosened,
)
from dragoman.domain.conversation import ImagePart
from dragoman.domain.engine import Lease
from dragoman.wire import ignored

ChatLease: TypeAlias = Lease[ChatRequest, ChatEvent]

SEEN_BY = "x-dragoman-seen-by"
"""Who looks at the pictures of a request: `model`, or `recognisers` in its place."""
SMALLEST_ANSWER = "x-dragoman-smallest-answer"
"""Tokens of the smallest answer that the format allows, where the request's limit is lower."""
CIRCLING = "x-dragoman-circling"
"""The choices that were ended because they went round in circles."""


class Generation:
    """The events of answers, and what they tell of the answer as a whole: that is in `headers`.

    `effort` is what the endpoint calls the field that a model that cannot think ignores, `place`
    tells what it calls the other fields, `first` is the number of the first choice.
    """

    def __init__(
        self,
        engines: Noted,
        headers: MutableHeaders,
        effort: str,
        place: Callable[[str], str] = str,
        first: int = 0,
    ) -> None:
        self._engines = engines
        self._headers = headers
        self._effort = effort
        self._place = place
        self._first = first

    @asynccontextmanager
    async def events(
        self, lease: ChatLease, request: ChatRequest
    ) -> AsyncGenerator[AsyncGenerator[ChatEvent, None], None]:
        """The events of the answer of the model that is leased."""
        if has_pictures(request):
            self._headers[SEEN_BY] = "model" if lease.card.sees else "recognisers"
        async with (
            aclosing(lease.engine.stream(request)) as events,
            aclosing(self.noted(events)) as noted,
        ):
            yield noted

    async def noted(
        self, events: AsyncGenerator[ChatEvent, None]
    ) -> AsyncGenerator[ChatEvent, None]:
        """The same events, once the headers know of each."""
        async for event in events:
            if not isinstance(event, PromptProgress):
                self._engines.timing.mark("first")
            if isinstance(event, EffortIgnored):
                self._engines.ignore(self._effort)
            elif isinstance(event, SchemaLoosened):
                self._engines.ignore(ignored.loosened(self._place(event.field), event.keywords))
            elif isinstance(event, LimitTooLow):
                self._headers[SMALLEST_ANSWER] = str(event.smallest_tokens)
            elif isinstance(event, ChoiceFinished) and event.circling:
                before = f"{self._headers[CIRCLING]}, " if CIRCLING in self._headers else ""
                self._headers[CIRCLING] = f"{before}{self._first + event.choice}"
            yield event


def has_pictures(request: ChatRequest) -> bool:
    """Whether there is something to look at."""
    return any(isinstance(part, ImagePart) for said in request.messages for part in said.parts)
