import numpy as np
from numpy.typing import NDArray

from dragoman.engines.speakers.fbank import BANDS, Fbank


def wave(hertz: float, seconds: float = 1.0) -> NDArray[np.float32]:
    moments = np.arange(round(seconds * 16_000)) / 16_000
    return (0.3 * np.sin(2 * np.pi * hertz * moments)).astype(np.float32)


def test_a_frame_comes_every_ten_milliseconds() -> None:
    assert Fbank().features(wave(440)).shape == (98, BANDS)
    assert Fbank().features(wave(440, 0.02)).shape == (0, BANDS)


def test_features_are_those_of_kaldi() -> None:
    # What kaldi-native-fbank 1.22.4 gives for the same sound, without dither and energy floor.
    kaldi = [-11.6410, -5.5905, -8.3337, -10.2733, -14.4278, -15.9424]
    features = Fbank().features(wave(440) + wave(2500))
    np.testing.assert_allclose(features[10, [0, 10, 20, 40, 60, 79]], kaldi, atol=1e-3)


def test_silence_has_a_floor() -> None:
    assert np.unique(Fbank().features(np.zeros(800, np.float32))).size == 1
