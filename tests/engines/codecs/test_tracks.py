"""Files with several sound tracks: the one that a player takes, or the first with sound."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from codec import decoded, recorded, refused
from dragoman.domain.transcription import Origin
from sounds import film, tone, wav

LOW, HIGH = tone(1.0, 48_000, 440), tone(1.0, 48_000, 880)
NOTHING = np.zeros(48_000)


def pitch(samples: NDArray[np.int16]) -> int:
    """The strongest frequency, Hz; 0: there is nothing."""
    spectrum = np.abs(np.fft.rfft(samples[:16_000].astype(np.float64)))
    return int(np.argmax(spectrum) * 16_000 / len(samples[:16_000]) + 0.5)


@pytest.mark.parametrize("container", ["matroska", "mp4"])
def test_the_track_that_is_flagged_as_default_is_heard(container: str, tmp_path: Path):
    for default, hertz in ((1, 440), (2, 880)):
        data = film([LOW, HIGH], default, container)
        assert pitch(decoded(data, tmp_path)) == pytest.approx(hertz, abs=2)
        origin = recorded(data, tmp_path).origin
        assert origin == Origin(track=default, tracks=2)


@pytest.mark.parametrize("container", ["matroska", "mp4", "mpegts"])
def test_where_that_is_silent_the_first_with_sound_is_heard(container: str, tmp_path: Path):
    data = film([NOTHING, NOTHING, HIGH, LOW], 1, container)
    assert pitch(decoded(data, tmp_path)) == pytest.approx(880, abs=2)
    assert recorded(data, tmp_path).origin == Origin(track=3, tracks=4)


@pytest.mark.parametrize("codec", ["aac", "pcm_s16le", "flac"])
def test_a_file_in_which_all_are_silent_is_silence(codec: str, tmp_path: Path):
    samples = decoded(film([NOTHING, NOTHING], 2, codec=codec), tmp_path)
    assert len(samples) == pytest.approx(16_000, abs=1500)
    assert np.abs(samples).max() <= 10


def test_a_caller_chooses_a_track_and_has_it_though_it_is_silent(tmp_path: Path):
    data = film([LOW, NOTHING, HIGH], 1)
    for track, hertz in ((1, 440), (3, 880)):
        recorded(data, tmp_path, track=track)
        assert pitch(np.fromfile(tmp_path / "target", "<i2")) == pytest.approx(hertz, abs=2)
    assert recorded(data, tmp_path, track=2).origin == Origin(track=2, tracks=3)


@pytest.mark.parametrize("data", [film([LOW, HIGH]), wav(tone(1.0))], ids=["two", "one"])
def test_a_track_that_is_not_there_is_refused(data: bytes, tmp_path: Path):
    why = refused(data, tmp_path, track=3)
    assert (why.param, why.code) == ("x_track", "integer_above_max_value")
    assert "2 sound tracks" in why.message or "1 sound track," in why.message
    assert "but got 3 instead" in why.message


def test_a_track_that_is_damaged_gives_way_to_another(tmp_path: Path):
    data = bytearray(film([LOW, HIGH], 1, "matroska", "pcm_s16le"))
    at = data.index(b"A_PCM/INT/LIT")
    data[at : at + 13] = b"A_NOBODY/READ"
    assert pitch(decoded(bytes(data), tmp_path)) == pytest.approx(880, abs=2)
