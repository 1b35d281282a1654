"""Files that are longer than they say, shorter than they say, or several glued together."""

import struct
from pathlib import Path

import numpy as np
import pytest

from clocked import Kind, bursts, clocked, plain
from codec import decoded, recorded, refused
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.transcription import Origin
from sounds import film, tone, wav

ONE = [0.0, 0.6]
BURSTS = [0.25, 0.85, 1.45, 2.05, 2.65, 3.25]

GLUED = [
    *(Kind(container, "pcm_s16le", 16_000) for container in ("wav", "w64", "caf")),
    Kind("aiff", "pcm_s16be", 16_000),
    *(Kind("mp4", codec) for codec in ("aac", "alac", "libopus")),
    Kind("mp4", "aac", options={"movflags": "faststart"}),
    Kind("mp4", "aac", options={"movflags": "frag_keyframe+empty_moov+default_base_moof"}),
    *(Kind(container, "aac", 44_100) for container in ("ipod", "flv", "adts")),
    *(Kind("ogg", codec) for codec in ("libopus", "flac")),
    *(Kind("webm", codec) for codec in ("libopus", "vorbis")),
    Kind("matroska", "pcm_s16le"),
    Kind("tta", "tta"),
    Kind("flac", "flac"),
    Kind("mp3", "libmp3lame"),
    Kind("mpegts", "mp2"),
    Kind("ac3", "ac3"),
]


def named(kind: Kind) -> str:
    return f"{kind.name}-{kind.options.get('movflags', '')}"


@pytest.mark.parametrize("kind", GLUED, ids=named)
def test_files_that_are_glued_together_are_all_heard(kind: Kind, tmp_path: Path):
    one = clocked(kind, ONE)
    recording = recorded(3 * one, tmp_path)
    found = bursts(np.fromfile(recording.path, "<i2"))
    # Each part may have a lead-in of its own.
    assert found == pytest.approx(BURSTS, abs=0.15)
    assert recording.origin is not None
    assert (recording.origin.missing_s, recording.origin.unread) == (0, 0)


def test_a_header_of_the_first_piece_of_a_stream_does_not_end_the_sound(tmp_path: Path):
    sound = plain(ONE) / 32767
    data = bytearray(wav(sound))
    data[4:8], data[40:44] = struct.pack("<I", 6436), struct.pack("<I", 6400)
    assert bursts(decoded(bytes(data), tmp_path)) == pytest.approx([0.25, 0.85], abs=0.01)
    assert len(decoded(bytes(data), tmp_path)) == len(sound)


@pytest.mark.parametrize("length", [0, 0x3FFFFC00, 0x7FFFFFFF, 0x7FFFF000, 0x80000000, 0xFFFFFFFF])
def test_a_length_that_was_never_filled_in_is_none(length: int, tmp_path: Path):
    data = bytearray(wav(tone(1.0)))
    data[40:44] = struct.pack("<I", length)
    assert len(decoded(bytes(data), tmp_path)) == 16_000
    assert recorded(bytes(data), tmp_path).origin == Origin()


def test_notes_behind_the_sound_of_a_wav_are_no_sound(tmp_path: Path):
    notes = b"".join(
        name + struct.pack("<I", 6000) + b"note" * 1500 for name in (b"LIST", b"id3 ", b"note")
    )
    assert len(decoded(wav(tone(1.0)) + notes, tmp_path)) == 16_000


def test_a_wav_that_was_cut_says_what_is_missing(tmp_path: Path):
    data = wav(tone(10.0))
    recording = recorded(data[: 44 + 4 * 32_000], tmp_path)
    assert recording.samples == 4 * 16_000
    assert recording.origin == Origin(missing_s=6.0)


@pytest.mark.parametrize("kind", [Kind("mp4", "aac", options={"movflags": "faststart"})], ids=named)
def test_a_film_that_was_cut_says_what_is_missing(kind: Kind, tmp_path: Path):
    data = clocked(kind, [number * 0.6 for number in range(20)])
    recording = recorded(data[: len(data) // 2], tmp_path)
    assert recording.origin is not None
    whole_s = recording.duration_s + recording.origin.missing_s
    assert whole_s == pytest.approx(12.0, abs=0.1)
    assert recording.origin.missing_s > 2


@pytest.mark.parametrize("container", ["w64", "caf"])
def test_rubbish_behind_the_sound_is_counted(container: str, tmp_path: Path):
    data = clocked(Kind(container, "pcm_s16le", 16_000), ONE)
    rubbish = np.random.default_rng(1).bytes(50_000)
    recording = recorded(data + rubbish, tmp_path)
    assert bursts(np.fromfile(recording.path, "<i2"))[:2] == pytest.approx([0.25, 0.85], abs=0.05)
    assert recording.origin is not None
    if recording.samples < 20_000:
        assert recording.origin.unread == pytest.approx(50_000, abs=20)


def test_a_second_part_that_is_broken_is_counted(tmp_path: Path):
    data = clocked(Kind("mp4", "aac"), ONE)
    broken = data[:40] + bytes(8000)
    recording = recorded(data + broken, tmp_path)
    assert bursts(np.fromfile(recording.path, "<i2")) == pytest.approx([0.25, 0.85], abs=0.05)
    assert recording.origin is not None
    assert recording.origin.unread == len(broken)


def test_parts_together_may_be_too_long(tmp_path: Path):
    one = wav(tone(1.0))
    assert len(decoded(5 * one, tmp_path, 5)) == 5 * 16_000
    assert refused(6 * one, tmp_path, 5).code == "audio_too_long"


def test_a_thousand_parts_are_heard_and_the_rest_is_counted(tmp_path: Path):
    one = wav(tone(0.01))
    recording = recorded(1010 * one, tmp_path)
    assert recording.samples == 1000 * 160
    assert recording.origin == Origin(unread=10 * len(one))


def test_the_chosen_track_of_each_part_is_heard(tmp_path: Path):
    two = film([tone(1.0, 48_000, 440), tone(1.0, 48_000, 880)], 1, "mp4")
    samples = np.fromfile(recorded(two + two, tmp_path, track=2).path, "<i2")
    for half in np.array_split(samples, 2):
        spectrum = np.abs(np.fft.rfft(half.astype(np.float64)))
        assert np.argmax(spectrum) * 16_000 / len(half) == pytest.approx(880, abs=5)


def test_damaged_files_are_heard_or_refused_and_nothing_else_happens(tmp_path: Path):
    dice = np.random.default_rng(7)
    whole = [clocked(kind, ONE) for kind in GLUED]
    for number in range(200):
        data = bytearray(whole[number % len(whole)] * (1 + number % 2))
        for at in dice.integers(0, min(len(data), 2000), 1 + number % 9):
            data[at] = dice.integers(0, 256)
        try:
            assert decoded(bytes(data), tmp_path, 60).size >= 1600
        except RequestInvalid:
            continue
