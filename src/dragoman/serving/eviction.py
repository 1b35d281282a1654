"""Eviction: engines that nobody uses leave the memory for one that is needed, oldest use first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import anyio

from dragoman.domain.errors import EngineUnavailable
from dragoman.serving.process.supervisor import Supervisor

MIB, MB = 2**20, 10**6

RETRY_S = 5
"""When to try again while all that is loaded is at work."""


@dataclass(frozen=True, slots=True)
class Residence:
    """How long the engines of a machine stay in its memory."""

    idle_s: float | None = None
    """Seconds after which one that nobody uses leaves; None: never."""
    memory_mib: int | None = None
    """The MiB that all may take together; None: any number."""


class Residents:
    """The engines that are in memory, or are being loaded, held below a ceiling.

    An engine takes what the catalogue says of its model, which is a figure that was measured with
    the catalogue's own options; a model without one counts nothing. `running` are all engines
    that were ever used, by the id of their model.
    """

    def __init__(
        self,
        ceiling_mib: int | None,
        memory_mb: Callable[[str], int],
        running: Mapping[str, Supervisor[Any, Any]],
    ) -> None:
        """`memory_mb`: what the model of an id takes."""
        self._ceiling_mb = None if ceiling_mib is None else ceiling_mib * MIB // MB
        self._memory_mb = memory_mb
        self._running = running
        self._turn = anyio.Lock()

    def has_room(self, name: str) -> bool:
        """Whether the engine may be loaded beside those that are there."""
        if self._ceiling_mb is None or self._running[name].wanted:
            return True
        return self._resident_mb() + self._memory_mb(name) <= self._ceiling_mb

    async def admit(self, name: str) -> None:
        """Have the engine loaded, after what has to leave for it has left.

        Raises:
            EngineUnavailable: it takes more than all may, or those that are there are at work.
        """
        if self._ceiling_mb is None or self._running[name].wanted:
            return
        async with self._turn:  # two that need the same room do not both get it
            while not self.has_room(name):
                await self._evict(name, self._ceiling_mb)
            self._running[name].want()

    async def _evict(self, name: str, ceiling_mb: int) -> None:
        needed_mb = self._memory_mb(name)
        if needed_mb > ceiling_mb:
            raise EngineUnavailable(
                f"{name} takes {needed_mb} MB, and all engines together may take {ceiling_mb} "
                "(DRAGOMAN_MEMORY_MIB)."
            )
        idle = [
            each
            for each in self._running.values()
            if each.wanted and not each.borrowed and self._memory_mb(each.name)
        ]
        if not idle:
            raise EngineUnavailable(
                f"There is no memory for {name} now: it takes {needed_mb} MB, and engines at work "
                f"have {self._resident_mb()} of {ceiling_mb} MB.",
                retry_s=RETRY_S,
            )
        oldest = min(idle, key=lambda each: each.last_used)
        await oldest.loaded()  # what loads cannot be stopped half way
        if not oldest.borrowed:
            oldest.unload(f"for={name}")
            await oldest.ended()

    def _resident_mb(self) -> int:
        names = (name for name, each in self._running.items() if each.wanted)
        return sum(map(self._memory_mb, names))
