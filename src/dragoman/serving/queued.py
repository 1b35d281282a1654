"""An engine behind its queue: a request waits here, not in the process that may die."""

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Generic, TypeVar, cast

from dragoman.domain.caller import caller
from dragoman.domain.chat import ChatEvent, ChatFinished, ChatRequest
from dragoman.domain.errors import EngineDied
from dragoman.serving.process.remote import STOPPED
from dragoman.serving.process.supervisor import Supervisor
from dragoman.serving.resumption import Diverged, Shown, shown_of
from dragoman.serving.turns import Turns

Request = TypeVar("Request")
Event = TypeVar("Event")

log = logging.getLogger("dragoman.engines")

SENT = 2
"""How often a request is sent at most: one that kills an engine must not kill them all."""

Waited = Callable[[str, float], None]
"""A callback that gets the model for which a request waited, and how many seconds."""


class Queued(Generic[Request, Event]):
    """An engine with a queue: a request goes to the supervisor's worker when its turn comes.

    `let_in`: the request is part of one that was let in already, and no queue refuses it any more.
    So is all that follows the first turn of a lease. A request whose process dies before its first
    event is sent to the next one: nobody has seen anything of it yet. So is one whose answer the
    next process would write in the same way; see `resumption`.
    """

    def __init__(
        self,
        supervisor: Supervisor[Request, Event],
        turns: Turns,
        waited: Waited | None = None,
        *,
        let_in: bool = False,
    ) -> None:
        self._supervisor = supervisor
        self._turns = turns
        self._waited = waited
        self._let_in = let_in

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        """See `Engine.stream`."""
        await self._supervisor.remote()  # before, nobody knows how many places there are
        wide = isinstance(request, ChatRequest) and request.choices > 1
        turn = self._turns.turn(caller().name, wide=wide, let_in=self._let_in)
        async with turn as waited_s:
            self._let_in = True
            if self._waited is not None:
                self._waited(self._supervisor.name, waited_s)
            shown = shown_of(request)
            for last in (False,) * (SENT - 1) + (True,):
                begun = whole = False
                remote = await self._supervisor.remote()
                try:
                    async with aclosing(remote.stream(request)) as events:
                        async for event in events:
                            begun, whole = True, isinstance(event, ChatFinished)
                            if (new := _new(event, shown)) is not None:
                                yield new
                except EngineDied:
                    if whole:
                        return  # nothing of the answer is left to come
                    if last or (begun and (shown is None or not shown.can_resume)):
                        raise
                    if shown is not None:
                        shown.begin_again()
                    self._supervisor.sent_again += 1
                    what = "request-resumed" if begun else "request-sent-again"
                    log.info("engine=%s event=%s", self._supervisor.name, what)
                else:
                    return


def _new(event: Event, shown: Shown | None) -> Event | None:
    """What of an event its reader does not have yet.

    Raises:
        EngineDied: the answer that was begun cannot be gone on with.
    """
    if shown is None:
        return event
    try:
        return cast("Event | None", shown.take(cast("ChatEvent", event)))
    except Diverged:
        raise EngineDied(STOPPED) from None
