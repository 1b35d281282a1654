import os
import struct
import subprocess
import sys
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from codec import CODEC, Basket, decoded, refused
from dragoman.domain.engine import EngineSpec, Stopped
from dragoman.domain.errors import EngineUnavailable, RequestInvalid
from dragoman.domain.transcription import DecodeRequest
from dragoman.engines.codecs import load_audio
from dragoman.engines.codecs.audio import AudioCodec
from dragoman.engines.codecs.limits import Work
from sounds import encoded, tone, wav


def refusal(data: bytes, folder: Path, longest_s: float = 60) -> tuple[str, str | None, str | None]:
    why = refused(data, folder, longest_s)
    return why.message, why.param, why.code


UNDECODABLE = ("Audio file might be corrupted or unsupported", "file", "invalid_value")


def pitch(samples: NDArray[np.int16]) -> float:
    """The strongest frequency, Hz."""
    spectrum = np.abs(np.fft.rfft(samples[2000:14_000].astype(np.float64)))
    return float(np.argmax(spectrum[1:]) + 1) * 16_000 / 12_000


@pytest.mark.parametrize(
    ("container", "codec"),
    [
        ("mp3", "libmp3lame"),
        ("flac", "flac"),
        ("ogg", "flac"),
        ("ogg", "libopus"),
        ("webm", "libopus"),
        ("ipod", "aac"),
        ("mp4", "aac"),
        ("adts", "aac"),
        ("mpeg", "mp2"),
        ("mpegts", "mp2"),
        ("matroska", "pcm_s16le"),
        ("mov", "alac"),
        ("aiff", "pcm_s16be"),
    ],
)
def test_the_sound_of_every_format_comes_out(container: str, codec: str, tmp_path: Path):
    samples = decoded(encoded(tone(1.0, 48_000), container, codec), tmp_path)
    assert len(samples) == pytest.approx(16_000, abs=2000)
    assert pitch(samples) == pytest.approx(440, abs=3)
    assert np.abs(samples[4000:12_000]).max() == pytest.approx(16_384, rel=0.15)


@pytest.mark.parametrize("rate", [8000, 11_025, 22_050, 44_100, 96_000])
@pytest.mark.parametrize(("width", "channels"), [(1, 1), (2, 1), (2, 2), (2, 6)])
def test_wav_of_any_rate_width_and_channels(rate: int, width: int, channels: int, tmp_path: Path):
    samples = decoded(wav(tone(1.0, rate), rate, width=width, channels=channels), tmp_path)
    assert len(samples) == pytest.approx(16_000, abs=50)
    assert pitch(samples) == pytest.approx(440, abs=3)


@pytest.mark.parametrize("rate", [1, 999])
def test_a_rate_at_which_nothing_can_be_said_is_refused(rate: int, tmp_path: Path):
    why = refused(wav(np.zeros(2000), rate), tmp_path)
    assert why.message == (
        f"Audio file has too low a sample rate: {rate} Hz. At least 1000 are needed."
    )
    assert (why.param, why.code) == ("file", "invalid_value")


def test_float_wav(tmp_path: Path):
    samples = decoded(encoded(tone(1.0, 48_000), "wav", "pcm_f32le"), tmp_path)
    assert pitch(samples) == pytest.approx(440, abs=3)


@pytest.mark.parametrize("container", ["mp4", "matroska", "avi"])
def test_the_sound_of_a_video(container: str, tmp_path: Path):
    codec = "aac" if container == "mp4" else "libmp3lame"
    samples = decoded(encoded(tone(1.0, 48_000), container, codec, video=True), tmp_path)
    assert pitch(samples) == pytest.approx(440, abs=3)


def test_a_wav_that_streams_without_a_length(tmp_path: Path):
    data = bytearray(wav(tone(1.0)))
    data[4:8] = data[40:44] = b"\xff\xff\xff\xff"
    assert len(decoded(bytes(data), tmp_path)) == 16_000


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"this is not audio at all" * 40,
        bytes(5000),
        b"\xff\xfb\x90\x00" + os.urandom(40),
        b"OggS" + bytes(200),
        encoded(tone(1.0, 48_000), "ipod", "aac")[:200],
    ],
    ids=["empty", "text", "zeros", "mp3 header", "ogg header", "cut m4a"],
)
def test_what_is_no_sound_is_refused(data: bytes, tmp_path: Path):
    assert refusal(data, tmp_path) == UNDECODABLE


