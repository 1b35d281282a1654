"""Faster or slower speech at the same pitch: FFmpeg's atempo, piece by piece."""

from fractions import Fraction
from itertools import pairwise

import av
import av.filter
import numpy as np
from av.error import BlockingIOError as NeedsMore
from av.error import EOFError as Ended
from numpy.typing import NDArray

Samples = NDArray[np.float32]


class Stretch:
    """One stream of mono samples, played `tempo` times as fast (0.25 … 4)."""

    def __init__(self, tempo: float, sample_rate: int) -> None:
        self._graph = av.filter.Graph()
        self._sample_rate = sample_rate
        self._position = 0
        steps = [
            self._graph.add_abuffer(
                sample_rate=sample_rate,
                format="flt",
                layout="mono",
                time_base=Fraction(1, sample_rate),
            ),
            *(self._graph.add("atempo", f"{factor:.6f}") for factor in _factors(tempo)),
            self._graph.add("abuffersink"),
        ]
        for left, right in pairwise(steps):
            left.link_to(right)
        self._graph.configure()

    def feed(self, samples: Samples) -> Samples:
        """Feed samples, shape (n,), and return what is ready of the result, if anything."""
        if samples.size:
            frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout="mono")
            frame.sample_rate = self._sample_rate
            frame.pts = self._position
            self._position += samples.size
            self._graph.push(frame)
        return self._ready()

    def flush(self) -> Samples:
        """Return the rest of the result; this is called once, last."""
        self._graph.push(None)
        return self._ready()

    def _ready(self) -> Samples:
        pieces: list[Samples] = []
        while True:
            try:
                frame = self._graph.pull()
            except (NeedsMore, Ended):
                break
            if isinstance(frame, av.AudioFrame):
                pieces.append(frame.to_ndarray().reshape(-1).astype(np.float32, copy=False))
        return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)


def _factors(tempo: float) -> list[float]:
    """Split `tempo` into factors between 0.5 and 2, where atempo is at its best."""
    factors: list[float] = []
    while tempo > 2:
        factors.append(2.0)
        tempo /= 2
    while tempo < 0.5:
        factors.append(0.5)
        tempo /= 0.5
    return [*factors, tempo]
