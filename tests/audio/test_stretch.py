"""Tempo without pitch."""

import numpy as np
import pytest

from dragoman.audio.stretch import Stretch

RATE = 24_000


@pytest.mark.parametrize("tempo", [0.3125, 0.625, 0.9, 1.6, 3.2])
def test_the_length_changes_and_the_pitch_does_not(tempo: float):
    time = np.arange(3 * RATE) / RATE
    samples = (0.3 * np.sin(2 * np.pi * 200 * time)).astype(np.float32)
    stretch = Stretch(tempo, RATE)
    pieces = [stretch.feed(samples[at : at + 1000]) for at in range(0, samples.size, 1000)]
    assert sum(piece.size for piece in pieces[:40]) > 0
    out = np.concatenate([*pieces, stretch.flush()])
    assert out.size / RATE == pytest.approx(3 / tempo, rel=0.02)
    middle = out[out.size // 4 : out.size * 3 // 4]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(middle.size)))
    assert np.argmax(spectrum) * RATE / middle.size == pytest.approx(200, abs=5)


def test_no_samples_are_no_sound():
    stretch = Stretch(1.6, RATE)
    assert stretch.feed(np.zeros(0, np.float32)).size == 0
    assert stretch.flush().size == 0
