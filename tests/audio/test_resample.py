"""Another rate, the same sound."""

import numpy as np

from dragoman.audio.resample import resampled


def test_length_and_pitch_stay():
    time_s = np.arange(24_000) / 24_000
    tone = (10_000 * np.sin(2 * np.pi * 440 * time_s)).astype(np.int16)
    slower = resampled(tone, 24_000, 16_000)
    assert abs(slower.size - 16_000) < 40
    assert int(np.argmax(np.abs(np.fft.rfft(slower, 16_000)))) == 440


def test_nothing_stays_nothing():
    assert resampled(np.zeros(0, np.int16), 24_000, 16_000).size == 0
