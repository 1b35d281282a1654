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

from dragoman.engines.speakers.networks import FRAME, FRAMES, LOCAL_SPEAKERS, WINDOW, Activity

HOP = 148
"""The frames (2.5 s) from one window to the next."""
MAX_SIMULTANEOUS = 2
"""The most speakers that the segmentation finds at the same time."""
MAX_PAUSE = 6
"""The frames (0.1 s) of a pause that ends a span."""
MAX_SPAN = 119
"""The frames (2 s) of a span: longer speech is divided, since it may have several speakers."""

_ORDERS = [list(order) for order in permutations(range(LOCAL_SPEAKERS))]


@dataclass(frozen=True, slots=True)
class Span:
    """Speech on one track, in frames of the recording."""

    start: int
    end: int


def starts(samples: int) -> list[int]:
    """The first frame of each window; the last window ends where the recording does."""
    last = max(0, samples - WINDOW) // FRAME
    return [*range(0, last, HOP), last]


def stitched(windows: Iterable[tuple[int, Activity]], frames: int) -> Activity:
    """Who speaks in each of `frames`, from windows and the frames that they begin with.

    As many as the windows over a frame heard there on average, and of the tracks those on which
    most of the windows heard somebody.
    """
    votes = np.zeros((frames, LOCAL_SPEAKERS), np.uint8)
    speaking = np.zeros(frames, np.uint8)
    over = np.zeros(frames, np.uint8)
    for start, activity in windows:
        there = slice(start, start + FRAMES)
        order = max(_ORDERS, key=lambda order: _agreement(votes[there], activity[:, order]))
        votes[there] += activity[:, order]
        speaking[there] += activity.sum(axis=1, dtype=np.uint8)
        over[there] += 1
    return _elected(votes, np.rint(speaking / np.maximum(over, 1)).astype(np.int64))


def spans(tracks: Activity) -> list[Span]:
    """Pieces of speech, each on one track and at most about two seconds long, in order."""
    pieces: list[Span] = []
    for track in tracks.T:
        for start, end in bridged(runs(track), MAX_PAUSE):
            parts = max(1, round((end - start) / MAX_SPAN))
            borders = np.linspace(start, end, parts + 1).astype(int).tolist()
            pieces.extend(map(Span, borders, borders[1:]))
    return sorted(pieces, key=lambda span: (span.start, span.end))


def runs(speech: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The beginning and end of each run of true values."""
    borders = np.flatnonzero(np.diff(speech, prepend=False, append=False)).tolist()
    return list(zip(borders[::2], borders[1::2], strict=True))


def bridged(speech: Sequence[tuple[int, int]], pause: int) -> Iterator[tuple[int, int]]:
    """Bridge the pauses shorter than `pause`; `speech` is in order and may overlap."""
    if not speech:
        return
    start, end = speech[0]
    for first, last in speech[1:]:
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
    for place in range(MAX_SIMULTANEOUS):
        best = left.argmax(axis=1)
        chosen[frames, best] |= (counts > place) & (left[frames, best] > 0)
        left[frames, best] = 0
    return chosen
