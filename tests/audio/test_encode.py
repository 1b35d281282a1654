"""Each format, decoded again by another path through PyAV."""

import io
import struct
import wave
from typing import Any, cast, get_args

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from dragoman.audio.encode import encoder
from dragoman.audio.wav import OPEN_LENGTH, SAMPLE_RATE, wav_header
from dragoman.domain.speech import AudioFormat

FORMATS: tuple[AudioFormat, ...] = get_args(AudioFormat)
RATES = {"opus": 48_000}
SIGNATURES = {
    "mp3": (b"\xff\xf3", b"\xff\xf2"),
    "opus": (b"OggS",),
    "aac": (b"\xff\xf1", b"\xff\xf9"),
    "flac": (b"fLaC",),
    "wav": (b"RIFF",),
}


def tone(seconds: float, hz: float = 440) -> NDArray[np.int16]:
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (12_000 * np.sin(2 * np.pi * hz * time)).astype(np.int16)


def encoded(audio_format: AudioFormat, samples: NDArray[np.int16], step: int = 1200) -> list[bytes]:
    coder = encoder(audio_format)
    pieces = [coder.feed(samples[at : at + step]) for at in range(0, len(samples), step)]
    return [*pieces, coder.flush()]


def decoded(audio_format: AudioFormat, data: bytes) -> tuple[NDArray[np.float64], int, int]:
    """Samples, their rate and the number of channels."""
    if audio_format == "pcm":
        return np.frombuffer(data, "<i2") / 32768, SAMPLE_RATE, 1
    with cast("Any", av.open)(io.BytesIO(data)) as file:
        frames: list[Any] = list(file.decode(audio=0))
    arrays = [frame.to_ndarray() for frame in frames]
    samples = np.concatenate([array.reshape(-1) for array in arrays])
    scale = 32768 if samples.dtype == np.int16 else 1
    return samples / scale, frames[0].sample_rate, frames[0].layout.nb_channels


@pytest.mark.parametrize("audio_format", FORMATS)
def test_every_format_decodes_to_the_same_length_rate_and_channels(audio_format: AudioFormat):
    samples, rate, channels = decoded(audio_format, b"".join(encoded(audio_format, tone(2.0))))
    assert rate == RATES.get(audio_format, SAMPLE_RATE)
    assert channels == 1
    assert samples.size / rate == pytest.approx(2.0, abs=0.12)


@pytest.mark.parametrize("audio_format", FORMATS)
def test_the_pitch_is_what_went_in(audio_format: AudioFormat):
    samples, rate, _ = decoded(audio_format, b"".join(encoded(audio_format, tone(2.0, hz=440))))
    middle = samples[rate // 2 : rate + rate // 2]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(middle.size)))
    assert np.argmax(spectrum) * rate / middle.size == pytest.approx(440, abs=2)
    assert np.abs(middle).max() == pytest.approx(12_000 / 32768, rel=0.1)


@pytest.mark.parametrize("audio_format", FORMATS)
def test_bytes_come_before_the_end(audio_format: AudioFormat):
    pieces = encoded(audio_format, tone(2.0))
    assert len(b"".join(pieces[:5])) > 0
    behind = [sum(map(len, pieces[: at + 1])) for at in range(len(pieces) - 1)]
    late = [later - sooner for sooner, later in zip(behind, behind[5:], strict=False)]
    assert min(late) > 0


@pytest.mark.parametrize(("audio_format", "signatures"), SIGNATURES.items())
def test_files_begin_as_their_format_does(audio_format: AudioFormat, signatures: tuple[bytes, ...]):
    assert b"".join(encoded(audio_format, tone(0.5))).startswith(signatures)


@pytest.mark.parametrize("audio_format", FORMATS)
def test_the_size_of_the_pieces_changes_nothing(audio_format: AudioFormat):
    samples = tone(0.7)
    coarse, _, _ = decoded(audio_format, b"".join(encoded(audio_format, samples, step=99_999)))
    fine, _, _ = decoded(audio_format, b"".join(encoded(audio_format, samples, step=311)))
    assert coarse.size == fine.size
    assert np.allclose(coarse, fine, atol=1e-3)


@pytest.mark.parametrize("audio_format", ["flac", "wav", "pcm"])
def test_lossless_formats_give_back_every_sample(audio_format: AudioFormat):
    samples = tone(0.3)
    back, _, _ = decoded(audio_format, b"".join(encoded(audio_format, samples)))
    assert np.array_equal(np.rint(back * 32768).astype(np.int16)[: samples.size], samples)


def test_a_wav_stream_without_sound_still_has_its_header():
    assert encoder("wav").flush() == wav_header()


def test_a_wav_stream_says_that_its_length_is_open_and_a_whole_file_says_its_length():
    data = b"".join(encoded("wav", tone(0.1)))
    assert struct.unpack("<I", data[4:8])[0] == OPEN_LENGTH
    assert struct.unpack("<I", data[40:44])[0] == OPEN_LENGTH
    body = data[44:]
    with wave.open(io.BytesIO(wav_header(len(body)) + body)) as file:
        assert file.getnframes() == 2400
