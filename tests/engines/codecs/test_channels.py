"""Many channels made one: nobody's voice is lost on the way."""

import io
import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from codec import decoded, recorded, refused
from sounds import hum, tone, tracks, white


def placed(
    channels: list[NDArray[np.float64]], layout: str, codec: str = "flac", container: str = "flac"
) -> bytes:
    """A file that says where each channel is heard."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as opened:
        out: Any = opened  # PyAV's annotations name no codec that comes as a variable
        stream = out.add_stream(codec, rate=16_000)
        stream.layout = layout
        data = np.round(np.stack(channels, axis=1) * 32767).astype("<i2")
        frame = av.AudioFrame.from_ndarray(data.reshape(1, -1), "s16", layout)
        frame.sample_rate, frame.pts, frame.time_base = 16_000, 0, Fraction(1, 16_000)
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return file.getvalue()


def level(samples: NDArray[np.int16]) -> float:
    """Root mean square; full scale is 1."""
    return float(np.sqrt(np.mean((samples / 32768.0) ** 2)))


def steps(samples: NDArray[np.int16]) -> int:
    """The largest step from one sample to the next: a click is one."""
    return int(np.abs(np.diff(samples.astype(np.int32))).max())


VOICE = tone(2.0)
NOTHING = np.zeros(len(VOICE))


@pytest.mark.parametrize("gain", [-1.0, -0.9, -0.7, -1.3])
def test_stereo_with_one_cable_the_wrong_way_round_is_heard(gain: float, tmp_path: Path):
    samples = decoded(tracks([0.7 * VOICE, 0.7 * gain * VOICE]), tmp_path)
    assert level(samples) > 0.7 * level((0.7 * VOICE * 32767).astype(np.int16))


def test_hum_on_both_channels_does_not_speak_for_the_sum(tmp_path: Path):
    mains = 0.1 * hum(2.0)
    alone = decoded(tracks([0.2 * VOICE + mains, -0.2 * VOICE + mains]), tmp_path)
    spectrum = np.abs(np.fft.rfft(alone.astype(np.float64)))
    assert spectrum[879:882].max() > 0.1 * 32767 * len(alone) / 4


@pytest.mark.parametrize("place", [0, 1])
def test_a_silent_channel_takes_nothing_from_the_other(place: int, tmp_path: Path):
    channels = [NOTHING, NOTHING]
    channels[place] = VOICE
    assert np.abs(decoded(tracks(channels), tmp_path)).max() == pytest.approx(16_384, abs=50)


@pytest.mark.parametrize("count", [3, 4, 5, 6, 7, 8, 12, 24, 64])
def test_a_voice_on_any_track_of_a_recorder_is_heard(count: int, tmp_path: Path):
    for place in {0, 2, min(3, count - 1), count // 2, count - 1}:
        channels = [NOTHING[:8000]] * count
        channels[place] = VOICE[:8000]
        samples = decoded(tracks(channels), tmp_path)
        assert np.abs(samples).max() == pytest.approx(16_384, abs=50)


def test_the_same_voice_on_all_tracks_is_not_too_loud(tmp_path: Path):
    samples = decoded(tracks([1.9 * VOICE] * 16), tmp_path)
    assert np.abs(samples).max() == pytest.approx(0.95 * 32_768, rel=0.01)


def test_more_channels_than_a_recorder_has_are_refused(tmp_path: Path):
    why = refused(tracks([NOTHING[:1600]] * 65), tmp_path)
    assert why.message == "Audio file has too many channels: 65. At most 64 are taken."
    assert (why.param, why.code) == ("file", "invalid_value")


def test_more_channels_than_the_library_counts_are_refused_alike(tmp_path: Path):
    data = bytearray(tracks([NOTHING[:1600]] * 64))
    at = data.index(b"fmt ") + 10
    data[at : at + 2] = (1024).to_bytes(2, "little")
    why = refused(bytes(data), tmp_path)
    assert why.message == "Audio file has too many channels, or none. At most 64 are taken."
    assert (why.param, why.code) == ("file", "invalid_value")


def test_the_middle_of_a_film_is_heard_and_its_rumble_is_not(tmp_path: Path):
    rumble = 0.5 * tone(2.0, hertz=60)
    film = [NOTHING, NOTHING, VOICE, rumble, NOTHING, NOTHING]
    spectrum = np.abs(np.fft.rfft(decoded(placed(film, "5.1"), tmp_path).astype(np.float64)))
    assert spectrum[880] > 100 * spectrum[120]


def test_a_voice_on_the_channel_of_the_rumble_alone_is_heard(tmp_path: Path):
    film = [NOTHING, NOTHING, NOTHING, VOICE, NOTHING, NOTHING]
    assert level(decoded(placed(film, "5.1"), tmp_path)) > 0.3


def test_a_phase_that_turns_over_on_the_way_costs_nothing_and_does_not_click(tmp_path: Path):
    voice = tone(6.0)
    other = voice.copy()
    other[32_000:64_000] *= -1
    samples = decoded(tracks([voice, other]), tmp_path)
    for second in range(6):
        piece = samples[second * 16_000 + 2400 : second * 16_000 + 13_600]
        assert level(piece) == pytest.approx(level((voice * 32767).astype(np.int16)), rel=0.05)
    smooth = steps((voice * 32767).astype(np.int16))
    # The file's own turns, at 2 s and 4 s, are steps of one channel of the two.
    seams = [range(31_990, 32_010), range(63_990, 64_010)]
    within = np.abs(np.diff(samples.astype(np.int32)))
    for seam in seams:
        within[seam.start : seam.stop] = 0
    assert within.max() < 1.5 * smooth


def test_two_voices_on_two_channels_are_both_heard(tmp_path: Path):
    low, high = 0.8 * tone(2.0, hertz=300), 0.8 * tone(2.0, hertz=1100)
    samples = decoded(tracks([low, high]), tmp_path)
    spectrum = np.abs(np.fft.rfft(samples.astype(np.float64)))
    assert spectrum[600] == pytest.approx(spectrum[2200], rel=0.02)


def test_channels_that_have_nothing_in_common_are_summed(tmp_path: Path):
    left, right = white(2.0), np.roll(white(2.0), 7000)
    samples = decoded(tracks([left, right]), tmp_path)
    assert np.corrcoef(samples[160:], left[160:])[0, 1] == pytest.approx(0.7, abs=0.05)
    assert np.corrcoef(samples[160:], right[160:])[0, 1] == pytest.approx(0.7, abs=0.05)


@pytest.mark.parametrize(("codec", "container"), [("aac", "mp4"), ("libopus", "ogg")])
def test_stereo_of_lossy_codecs_with_opposite_signs_is_heard(
    codec: str, container: str, tmp_path: Path
):
    file = io.BytesIO()
    with av.open(file, "w", format=container) as opened:
        out: Any = opened
        stream = out.add_stream(codec, rate=48_000)
        stream.layout, stream.bit_rate = "stereo", 128_000
        voice = tone(2.0, 48_000)
        data = np.round(np.stack([voice, -voice], axis=1) * 32767).astype("<i2")
        frame = av.AudioFrame.from_ndarray(data.reshape(1, -1), "s16", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, 0, Fraction(1, 48_000)
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    assert level(decoded(file.getvalue(), tmp_path)) > 0.3


@pytest.mark.parametrize("code", ["<f4", "<f8"])
def test_numbers_that_are_none_in_a_float_wav_are_silence(code: str, tmp_path: Path):
    sound = np.stack([VOICE, VOICE], axis=1).astype(code)
    sound[5000:6000] = np.nan
    sound[7000, 0] = np.inf
    body, width = sound.tobytes(), int(code[-1])
    header = struct.pack("<HHIIHH", 3, 2, 16_000, 32_000 * width, 2 * width, 8 * width)
    data = b"RIFF" + struct.pack("<I", 36 + len(body)) + b"WAVEfmt " + struct.pack("<I", 16)
    data += header + b"data" + struct.pack("<I", len(body)) + body
    samples = decoded(data, tmp_path)
    assert level(samples[:4900]) == pytest.approx(0.35, abs=0.02)
    assert np.abs(samples[5020:5980]).max() == 0


def test_mono_at_our_own_rate_is_kept_to_the_bit(tmp_path: Path):
    assert recorded(tracks([VOICE]), tmp_path).samples == len(VOICE)
    kept = decoded(tracks([VOICE]), tmp_path)
    assert np.array_equal(kept, np.round(VOICE * 32767).astype(np.int16))
