"""Through a recording: who of a few speaks when, and what each piece of speech sounds like."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dragoman.engines.speakers.fbank import STEP, WIDTH, Fbank, Features
from dragoman.engines.speakers.networks import (
    FRAME,
    FRAME_WIDTH,
    WINDOW,
    Activity,
    Networks,
    Voice,
)
from dragoman.engines.speakers.tracks import Span, starts

SHORTEST = 20
"""Features, 0.2 s: of less no voice is taken."""
ALONE = 50
"""Features: with so many while nobody else speaks, the others are left out."""
MARGIN = (FRAME_WIDTH - FRAME) // 2
"""Samples from where a frame begins to see to where it is the nearest one."""

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Piece:
    """A span with its voice."""

    span: Span
    voice: Voice
    seconds: float
    """Of sound that the voice was taken from."""


class Listener:
    """Hears recordings with both networks."""

    def __init__(self, networks: Networks) -> None:
        self._networks = networks
        self._fbank = Fbank()

    def windows(self, samples: Samples) -> Iterator[tuple[int, Activity]]:
        """Who speaks in each window, and its first frame; heard as they are asked for."""
        for start in starts(samples.size):
            sound = _floats(samples[start * FRAME : start * FRAME + WINDOW])
            yield start, self._networks.activity(_padded(sound))

    def pieces(self, samples: Samples, tracks: Activity, spans: Sequence[Span]) -> Iterator[Piece]:
        """The spans with their voices, in order; those too short to tell are left out."""
        alone = tracks.sum(axis=1) < 2
        for span in spans:
            first = max(0, span.start * FRAME + MARGIN - WIDTH // 2)
            last = span.end * FRAME + MARGIN + WIDTH // 2
            features = self._fbank.features(_floats(samples[first:last]))
            clear = features[_spoken(alone, first, len(features))]
            chosen = clear if len(clear) >= ALONE else features
            if len(chosen) >= SHORTEST:
                yield Piece(span, self._networks.voice(chosen), len(chosen) * 0.01)

    def voice(self, samples: Samples) -> Voice | None:
        """The voice of a recording of one speaker; None where nobody speaks."""
        found: list[Features] = []
        for start in range(0, samples.size, WINDOW):
            sound = _floats(samples[start : start + WINDOW])
            anybody = self._networks.activity(_padded(sound)).max(axis=1)
            features = self._fbank.features(sound)
            found.append(features[_spoken(anybody, 0, len(features))])
        features = np.concatenate(found or [np.empty((0, 0), np.float32)])
        return self._networks.voice(features) if len(features) >= SHORTEST else None


def _floats(samples: Samples) -> NDArray[np.float32]:
    return samples.astype(np.float32) / np.float32(32_768)


def _padded(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """A whole window, with silence after the sound."""
    return np.concatenate([sound, np.zeros(WINDOW - sound.size, np.float32)])


def _spoken(frames: NDArray[np.bool_], first: int, features: int) -> NDArray[np.bool_]:
    """What is said of frames, said of features that begin with sample `first`: of the nearest."""
    middles = first + STEP * np.arange(features) + WIDTH // 2
    return frames[np.clip((middles - MARGIN) // FRAME, 0, len(frames) - 1)]
