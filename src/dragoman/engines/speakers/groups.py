"""How many speakers there are, and what each sounds like."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dragoman.engines.speakers.listening import Piece

APART = 0.42
"""1 − likeness of two groups from which they are two speakers; see docs/rooms/speakers.md."""
SURE_S = 1.0
"""Voices from less sound are given to groups, but make none."""
LEAST_S, LEAST_SHARE = 2.5, 0.2
"""Who is heard for less than both, a time and a share of all speech, is no speaker of their own."""
MOST_PIECES = 1000
"""That are compared with each other: of more, so many over the whole recording."""
MOST_SPEAKERS = 20

Voices = NDArray[np.float32]
"""Shape (n, 192), each of length 1."""


def speakers(pieces: Sequence[Piece]) -> Voices:
    """The voices of the speakers, those who speak most first."""
    sure = [piece for piece in pieces if piece.seconds >= SURE_S] or list(pieces)
    if not sure:
        return np.empty((0, 0), np.float32)
    count = min(len(sure), MOST_PIECES)
    chosen = [sure[number * len(sure) // count] for number in range(count)]
    seconds = np.array([piece.seconds for piece in chosen])
    sums = np.stack([piece.voice for piece in chosen]) * seconds[:, None]
    sums, seconds = joined(sums.astype(np.float32), seconds)
    order = np.argsort(-seconds, kind="stable")
    # What stands for more pieces than were compared is as much longer.
    seconds *= len(sure) / count
    least_s = min(LEAST_S, LEAST_SHARE * float(seconds.sum()))
    enough = [group for group in order if seconds[group] >= least_s]
    found = sums[enough[:MOST_SPEAKERS] or order[:1]]
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def joined(
    sums: Voices, seconds: NDArray[np.float64]
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Join the two groups that are most alike, until none are alike enough.

    A group is the sum of its voices, of any length: the mean of many voices of a speaker is less
    chance than each of them, so that one threshold does for groups of every size.
    """
    sums, seconds = sums.copy(), seconds.copy()
    voices = sums / np.linalg.norm(sums, axis=1, keepdims=True)
    likeness = voices @ voices.T
    np.fill_diagonal(likeness, -np.inf)
    left = np.ones(len(sums), np.bool_)
    while left.sum() > 1:
        one, two = sorted(divmod(int(likeness.argmax()), len(sums)))
        if 1 - likeness[one, two] >= APART:
            break
        sums[one] += sums[two]
        seconds[one] += seconds[two]
        voices[one] = sums[one] / np.linalg.norm(sums[one])
        left[two] = False
        likeness[one] = likeness[:, one] = np.where(left, voices @ voices[one], -np.inf)
        likeness[two] = likeness[:, two] = -np.inf
        likeness[one, one] = -np.inf
    return sums[left], seconds[left]
