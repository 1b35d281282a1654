"""Containers, codecs and gaps: times are those of the plain recording, to a tenth of a second."""

from pathlib import Path

import numpy as np
import pytest

from clocked import BURST_AT_S, STRETCH_S, Kind, bursts, clocked, plain
from codec import decoded, recorded, refused
from sounds import encoded, tone, wav

PAGES = {"page_duration": "20000"}
FRAGMENTS = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "frag_duration": "500000"}

SOUND = [
    *(Kind("matroska", codec) for codec in ("pcm_s16le", "libopus", "aac", "libmp3lame", "flac")),
    *(Kind("matroska", codec) for codec in ("ac3", "eac3", "mp2", "vorbis")),
    *(Kind("webm", codec, pictures="libvpx") for codec in ("libopus", "vorbis")),
    *(Kind("mp4", codec) for codec in ("aac", "libmp3lame", "libopus", "flac", "alac", "ac3")),
    Kind("mp4", "aac", options=FRAGMENTS),
    Kind("mp4", "libopus", options=FRAGMENTS),
    Kind("mov", "alac"),
    Kind("ipod", "aac", 44_100),
    Kind("3gp", "libopencore_amrnb", 8000),
    Kind("3g2", "aac", 16_000),
    *(Kind("mpegts", codec) for codec in ("mp2", "libmp3lame", "aac", "ac3", "libopus")),
    Kind("mpeg", "mp2"),
    Kind("vob", "ac3", pictures="mpeg2video"),
    *(Kind("asf", "wmav2", rate, "wmv2") for rate in (16_000, 44_100)),
    Kind("asf", "wmav1", 44_100, "wmv2"),
    Kind("asf", "pcm_s16le", 16_000, "wmv2"),
    *(Kind("flv", codec, 44_100, "flv") for codec in ("aac", "libmp3lame", "nellymoser")),
    *(Kind("ogg", codec, options=PAGES) for codec in ("libopus", "flac", "vorbis")),
]
"""Containers that note when each packet is due, with the codecs that FFmpeg writes into them."""

WITH_PICTURES = [kind for kind in SOUND if kind.container != "ogg"]
GAPS_S = [0.01, 0.04, 0.06, 0.3, 1.0, 10.0, 600.0]


def same(data: bytes, starts_s: list[float], folder: Path) -> None:
    """Each burst is where it is in the plain recording."""
    expected = bursts(plain(starts_s))
    assert expected == pytest.approx([start_s + BURST_AT_S for start_s in starts_s], abs=0.01)
    recording = recorded(data, folder)
    samples = np.fromfile(recording.path, "<i2")
    assert bursts(samples) == pytest.approx(expected, abs=0.1)
    origin = recording.origin
    assert origin is not None
    assert (origin.missing_s, origin.unread) == (0, 0)


def named(kind: Kind) -> str:
    return kind.name


@pytest.mark.parametrize("gap_s", GAPS_S)
@pytest.mark.parametrize("kind", SOUND, ids=named)
def test_a_hole_in_the_middle_is_silence_once(kind: Kind, gap_s: float, tmp_path: Path):
    starts_s = [0.0, STRETCH_S, 2 * STRETCH_S + gap_s, 3 * STRETCH_S + gap_s]
    same(clocked(kind, starts_s), starts_s, tmp_path)


@pytest.mark.parametrize("late_s", [0.01, 0.3, 5.0, 600.0])
@pytest.mark.parametrize("kind", WITH_PICTURES, ids=named)
def test_sound_that_begins_after_the_pictures_keeps_its_times(
    kind: Kind, late_s: float, tmp_path: Path
):
    starts_s = [late_s, late_s + STRETCH_S]
    same(clocked(kind, starts_s, pictures_s=0.0), starts_s, tmp_path)


@pytest.mark.parametrize("kind", SOUND, ids=named)
def test_many_holes_do_not_add_up(kind: Kind, tmp_path: Path):
    starts_s = [number * (STRETCH_S + 0.03) for number in range(12)]
    same(clocked(kind, starts_s), starts_s, tmp_path)


def test_sound_that_an_edit_list_leaves_out_is_not_heard(tmp_path: Path):
    data = clocked(Kind("mp4", "aac"), [-0.5, 0.7])
    assert bursts(decoded(data, tmp_path)) == pytest.approx([0.95], abs=0.1)


@pytest.mark.parametrize("kind", [Kind("matroska", "aac"), Kind("mpegts", "mp2")], ids=named)
def test_a_negative_start_is_the_start(kind: Kind, tmp_path: Path):
    data = clocked(kind, [-0.5, 0.7])
    assert bursts(decoded(data, tmp_path)) == pytest.approx([0.25, 1.45], abs=0.1)


@pytest.mark.parametrize("kind", [Kind("matroska", "aac"), Kind("mpegts", "mp2")], ids=named)
def test_a_live_recording_whose_clock_began_hours_ago_begins_at_0(kind: Kind, tmp_path: Path):
    data = clocked(kind, [20_000.0, 20_001.0])
    assert bursts(decoded(data, tmp_path)) == pytest.approx([0.25, 1.25], abs=0.1)


def test_packets_that_overlap_are_all_kept_and_the_times_after_them_are_right(tmp_path: Path):
    starts_s = [0.0, 0.4, 2.0]
    samples = decoded(clocked(Kind("matroska", "pcm_s16le"), starts_s), tmp_path)
    assert bursts(samples) == pytest.approx([start + BURST_AT_S for start in starts_s], abs=0.1)


def test_a_clock_that_begins_anew_is_another_recording(tmp_path: Path):
    data = clocked(Kind("mpegts", "mp2"), [0.0, 2.0]) + clocked(Kind("mpegts", "mp2"), [0.0])
    assert bursts(decoded(data, tmp_path)) == pytest.approx([0.25, 2.25, 2.85], abs=0.1)


def test_a_broadcast_whose_clock_was_set_has_no_pause_of_hours(tmp_path: Path):
    data = clocked(Kind("mpegts", "mp2"), [0.0]) + clocked(Kind("mpegts", "mp2"), [9000.0])
    assert bursts(decoded(data, tmp_path)) == pytest.approx([0.25, 0.85], abs=0.1)


def test_a_pause_of_an_hour_in_a_small_file_is_one(tmp_path: Path):
    data = clocked(Kind("webm", "libopus"), [0.0, 3600.0])
    assert len(data) < 20_000
    assert bursts(decoded(data, tmp_path, 7200)) == pytest.approx([0.25, 3600.25], abs=0.1)
    assert (tmp_path / "target").stat().st_blocks * 512 < 1_000_000


def test_pauses_that_make_a_recording_too_long_are_named(tmp_path: Path):
    data = clocked(Kind("webm", "libopus"), [0.0, 500.0])
    why = refused(data, tmp_path, 300)
    assert (why.param, why.code) == ("file", "audio_too_long")
    assert why.message == (
        "Audio file is too long: the pauses in it come to 499 seconds. "
        "Maximum audio length is 300 seconds."
    )
    sound = refused(encoded(tone(5.0, 48_000), "webm", "libopus"), tmp_path, 3)
    assert sound.message == "Audio file is too long. Maximum audio length is 3 seconds."


def test_the_clock_of_a_wav_adds_nothing(tmp_path: Path):
    data = wav(plain([0.0, 1.0, 300.0]) / 32767)
    assert bursts(decoded(data, tmp_path)) == pytest.approx([0.25, 1.25, 300.25], abs=0.001)
