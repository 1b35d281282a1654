"""Our files as others read them: libsndfile, another program than what wrote them; AAC by hand.

libsndfile decodes MP3 with mpg123, Opus with libopus, and FLAC with libFLAC.
"""

import io
from typing import Any, cast, get_args

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from dragoman.audio.encode import encoder
from dragoman.audio.stretch import Stretch
from dragoman.audio.wav import SAMPLE_RATE, whole
from dragoman.domain.speech import AudioFormat

FORMATS: tuple[AudioFormat, ...] = get_args(AudioFormat)
READABLE = [name for name in FORMATS if name != "aac"]
RATES = {"opus": 48_000}
SECONDS = 2

Samples = NDArray[np.float64]


def tone(seconds: float = SECONDS, hz: float = 440) -> NDArray[np.int16]:
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (12_000 * np.sin(2 * np.pi * hz * time)).astype(np.int16)


def pieces(audio_format: AudioFormat) -> list[bytes]:
    """Of two seconds, fed in twentieths of a second."""
    coder = encoder(audio_format)
    sound = tone()
    fed = [coder.feed(sound[at : at + 1200]) for at in range(0, sound.size, 1200)]
    return [*fed, coder.flush()]


def read(
    audio_format: AudioFormat, data: bytes, seconds: float = SECONDS
) -> tuple[Samples, int, int]:
    """Samples, their rate and the number of channels, by libsndfile; `seconds` only of FLAC."""
    raw: dict[str, Any] = {}
    if audio_format == "pcm":
        raw = {"format": "RAW", "subtype": "PCM_16", "samplerate": SAMPLE_RATE, "channels": 1}
    if audio_format == "flac":
        data = with_length(data, int(seconds * SAMPLE_RATE))
    with cast("Any", soundfile).SoundFile(io.BytesIO(data), **raw) as file:
        samples: Samples = file.read()
        return samples, file.samplerate, file.channels


def with_length(flac: bytes, samples: int) -> bytes:
    """A FLAC stream says 0, for unknown; soundfile cannot read what it cannot seek in."""
    at = (
        len("fLaC") + 4 + 13
    )  # the block's header, then 13 bytes before the last four of the length
    assert flac[at] & 15 == 0
    assert flac[at + 1 : at + 5] == bytes(4)
    return flac[: at + 1] + samples.to_bytes(4, "big") + flac[at + 5 :]


def loudest(samples: Samples, rate: int) -> float:
    """The frequency in Hz of which there is most."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
    return float(np.argmax(spectrum) * rate / samples.size)


@pytest.mark.parametrize("audio_format", READABLE)
def test_another_library_reads_the_whole_sound(audio_format: AudioFormat):
    samples, rate, channels = read(audio_format, b"".join(pieces(audio_format)))
    assert (rate, channels) == (RATES.get(audio_format, SAMPLE_RATE), 1)
    assert samples.size / rate == pytest.approx(SECONDS, abs=0.07)
    assert loudest(samples, rate) == pytest.approx(440, abs=2)


@pytest.mark.parametrize("audio_format", READABLE)
def test_what_has_come_so_far_can_be_played(audio_format: AudioFormat):
    """A second fed: all but the last tenth of it can be heard."""
    samples, rate, _ = read(audio_format, b"".join(pieces(audio_format)[:20]), 0.9)
    assert 0.88 < samples.size / rate <= 1.07
    assert loudest(samples, rate) == pytest.approx(440, abs=2)


def adts_frames(data: bytes) -> list[bytes]:
    """AAC frames, each with its header of seven bytes (ISO 13818-7, 6.2)."""
    frames: list[bytes] = []
    while data:
        length = (data[3] & 3) << 11 | data[4] << 3 | data[5] >> 5
        assert 7 < length <= len(data)
        frames.append(data[:length])
        data = data[length:]
    return frames


@pytest.mark.parametrize(("fed", "seconds"), [(20, 1.0), (41, 2.0)])
def test_an_aac_stream_is_whole_frames_that_say_what_they_are(fed: int, seconds: float):
    frames = adts_frames(b"".join(pieces("aac")[:fed]))
    for frame in frames:
        assert frame[0] == 0xFF
        assert frame[1] & 0xF6 == 0xF0  # the sync word, layer 0
        assert frame[2] >> 6 == 1  # low complexity
        assert frame[2] >> 2 & 15 == 6  # 24 kHz
        assert (frame[2] & 1) << 2 | frame[3] >> 6 == 1  # one channel
    assert len(frames) * 1024 / SAMPLE_RATE == pytest.approx(seconds, abs=0.12)


def test_an_mp3_stream_has_no_header_that_claims_a_length():
    data = b"".join(pieces("mp3"))
    assert not any(mark in data for mark in (b"Xing", b"Info", b"VBRI", b"ID3"))
    assert data[0] == 0xFF


def test_a_whole_wav_says_its_length_and_others_stay_as_they_are():
    streamed = b"".join(pieces("wav"))
    assert cast("Any", soundfile).info(io.BytesIO(whole("wav", streamed))).frames == 48_000
    mp3 = b"".join(pieces("mp3"))
    assert whole("mp3", mp3) == mp3


@pytest.mark.parametrize("tempo", [0.25, 0.5, 2.0, 4.0])
def test_other_tempos_have_the_same_pitch(tempo: float):
    stretch = Stretch(tempo, SAMPLE_RATE)
    sound = tone(4).astype(np.float32) / np.float32(32768)
    slower = np.concatenate([stretch.feed(sound), stretch.flush()])
    assert sound.size / slower.size == pytest.approx(tempo, rel=0.02)
    assert loudest(slower.astype(np.float64), SAMPLE_RATE) == pytest.approx(440, abs=6)
