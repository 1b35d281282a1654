"""Who may decode now: slots and memory, first come, first served."""

import threading
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager

from dragoman.domain.engine import Stopped

GLANCE_S = 0.05
"""How often one who waits looks whether his client is still there."""


class Gate:
    """Counts free slots and cells; nobody overtakes."""

    def __init__(self, slots: int, cells: int) -> None:
        self._free_slots = slots
        self._free_cells = cells
        self._changed = threading.Condition()
        self._waiting: deque[object] = deque()

    @contextmanager
    def hold(self, slots: int, cells: int, stopped: Callable[[], bool]) -> Generator[None]:
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
        try:
            yield
        finally:
            with self._changed:
                self._free_slots += slots
                self._free_cells += cells
                self._changed.notify_all()
