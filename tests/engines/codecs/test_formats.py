"""Every format that the docs name, from files that FFmpeg writes or that are put together here."""

import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from codec import decoded
from sounds import encoded, tone, wav

SOUND = np.round(tone(1.0) * 32767).astype("<i2")


def nist() -> bytes:
    """SPHERE, of the collections of speech."""
    lines = (
        "NIST_1A",
        "   1024",
        "channel_count -i 1",
        "sample_count -i 16000",
        "sample_rate -i 16000",
        "sample_n_bytes -i 2",
        "sample_byte_format -s2 01",
        "sample_sig_bits -i 16",
        "sample_coding -s3 pcm",
        "end_head",
    )
    return ("\n".join(lines) + "\n").encode().ljust(1024) + SOUND.tobytes()


def pvf() -> bytes:
    """Of voice modems."""
    return b"PVF1\n1 16000 16\n" + SOUND.astype(">i2").tobytes()


def avr() -> bytes:
    """Of the Atari."""
    head = b"2BIT" + b"voice".ljust(8, b"\0") + struct.pack(">HHHHH", 0, 16, 0xFFFF, 0, 0xFFFF)
    head += struct.pack(">IIII", 16_000, len(SOUND), 0, 0)
    return head.ljust(128, b"\0") + SOUND.astype(">i2").tobytes()


def svx() -> bytes:
    """8SVX of the Amiga."""
    body = (SOUND >> 8).astype("i1").tobytes()
    header = struct.pack(">IIIHBBI", len(body), 0, 0, 16_000, 1, 0, 65_536)
    chunks = b"VHDR" + struct.pack(">I", len(header)) + header
    chunks += b"BODY" + struct.pack(">I", len(body)) + body
    return b"FORM" + struct.pack(">I", 4 + len(chunks)) + b"8SVX" + chunks


MADE = {
    "wv": ("wv", "wavpack", 48_000),
    "tta": ("tta", "tta", 48_000),
    "voc": ("voc", "pcm_u8", 22_050),
    "eac3": ("eac3", "eac3", 48_000),
    "latm": ("latm", "aac", 48_000),
    "sox": ("sox", "pcm_s32le", 48_000),
    "ircam": ("ircam", "pcm_s16le", 48_000),
    "rm": ("rm", "ac3", 48_000),
    "nut": ("nut", "mp2", 48_000),
    "wtv": ("wtv", "mp2", 48_000),
    "w64": ("w64", "pcm_s16le", 48_000),
    "au": ("au", "pcm_s16be", 48_000),
    "aiff": ("aiff", "pcm_s24be", 48_000),
    "caf": ("caf", "alac", 48_000),
    "avi": ("avi", "adpcm_ms", 44_100),
    "flv": ("flv", "aac", 44_100),
    "amr": ("amr", "libopencore_amrnb", 8000),
    "3gp": ("3gp", "libopencore_amrnb", 8000),
    "ac3": ("ac3", "ac3", 48_000),
    "mulaw wav": ("wav", "pcm_mulaw", 8000),
    "alaw wav": ("wav", "pcm_alaw", 8000),
    "adpcm wav": ("wav", "adpcm_ima_wav", 44_100),
    "g726 wav": ("wav", "g726", 8000),
    "mp3 in wav": ("wav", "libmp3lame", 44_100),
    "wav of 8 bits": ("wav", "pcm_u8", 22_050),
    "wav of 32 bits": ("wav", "pcm_s32le", 48_000),
    "wav of floats": ("wav", "pcm_f32le", 192_000),
    "ogg of speech": ("ogg", "libopus", 16_000),
    "wav of 64 bits": ("wav", "pcm_s64le", 48_000),
    "wav of doubles": ("wav", "pcm_f64le", 48_000),
}
WRITTEN = {"nist": nist, "pvf": pvf, "avr": avr, "8svx": svx}


def pitch(samples: NDArray[np.int16]) -> float:
    """The strongest frequency, Hz."""
    spectrum = np.abs(np.fft.rfft(samples[1600:11_200].astype(np.float64)))
    return float(np.argmax(spectrum[1:]) + 1) * 16_000 / 9600


@pytest.mark.parametrize("name", MADE)
def test_what_ffmpeg_writes_is_read(name: str, tmp_path: Path):
    container, codec, rate = MADE[name]
    samples = decoded(encoded(tone(1.0, rate), container, codec, rate), tmp_path)
    assert len(samples) == pytest.approx(16_000, abs=1600)
    assert pitch(samples) == pytest.approx(440, abs=5)


@pytest.mark.parametrize("name", WRITTEN)
def test_what_older_machines_wrote_is_read(name: str, tmp_path: Path):
    samples = decoded(WRITTEN[name](), tmp_path)
    assert len(samples) == 16_000
    assert pitch(samples) == pytest.approx(440, abs=3)


@pytest.mark.parametrize("kind", ["s16le", "mulaw", "g722"])
def test_samples_without_any_header_are_refused(kind: str, tmp_path: Path):
    data = SOUND.tobytes() if kind == "s16le" else bytes(range(1, 250)) * 64
    (tmp_path / "source").write_bytes(data)
    with pytest.raises(Exception, match="corrupted or unsupported"):
        decoded(data, tmp_path)


def test_a_wav_has_a_header(tmp_path: Path):
    assert len(decoded(wav(tone(1.0)), tmp_path)) == 16_000


@pytest.mark.parametrize("name", ["tone.dts", "tone.mlp", "tone.thd"])
def test_what_discs_have_is_heard(name: str, tmp_path: Path):
    """A second of 440 Hz, written by FFmpeg 9.0.2: PyAV's own has no encoder of these."""
    samples = decoded((Path(__file__).parents[2] / "data" / name).read_bytes(), tmp_path)
    assert len(samples) == pytest.approx(16_000, abs=400)
    assert pitch(samples) == pytest.approx(440, abs=5)
