"""Who may decode now: slots and memory, first come, first served."""

import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from dragoman.domain.engine import Stopped
from dragoman.domain.errors import Overloaded

MORE = 256
"""Cells that are taken at once when an answer outgrows what was kept for it."""
GLANCE_S = 0.05
"""How often one who waits looks whether his client is still there."""


Share: TypeAlias = tuple[int, int]
"""Slots and cells."""


@dataclass(eq=False, slots=True)
class _Ticket:
    """One who waits."""

    shares: Sequence[Share]
    """The shares that it can work with, the largest first."""
    wide: bool


class KvBudget:
    """Counts free slots and cells.

    One request may have many choices, in rounds: it is `wide`, takes what is free when its turn
    comes rather than wait for more, queues again for each round, and leaves a slot to those of one
    choice, who go past the wide ones that wait when nobody has it. Nobody else overtakes.
    """

    def __init__(self, slots: int, cells: int) -> None:
        self._slots = slots
        self._cells = cells
        self._free_slots = slots
        self._free_cells = cells
        self._holders = 0
        self._narrow = 0
        """Holders with one choice."""
        self._wide_slots = 0
        """Slots of the holders with several choices."""
        self._changed = threading.Condition()
        self._waiting: deque[_Ticket] = deque()

    @property
    def widest(self) -> int:
        """The most slots that one request may hold."""
        return max(1, self._slots - 1)

    @contextmanager
    def reserve(
        self,
        slots: int,
        cells: int,
        stopped: Callable[[], bool],
        *,
        wide: bool = False,
        smaller: Sequence[Share] = (),
    ) -> Generator["Reservation"]:
        """Wait for `slots` and `cells`, or for `smaller` shares, and give them back at the end.

        Raises:
            Stopped: `stopped` while waiting.
        """
        reservation = Reservation(self, stopped, wide=wide)
        reservation.take([(slots, cells), *smaller])
        try:
            yield reservation
        finally:
            reservation.give_back()

    @property
    def usage(self) -> float:
        """The share of all cells that somebody holds."""
        return 1 - self._free_cells / self._cells

    @property
    def busy(self) -> bool:
        """Whether anybody holds or waits."""
        return self._holders > 0 or bool(self._waiting)

    @property
    def crowded(self) -> bool:
        """Whether more than one holds, or anybody waits."""
        return self._holders > 1 or bool(self._waiting)

    @property
    def awaited(self) -> bool:
        """Whether anybody waits."""
        return bool(self._waiting)

    def take(self, shares: Sequence[Share], stopped: Callable[[], bool], *, wide: bool) -> Share:
        """Wait at the end of the queue for the largest of `shares` that is free then.

        Raises:
            Stopped: `stopped` while waiting.
        """
        ticket = _Ticket(shares, wide)
        with self._changed:
            self._waiting.append(ticket)
            try:
                while (share := self._share(ticket)) is None:
                    if stopped():
                        raise Stopped
                    self._changed.wait(GLANCE_S)
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()
            slots, cells = share
            self._free_slots -= slots
            self._free_cells -= cells
            self._holders += 1
            self._narrow += not wide
            self._wide_slots += slots if wide else 0
            return share

    def give_back(self, slots: int, cells: int, *, wide: bool, leaves: bool) -> None:
        """All that was taken, when a holder leaves, or some of it."""
        with self._changed:
            self._free_slots += slots
            self._free_cells += cells
            self._holders -= leaves
            self._narrow -= leaves and not wide
            self._wide_slots -= slots if wide else 0
            self._changed.notify_all()

    def more(self, cells: int) -> bool:
        """Take `cells` if they are free, without waiting."""
        with self._changed:
            if self._free_cells < cells:
                return False
            self._free_cells -= cells
            return True

    def _share(self, ticket: _Ticket) -> Share | None:
        """The share that `ticket` gets now; None: it waits."""
        if not self._is_next(ticket):
            return None
        most = self.widest - self._wide_slots if ticket.wide else self._slots
        for slots, cells in ticket.shares:
            if slots <= min(most, self._free_slots) and cells <= self._free_cells:
                return slots, cells
        return None

    def _is_next(self, ticket: _Ticket) -> bool:
        first = self._waiting[0]
        if ticket is first:
            return True
        before = list(self._waiting)[: self._waiting.index(ticket)]
        slots, cells = first.shares[-1]
        own_slots, own_cells = ticket.shares[-1]
        return (
            not ticket.wide
            and not self._narrow
            and all(other.wide for other in before)
            # They can be held together, so the wide one does not wait for ever.
            and slots + own_slots <= self._slots
            and cells + own_cells <= self._cells
        )


class Reservation:
    """The slots and cells that one request holds."""

    def __init__(self, budget: KvBudget, stopped: Callable[[], bool], *, wide: bool) -> None:
        self._budget = budget
        self._stopped = stopped
        self._wide = wide
        self.slots = 0
        self.cells = 0

    @property
    def disturbed(self) -> bool:
        """Whether somebody else holds or waits."""
        return self._budget.crowded

    def take(self, shares: Sequence[Share]) -> None:
        """Wait for the largest of `shares` that is free when the turn comes.

        Raises:
            Stopped: nobody listens.
        """
        self.slots, self.cells = self._budget.take(shares, self._stopped, wide=self._wide)

    def give_back(self) -> None:
        """Everything, if anything is held."""
        slots, cells = self.slots, self.cells
        self.slots = self.cells = 0
        if slots:
            self._budget.give_back(slots, cells, wide=self._wide, leaves=True)

    def keep(self, slots: int, cells: int) -> None:
        """Give back what is held beyond so much."""
        more = self.slots - slots, self.cells - cells
        if more[0] > 0 and more[1] >= 0:
            self.slots, self.cells = slots, cells
            self._budget.give_back(*more, wide=self._wide, leaves=False)

    def turn(self, shares: Sequence[Share]) -> None:
        """Give everything back between two rounds, if anybody waits, and queue for `shares`.

        Raises:
            Stopped: nobody listens.
        """
        slots, cells = shares[0]
        if self._budget.awaited or slots > self.slots:
            self.give_back()
            self.take(shares)
        else:
            self.keep(slots, cells)

    def need(self, cells: int) -> None:
        """Make sure that `cells` are held.

        Raises:
            Overloaded: others hold them. Without this, llama.cpp would end everybody's answer.
        """
        while self.cells < cells:
            if not self._budget.more(MORE):
                raise Overloaded(
                    "The answer outgrew the memory that other requests leave. Set max_tokens to "
                    "keep room for it from the start, or try again later."
                )
            self.cells += MORE
