"""`Server-Timing`: where the time before an answer went.

Source: https://www.w3.org/TR/server-timing/
"""

import time
from collections.abc import Callable

HEADER = "server-timing"


class Timing:
    """A stopwatch: each `mark` ends a lap."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        """`clock` tells seconds."""
        self._clock = clock
        self._last = clock()
        self._laps: dict[str, float] = {}

    def mark(self, lap: str) -> None:
        """Note that the work since the last mark was `lap`; only the first time counts."""
        if lap not in self._laps:
            now = self._clock()
            self._laps[lap] = now - self._last
            self._last = now

    def header(self) -> str:
        """The value of the header, in milliseconds."""
        return ", ".join(f"{lap};dur={seconds * 1000:.1f}" for lap, seconds in self._laps.items())
