"""The networks along a recording: who speaks in each window, and the voice of each piece."""

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
    Embedding,
    Networks,
)
from dragoman.engines.speakers.tracks import Span, starts

MIN_FEATURES = 20
"""The features (0.2 s) of the shortest speech that has a voice."""
MIN_CLEAR_FEATURES = 50
"""The features (0.5 s) in which nobody else speaks, from which on the others are left out."""
MARGIN = (FRAME_WIDTH - FRAME) // 2
"""The samples from the first that a frame sees to the first that it is the nearest frame of."""

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Piece:
    """A span of speech with its voice."""

    span: Span
    voice: Embedding
    seconds: float
    """The seconds of sound from which the voice was taken."""


class PieceEmbedder:
    """Runs both networks along recordings."""

    def __init__(self, networks: Networks) -> None:
        self._networks = networks
        self._fbank = Fbank()

    def windows(self, samples: Samples) -> Iterator[tuple[int, Activity]]:
        """The first frame of each window and who speaks in it, computed as they are read."""
        for start in starts(samples.size):
            sound = _floats(samples[start * FRAME : start * FRAME + WINDOW])
            yield start, self._networks.activity(_padded(sound))

    def pieces(self, samples: Samples, tracks: Activity, spans: Sequence[Span]) -> Iterator[Piece]:
        """The spans with their voices, in order; too short ones are left out."""
        alone = tracks.sum(axis=1) < 2
        for span in spans:
            first = max(0, span.start * FRAME + MARGIN - WIDTH // 2)
            last = span.end * FRAME + MARGIN + WIDTH // 2
            features = self._fbank.features(_floats(samples[first:last]))
            clear = features[_at_features(alone, first, len(features))]
            chosen = clear if len(clear) >= MIN_CLEAR_FEATURES else features
            if len(chosen) >= MIN_FEATURES:
                yield Piece(span, self._networks.voice(chosen), len(chosen) * 0.01)

    def voice(self, samples: Samples) -> Embedding | None:
        """The voice of a recording of one speaker; None where nobody speaks."""
        spoken: list[Features] = []
        for start in range(0, samples.size, WINDOW):
            sound = _floats(samples[start : start + WINDOW])
            anybody = self._networks.activity(_padded(sound)).max(axis=1)
            features = self._fbank.features(sound)
            spoken.append(features[_at_features(anybody, 0, len(features))])
        features = np.concatenate(spoken or [np.empty((0, 0), np.float32)])
        return self._networks.voice(features) if len(features) >= MIN_FEATURES else None


def _floats(samples: Samples) -> NDArray[np.float32]:
    return samples.astype(np.float32) / np.float32(32_768)


def _padded(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """The sound padded with silence to a whole window."""
    return np.concatenate([sound, np.zeros(WINDOW - sound.size, np.float32)])


def _at_features(frames: NDArray[np.bool_], first: int, features: int) -> NDArray[np.bool_]:
    """The value of the nearest frame for each feature; features begin at sample `first`."""
    middles = first + STEP * np.arange(features) + WIDTH // 2
    return frames[np.clip((middles - MARGIN) // FRAME, 0, len(frames) - 1)]
