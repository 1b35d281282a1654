"""A lock that serves its callers in the order in which they came."""

import threading
from collections import deque
from types import TracebackType


class FairLock:
    """A lock that is handed over in the order in which callers asked for it.

    The streams of an engine take turns portion by portion, so that ten of them at once all get
    along, and no two need memory for the network at the same time.
    """

    def __init__(self) -> None:
        self._waiting: deque[threading.Event] = deque()
        self._guard = threading.Lock()
        self._is_locked = False

    @property
    def waiting(self) -> int:
        """The number of callers that wait for the lock."""
        return len(self._waiting)

    def __enter__(self) -> None:
        with self._guard:
            if not self._is_locked:
                self._is_locked = True
                return
            turn = threading.Event()
            self._waiting.append(turn)
        turn.wait()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._is_locked = False
