"""Who may decode now: slots and memory, first come, first served."""

import threading
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager

from dragoman.domain.engine import Stopped
from dragoman.domain.errors import Overloaded

MORE = 256
"""Cells that are taken at once when an answer outgrows what was kept for it."""
GLANCE_S = 0.05
"""How often one who waits looks whether his client is still there."""


class Gate:
    """Counts free slots and cells; nobody overtakes."""

    def __init__(self, slots: int, cells: int) -> None:
        self._free_slots = slots
        self._free_cells = cells
        self._holders = 0
        self._changed = threading.Condition()
        self._waiting: deque[object] = deque()

    @contextmanager
    def hold(self, slots: int, cells: int, stopped: Callable[[], bool]) -> Generator["Holding"]:
        """Wait for `slots` and `cells`, and give them back at the end.

        Raises:
            Stopped: `stopped` while waiting.
        """
        ticket = object()
        with self._changed:
            self._waiting.append(ticket)
            try:
                while (
                    self._waiting[0] is not ticket
                    or self._free_slots < slots
                    or self._free_cells < cells
                ):
                    if stopped():
                        raise Stopped
                    self._changed.wait(GLANCE_S)
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()
            self._free_slots -= slots
            self._free_cells -= cells
            self._holders += 1
        holding = Holding(self, cells)
        try:
            yield holding
        finally:
            with self._changed:
                self._free_slots += slots
                self._free_cells += holding.cells
                self._holders -= 1
                self._changed.notify_all()

    @property
    def busy(self) -> bool:
        """Whether anybody holds or waits."""
        return self._holders > 0 or bool(self._waiting)

    @property
    def crowded(self) -> bool:
        """Whether more than one holds, or anybody waits."""
        return self._holders > 1 or bool(self._waiting)

    def more(self, cells: int) -> bool:
        """Take `cells` if they are free, without waiting."""
        with self._changed:
            if self._free_cells < cells:
                return False
            self._free_cells -= cells
            return True


class Holding:
    """What one request holds."""

    def __init__(self, gate: Gate, cells: int) -> None:
        self._gate = gate
        self.cells = cells

    @property
    def disturbed(self) -> bool:
        """Whether somebody else holds or waits."""
        return self._gate.crowded

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
