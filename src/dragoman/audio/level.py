"""Loudness and edges of mono float32 samples, shape (n,), 1.0 = full scale."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

KNEE, CEILING = 0.75, 0.95


def amplify(samples: Samples, gain_db: float) -> Samples:
    """Amplify by `gain_db`; what would exceed the knee is bent softly towards the ceiling."""
    louder = samples * np.float32(10 ** (gain_db / 20))
    over = np.abs(louder) > KNEE
    if over.any():
        room = CEILING - KNEE
        excess = np.abs(louder[over]) - KNEE
        louder[over] = np.sign(louder[over]) * (KNEE + room * np.tanh(excess / room))
    return louder


def sounding(samples: Samples, threshold: float, margin: int) -> tuple[int, int]:
    """First and last + 1 sample of what is louder than `threshold`, with `margin` samples around.

    (0, 0) where nothing is.
    """
    loud = np.flatnonzero(np.abs(samples) > threshold)
    if not loud.size:
        return 0, 0
    return max(0, int(loud[0]) - margin), min(samples.size, int(loud[-1]) + 1 + margin)


def fade(samples: Samples, rising: int, falling: int) -> Samples:
    """`samples` with the first `rising` of them faded in and the last `falling` faded out."""
    faded = samples.copy()
    half = samples.size // 2
    for part, length in ((faded, min(rising, half)), (faded[::-1], min(falling, half))):
        part[:length] *= np.linspace(0, 1, length, dtype=np.float32)
    return faded


def to_int16(samples: Samples) -> NDArray[np.int16]:
    """Return the samples as signed 16-bit integers."""
    return (np.clip(samples, -1, 1) * 32767).astype(np.int16)


def decibels(samples: Samples) -> float:
    """Return the root mean square against full scale, in dB; −120 for silence."""
    power = float(np.mean(np.square(samples, dtype=np.float64))) if samples.size else 0.0
    return 10 * float(np.log10(max(power, 1e-12)))
