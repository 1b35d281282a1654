"""Log mel energies as Kaldi makes them, which is what CAM++ was trained on: NumPy alone.

Source: https://github.com/kaldi-asr/kaldi (`src/feat/feature-fbank.cc`), with its defaults but for
80 bands and no dither.
"""

import math

import numpy as np
from numpy.typing import NDArray

from dragoman.domain.transcription import SAMPLE_RATE

BANDS = 80
STEP = 160
"""The samples (10 ms) from one frame to the next."""
WIDTH = 400
"""The samples (25 ms) that a frame sees."""
_FFT = 512
_PREEMPHASIS = 0.97
_LOWEST_HZ = 20.0
_FLOOR = float(np.finfo(np.float32).eps)

Features = NDArray[np.float32]
"""Log mel energies, shape (frames, 80)."""


def _mel(hertz: float) -> float:
    return 1127.0 * math.log(1.0 + hertz / 700.0)


def _bank() -> NDArray[np.float64]:
    """Triangles on the mel scale, shape (257, 80)."""
    lowest, highest = _mel(_LOWEST_HZ), _mel(SAMPLE_RATE / 2)
    step = (highest - lowest) / (BANDS + 1)
    left = lowest + step * np.arange(BANDS)
    bins = np.array([_mel(i * SAMPLE_RATE / _FFT) for i in range(_FFT // 2 + 1)])[:, None]
    bank = np.minimum(bins - left, left + 2 * step - bins) / step
    bank[-1] = 0.0  # Kaldi leaves the highest frequency out
    return np.maximum(bank, 0.0)


class Fbank:
    """Makes features; the tables are computed once."""

    def __init__(self) -> None:
        turn = 2 * np.pi * np.arange(WIDTH) / (WIDTH - 1)
        self._window = (0.5 - 0.5 * np.cos(turn)) ** 0.85  # Kaldi's "povey"
        self._bank = _bank()

    def features(self, samples: NDArray[np.float32]) -> Features:
        """Features of `samples`, shape (n,), −1 … 1; none for less than 25 ms."""
        if samples.size < WIDTH:
            return np.empty((0, BANDS), np.float32)
        frames = np.lib.stride_tricks.sliding_window_view(samples, WIDTH)[::STEP].astype(np.float64)
        frames -= frames.mean(axis=1, keepdims=True)
        before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
        frames = (frames - _PREEMPHASIS * before) * self._window
        power = np.abs(np.fft.rfft(frames, _FFT)) ** 2
        return np.log(np.maximum(power @ self._bank, _FLOOR)).astype(np.float32)
