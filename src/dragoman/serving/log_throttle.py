"""A throttle for log lines of one kind: a flood of bad requests must not fill the disk."""

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from typing_extensions import override

from dragoman.api.request_log import SERVED

WINDOW_S = 10.0
"""Seconds in which lines of one kind are counted together."""
MOST = 50
"""The most lines of one kind in a window; errors are throttled too, each by its own cause."""
MOST_KINDS = 1_000
"""The most kinds that are remembered, the latest ones; a kind is a logger with its unfilled
message."""
LONGEST = 200
"""Characters of a message that tell one kind from another."""
_NUMBER = re.compile(r"\d+")


@dataclass(slots=True)
class _Kind:
    """The lines of one kind in one window."""

    began: float
    lines: int = 0
    left_out: int = 0


class Throttle(logging.Filter):
    """A log filter that lets `most` lines of a kind through in a window, and counts the rest."""

    def __init__(self, most: int = MOST, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._most = most
        self._clock = clock
        self._kinds: dict[tuple[str, str], _Kind] = {}

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        if record.msg in SERVED:
            return True  # every request that was served has its line
        now = self._clock()
        # Libraries fill in places and sizes themselves.
        key = record.name, _NUMBER.sub("0", str(record.msg)[:LONGEST])
        kind = self._kinds.pop(key, None) or _Kind(now)
        self._kinds[key] = kind
        if len(self._kinds) > MOST_KINDS:
            del self._kinds[next(iter(self._kinds))]
        if now - kind.began >= WINDOW_S:
            left_out = kind.left_out
            kind = self._kinds[key] = _Kind(now)
            if left_out:
                record.msg = (
                    f"{record.getMessage()} ({left_out} more lines like this were left out)"
                )
                record.args = ()
        kind.lines += 1
        if kind.lines > self._most:
            kind.left_out += 1
            return False
        return True
