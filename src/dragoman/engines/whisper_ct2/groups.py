"""Which windows are decoded together: many where work counts, few where somebody reads along."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, repeat

from dragoman.engines.whisper_ct2.reel import Reel, Window

MOST = 4
"""Windows decoded together."""


@dataclass(frozen=True, slots=True)
class Group:
    """Windows, in the order of the recording."""

    windows: tuple[Window, ...]
    briefly: bool = False
    """Whether they are heard briefly, see `Whisper.hear`: such a group has one window."""


def thrifty(reel: Reel, share: Callable[[], int]) -> Iterator[Group]:
    """Groups as large as may be; towards the end smaller, so that every worker has some.

    `share`: the workers that the recording has at this moment.
    """
    return _groups(reel, share, repeat(MOST))


def early(reel: Reel, share: Callable[[], int]) -> Iterator[Group]:
    """Groups that grow from one window on, so that text comes soon, and later with little work."""
    return _groups(reel, share, chain((1, 1, 2, 2), repeat(MOST)))


def _groups(reel: Reel, share: Callable[[], int], sizes: Iterator[int]) -> Iterator[Group]:
    waiting: deque[Window] = deque()
    for size in sizes:
        while len(waiting) < size * share() and (window := reel.window()) is not None:
            waiting.append(window)
        if not waiting:
            return
        fair = -(-len(waiting) // share())
        yield Group(tuple(waiting.popleft() for _ in range(min(size, fair))))
