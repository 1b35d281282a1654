"""Gain, limiter, trimming, fades."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.audio.level import CEILING, amplify, decibels, fade, sounding, to_int16


def test_gain_is_in_decibels():
    samples = np.full(100, 0.1, np.float32)
    assert decibels(samples) == pytest.approx(-20, abs=0.01)
    assert decibels(amplify(samples, 6)) == pytest.approx(-14, abs=0.01)
    assert decibels(np.zeros(10, np.float32)) == -120


@given(st.floats(-1, 1, width=32), st.floats(0, 20))
def test_nothing_exceeds_the_ceiling_and_louder_stays_louder(value: float, gain_db: float):
    pair = np.array([value, value / 2], np.float32)
    out = np.abs(amplify(pair, gain_db))
    assert out.max() <= CEILING + 1e-6
    assert out[0] >= out[1]


def test_trimming_keeps_what_sounds_and_a_margin():
    samples = np.zeros(1000, np.float32)
    samples[300:400] = 0.5
    assert sounding(samples, 0.01, 50) == (250, 450)
    assert sounding(samples, 0.01, 900) == (0, 1000)
    assert sounding(np.zeros(10, np.float32), 0.01, 5) == (0, 0)


def test_fades_begin_and_end_at_nothing_and_leave_the_rest():
    faded = fade(np.ones(100, np.float32), 10, 20)
    assert faded[0] == faded[-1] == 0
    assert (faded[10:80] == 1).all()
    assert (faded[80:] < 1).sum() == 19
    assert (fade(np.ones(100, np.float32), 0, 10)[:90] == 1).all()
    assert (fade(np.ones(100, np.float32), 10, 0)[10:] == 1).all()
    assert fade(np.ones(1, np.float32), 10, 10).tolist() == [1]


def test_full_scale_fits_in_16_bits():
    assert to_int16(np.array([-2, -1, 0, 1, 2], np.float32)).tolist() == [
        -32767,
        -32767,
        0,
        32767,
        32767,
    ]