def test_a_file_that_is_mostly_ruined_is_refused_and_not_half_transcribed(tmp_path: Path):
    data = bytearray(encoded(tone(5.0, 48_000), "flac", "flac"))
    noise = np.random.default_rng(1)
    for at in range(2000, len(data) - 100, 600):
        data[at : at + 100] = noise.bytes(100)
    assert refusal(bytes(data), tmp_path) == UNDECODABLE


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXTINF:1,\nfile://{secret}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{secret}'\n",
        "<?xml version='1.0'?>\n<MPD><BaseURL>{secret}</BaseURL></MPD>",
    ],
    ids=["hls", "concat", "dash"],
)
def test_a_playlist_cannot_name_another_file(text: str, tmp_path: Path):
    secret = tmp_path / "secret.wav"
    secret.write_bytes(wav(tone(1.0)))
    assert refusal(text.format(secret=secret).encode(), tmp_path) == UNDECODABLE


def test_less_than_a_tenth_of_a_second_is_refused(tmp_path: Path):
    assert refusal(wav(tone(0.09)), tmp_path) == (
        "Audio file is too short. Minimum audio length is 0.1 seconds.",
        "file",
        "audio_too_short",
    )
    assert len(decoded(wav(tone(0.1)), tmp_path)) == 1600


def test_too_long_a_sound_is_refused_while_it_is_decoded(tmp_path: Path):
    hour = encoded(np.zeros(3600 * 8000), "flac", "flac", 8000)
    assert len(hour) < 1_000_000
    message, param, code = refusal(hour, tmp_path, longest_s=10)
    assert message == "Audio file is too long. Maximum audio length is 10 seconds."
    assert (param, code) == ("file", "audio_too_long")
    assert (tmp_path / "target").stat().st_size <= 11 * 32_000


def test_work_without_end_is_refused_while_it_is_done(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(encoded(np.zeros(600 * 16_000), "flac", "flac", 16_000))
    request = DecodeRequest(str(tmp_path / "source"), str(tmp_path / "target"), 3600)
    codec = AudioCodec(1, clock=count(0, 2).__next__)
    with pytest.raises(RequestInvalid, match=r"after 22 seconds [1-9] seconds of sound") as caught:
        codec.run(request, Basket())
    assert (caught.value.param, caught.value.code) == ("file", "audio_too_long")
    assert (tmp_path / "target").stat().st_size < 10 * 32_000


def test_work_may_be_as_long_as_the_sound_is_worth() -> None:
    times = iter([100.0, 119.0, 144.0, 146.0])
    work = Work(times.__next__)
    work.check(0.0)
    work.check(1000.0)
    with pytest.raises(RequestInvalid):
        work.check(1000.0)


def test_nobody_waiting_stops_the_decoder(tmp_path: Path):
    (tmp_path / "source").write_bytes(wav(tone(5.0)))
    request = DecodeRequest(str(tmp_path / "source"), str(tmp_path / "target"), 60)
    with pytest.raises(Stopped):
        CODEC.run(request, Basket(stopped=True))


def test_a_source_with_a_strange_name(tmp_path: Path):
    folder = tmp_path / "pipe:1 %20 ünï"
    folder.mkdir()
    assert len(decoded(wav(tone(0.5)), folder)) == 8000


@pytest.mark.parametrize("options", [{"memory_bytes": 0}, {"memory_bytes": "1G"}, {"speed": 1}])
def test_an_option_that_makes_no_sense_is_told_on_loading(options: dict[str, object]):
    with pytest.raises(EngineUnavailable):
        load_audio(EngineSpec("audio-codec", "", options=options))


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS")
def test_the_memory_limit_holds_in_the_process_that_loads_it():
    script = (
        "import resource\n"
        "from dragoman.domain.engine import EngineSpec\n"
        "from dragoman.engines.codecs import load_audio\n"
        "load_audio(EngineSpec('audio-codec', '', options={'memory_bytes': 2**31}))\n"
        "print(resource.getrlimit(resource.RLIMIT_AS)[0])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert 2**31 < int(done.stdout) < 2**34


def test_a_rate_that_nobody_can_resample_is_refused(tmp_path: Path):
    data = bytearray(wav(tone(0.5)))
    data[24:28] = struct.pack("<I", 0x7FFFFFFF)
    assert refusal(bytes(data), tmp_path) == UNDECODABLE


def test_a_gap_in_a_recording_is_silence_so_that_later_times_are_right(tmp_path: Path):
    samples = decoded(encoded(tone(2.0, 48_000), "matroska", "pcm_s16le", gap_s=3.0), tmp_path)
    assert len(samples) == pytest.approx(5 * 16_000, abs=100)
    assert np.abs(samples[17_000:63_000]).max() == 0
    assert np.abs(samples[65_000:]).max() > 10_000
