"""Engines with what takes more than one of them: chat that sees, translation that reads well."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias, TypeVar

from dragoman.domain.engine import Engine, Engines, Kind, Lease
from dragoman.domain.models import ModelCard

Request = TypeVar("Request")
Event = TypeVar("Event")

Skill: TypeAlias = Callable[[Engine[Any, Any], ModelCard, Engines], Engine[Any, Any]]
"""From a borrowed engine (and the others, to borrow more) to one of the same kind that can more."""


class Skilled:
    """See `domain.engine.Engines`: those of `engines`, with the skill of their kind, if any."""

    def __init__(self, engines: Engines, skills: dict[str, Skill]) -> None:
        self._engines = engines
        self._skills = skills

    @asynccontextmanager
    async def lease(
        self, kind: Kind[Request, Event], model: str | None = None
    ) -> AsyncGenerator[Lease[Request, Event], None]:
        """See `Engines.lease`."""
        async with self._engines.lease(kind, model) as lease:
            skill = self._skills.get(kind.name)
            if skill is None:
                yield lease
            else:
                yield Lease(skill(lease.engine, lease.card, self._engines), lease.card)

    def has(self, kind: Kind[Any, Any]) -> bool:
        """See `Engines.has`."""
        return self._engines.has(kind)
