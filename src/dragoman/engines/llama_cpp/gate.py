"""Who may decode now: slots and memory, first come, first served."""

import threading
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

from dragoman.domain.engine import Stopped
from dragoman.domain.errors import Overloaded

MORE = 256
"""Cells that are taken at once when an answer outgrows what was kept for it."""
GLANCE_S = 0.05
"""How often one who waits looks whether his client is still there."""


@dataclass(eq=False, slots=True)
class _Ticket:
    """One who waits."""

    slots: int
    cells: int
    wide: bool


class Gate:
    """Counts free slots and cells.

    One request may have many choices, in rounds: it is `wide`, queues again for each round, and
    leaves a slot to those of one choice, who go past the wide ones that wait when nobody has it.
    Nobody else overtakes.
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
        """What the others hold."""
        self._changed = threading.Condition()
        self._waiting: deque[_Ticket] = deque()

    @property
    def widest(self) -> int:
        """The most slots that one request may hold."""
        return max(1, self._slots - 1)

    @contextmanager
    def hold(
        self, slots: int, cells: int, stopped: Callable[[], bool], *, wide: bool = False
    ) -> Generator["Holding"]:
        """Wait for `slots` and `cells`, and give them back at the end.

        Raises:
            Stopped: `stopped` while waiting.
        """
        holding = Holding(self, stopped, wide=wide)
        holding.take(slots, cells)
        try:
            yield holding
        finally:
            holding.give_back()

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

    def take(self, slots: int, cells: int, stopped: Callable[[], bool], *, wide: bool) -> None:
        """Wait for them at the end of the queue.

        Raises:
            Stopped: `stopped` while waiting.
        """
        ticket = _Ticket(slots, cells, wide)
        with self._changed:
            self._waiting.append(ticket)
            try:
                while not self._goes(ticket):
                    if stopped():
                        raise Stopped
                    self._changed.wait(GLANCE_S)
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()
            self._free_slots -= slots
            self._free_cells -= cells
            self._holders += 1
            self._narrow += not wide
            self._wide_slots += slots if wide else 0

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

    def _goes(self, ticket: _Ticket) -> bool:
        if self._free_slots < ticket.slots or self._free_cells < ticket.cells:
            return False
        if ticket.wide and self._wide_slots + ticket.slots > self.widest:
            return False
        first = self._waiting[0]
        if ticket is first:
            return True
        before = list(self._waiting)[: self._waiting.index(ticket)]
        return (
            not ticket.wide
            and not self._narrow
            and all(other.wide for other in before)
            # They can be held together, so the wide one does not wait for ever.
            and first.slots + ticket.slots <= self._slots
            and first.cells + ticket.cells <= self._cells
        )


class Holding:
    """What one request holds."""

    def __init__(self, gate: Gate, stopped: Callable[[], bool], *, wide: bool) -> None:
        self._gate = gate
        self._stopped = stopped
        self._wide = wide
        self._slots = 0
        self.cells = 0

    @property
    def disturbed(self) -> bool:
        """Whether somebody else holds or waits."""
        return self._gate.crowded

    def take(self, slots: int, cells: int) -> None:
        """Wait for them.

        Raises:
            Stopped: nobody listens.
        """
        self._gate.take(slots, cells, self._stopped, wide=self._wide)
        self._slots, self.cells = slots, cells

    def give_back(self) -> None:
        """Everything, if anything is held."""
        slots, cells = self._slots, self.cells
        self._slots = self.cells = 0
        if slots:
            self._gate.give_back(slots, cells, wide=self._wide, leaves=True)

    def keep(self, slots: int, cells: int) -> None:
        """Give back what is held beyond so much."""
        more = self._slots - slots, self.cells - cells
        if more[0] > 0 and more[1] >= 0:
            self._slots, self.cells = slots, cells
            self._gate.give_back(*more, wide=self._wide, leaves=False)

    def turn(self, slots: int, cells: int) -> None:
        """Between two rounds: if anybody waits, give everything back and queue for so much.

        Raises:
            Stopped: nobody listens.
        """
        if self._gate.awaited or slots > self._slots:
            self.give_back()
            self.take(slots, cells)
        else:
            self.keep(slots, cells)

    def need(self, cells: int) -> None:
        """Make sure that `cells` are held.

        Raises:
            Overloaded: others hold them. Without this, llama.cpp would end everybody's answer.
        """
        while self.cells < cells:
            if not self._gate.more(MORE):
                raise Overloaded(
                    "The answer outgrew the memory that other requests leave. Set max_tokens to "
                    "keep room for it from the start, or try again later."
                )
            self.cells += MORE
