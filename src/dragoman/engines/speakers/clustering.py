"""Clustering: how many speakers there are, and the voice of each."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dragoman.engines.speakers.embedding import Piece

DISTANCE_THRESHOLD = 0.42
"""Two groups are two speakers from this 1 − likeness on; see docs/rooms/speakers.md."""
MIN_CLUSTERED_S = 1.0
"""A piece of less sound (seconds) is assigned to a speaker, but is not clustered."""
MIN_SPEAKER_S, MIN_SPEAKER_SHARE = 2.5, 0.2
"""A speaker has at least so much speech: the lesser of a time and a share of all speech."""
MAX_CLUSTERED_PIECES = 1000
"""The most pieces that are clustered: of more, so many are chosen over the whole recording."""
MAX_SPEAKERS = 20

Embeddings = NDArray[np.float32]
"""Embeddings of shape (n, 192), each of length 1."""


def speaker_embeddings(pieces: Sequence[Piece]) -> Embeddings:
    """The embedding of each speaker, those who speak most first."""
    sure = [piece for piece in pieces if piece.seconds >= MIN_CLUSTERED_S] or list(pieces)
    if not sure:
        return np.empty((0, 0), np.float32)
    count = min(len(sure), MAX_CLUSTERED_PIECES)
    chosen = [sure[number * len(sure) // count] for number in range(count)]
    seconds = np.array([piece.seconds for piece in chosen])
    sums = np.stack([piece.voice for piece in chosen]) * seconds[:, None]
    sums, seconds = agglomerated(sums.astype(np.float32), seconds)
    longest_first = np.argsort(-seconds, kind="stable")
    # Pieces that were chosen stand for those that were not.
    seconds *= len(sure) / count
    least_s = min(MIN_SPEAKER_S, MIN_SPEAKER_SHARE * float(seconds.sum()))
    enough = [group for group in longest_first if seconds[group] >= least_s]
    voices = sums[enough[:MAX_SPEAKERS] or longest_first[:1]]
    return voices / np.linalg.norm(voices, axis=1, keepdims=True)


def agglomerated(
    sums: Embeddings, seconds: NDArray[np.float64]
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Join the two groups that are most alike, again and again, until no two are alike enough.

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
        if 1 - likeness[one, two] >= DISTANCE_THRESHOLD:
            break
        sums[one] += sums[two]
        seconds[one] += seconds[two]
        voices[one] = sums[one] / np.linalg.norm(sums[one])
        left[two] = False
        likeness[one] = likeness[:, one] = np.where(left, voices @ voices[one], -np.inf)
        likeness[two] = likeness[:, two] = -np.inf
        likeness[one, one] = -np.inf
    return sums[left], seconds[left]
