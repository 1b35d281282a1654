"""A request behind its queue, whose engine's process may die."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any, cast

from dragoman.domain.chat import (
    ChatEvent,
    ChatFinished,
    ChatRequest,
    ChoiceFinished,
    Sampling,
    TextDelta,
    Usage,
)
from dragoman.domain.errors import EngineDied
from dragoman.serving.queued import Queued
from dragoman.serving.turns import Turns

ANSWER = (TextDelta(0, "Hello"), ChoiceFinished(0, "stop"), ChatFinished(Usage(1, 1)))


class Dying:
    """A supervisor whose processes die after so many events of an answer; the last one does not."""

    name = "dying"
    sent_again = 0

    def __init__(self, *lives: int) -> None:
        self._lives = list(lives)

    async def remote(self) -> "Dying":
        return self

    async def stream(self, _: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        events = self._lives.pop(0) if self._lives else None
        for event in ANSWER[:events]:
            yield event
        if events is not None:
            raise EngineDied("it died")


async def answered(*lives: int) -> tuple[Sequence[ChatEvent], int]:
    supervisor = Dying(*lives)
    queued: Any = Queued(cast("Any", supervisor), Turns("dying", 8, lambda: 8, 60.0))
    request = ChatRequest((), sampling=Sampling(temperature=0))
    return [event async for event in queued.stream(request)], supervisor.sent_again


async def test_an_answer_goes_on_where_its_process_died() -> None:
    for events in (0, 1, 2):
        assert await answered(events) == (list(ANSWER), 1)


async def test_a_process_that_dies_after_the_end_of_an_answer_costs_nothing() -> None:
    assert await answered(3) == (list(ANSWER), 0)
