"""An outlet for engines under test."""

from typing import Any

from dragoman.domain.engine import Stopped


class Basket:
    """See `domain.engine.Outlet`: keeps what it is given, and refuses more than `room` events."""

    def __init__(self, room: int = 10_000) -> None:
        self._room = room
        self.events: list[Any] = []
        self.refused = 0

    @property
    def stopped(self) -> bool:
        return len(self.events) >= self._room

    def emit(self, event: object) -> None:
        if self.stopped:
            self.refused += 1
            raise Stopped
        self.events.append(event)
