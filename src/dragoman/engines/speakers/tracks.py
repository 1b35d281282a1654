"""From windows that overlap to one account of a recording: three tracks of speech.

Which of its three speakers is which the segmentation knows within a window only. Windows are put
beside each other so that they agree as well as they can; a track may still pass from one speaker to
another, and voices tell that later.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from dragoman.engines.speakers.networks import FRAME, FRAMES, LOCALS, WINDOW, Activity

HOP = 148
"""Frames from one window to the next: 2.5 s."""
AT_ONCE = 2
"""Speakers that the segmentation hears at the same time."""
PAUSE = 6
"""Frames, 0.1 s: a span goes on over shorter pauses."""
LONGEST = 119
"""Frames, 2 s: longer speech is divided, since it may be more than one speaker's."""

_ORDERS = [list(order) for order in permutations(range(LOCALS))]


@dataclass(frozen=True, slots=True)
class Span:
    """Speech on one track, in frames of the recording."""

    start: int
    end: int


def starts(samples: int) -> list[int]:
    """Where windows begin, in frames; the last one ends where the recording does."""
    last = max(0, samples - WINDOW) // FRAME
    return [*range(0, last, HOP), last]


def stitched(windows: Iterable[tuple[int, Activity]], frames: int) -> Activity:
    """Who speaks in each of `frames`, from windows and the frames that they begin with.

    As many as the windows over a frame heard there on average, and of the tracks those on which
    most of the windows heard somebody.
    """
    votes = np.zeros((frames, LOCALS), np.uint8)
    heard = np.zeros(frames, np.uint8)
    over = np.zeros(frames, np.uint8)
    for start, activity in windows:
        there = slice(start, start + FRAMES)
        order = max(_ORDERS, key=lambda order: _agreement(votes[there], activity[:, order]))
        votes[there] += activity[:, order]
        heard[there] += activity.sum(axis=1, dtype=np.uint8)
        over[there] += 1
    return _elected(votes, np.rint(heard / np.maximum(over, 1)).astype(np.int64))


def spans(tracks: Activity) -> list[Span]:
    """Pieces of speech, each on one track and at most about two seconds long, in order."""
    found: list[Span] = []
    for track in tracks.T:
        for start, end in joined(runs(track), PAUSE):
            parts = max(1, round((end - start) / LONGEST))
            borders = np.linspace(start, end, parts + 1).astype(int).tolist()
            found.extend(map(Span, borders, borders[1:]))
    return sorted(found, key=lambda span: (span.start, span.end))


def runs(spoken: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Beginnings and ends of what is true."""
    borders = np.flatnonzero(np.diff(spoken, prepend=False, append=False)).tolist()
    return list(zip(borders[::2], borders[1::2], strict=True))


def joined(spoken: Sequence[tuple[int, int]], pause: int) -> Iterator[tuple[int, int]]:
    """The same with pauses shorter than `pause` bridged; `spoken` in order, perhaps overlapping."""
    if not spoken:
        return
    start, end = spoken[0]
    for first, last in spoken[1:]:
        if first - end >= pause:
            yield start, end
            start, end = first, last
        end = max(end, last)
    yield start, end


def _agreement(votes: NDArray[np.uint8], activity: Activity) -> int:
    return int(votes[activity].sum(dtype=np.int64))


def _elected(votes: NDArray[np.uint8], counts: NDArray[np.int64]) -> Activity:
    """The `counts` tracks of each frame that have most votes, and at least one."""
    chosen = np.zeros(votes.shape, np.bool_)
    left = votes.copy()
    frames = np.arange(len(votes))
    for place in range(AT_ONCE):
        best = left.argmax(axis=1)
        chosen[frames, best] |= (counts > place) & (left[frames, best] > 0)
        left[frames, best] = 0
    return chosen
