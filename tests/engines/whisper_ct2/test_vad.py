from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from faster_whisper.vad import get_vad_model
from numpy.typing import NDArray
from typing_extensions import override

from dragoman.domain.engine import EngineSpec
from dragoman.domain.transcription import DecodeRequest, Recording
from dragoman.engines.codecs import load_audio
from dragoman.engines.whisper_ct2.model import vad_model
from dragoman.engines.whisper_ct2.speech_spans import FRAME, FRAME_S, Span
from dragoman.engines.whisper_ct2.vad import PIECE, VoiceActivity, VoiceDetector

DETECTOR = VoiceDetector(vad_model())


class Scripted(VoiceDetector):
    """Says what it was told."""

    def __init__(self, *probabilities: float) -> None:
        self._said = np.array(probabilities, np.float32)

    @override
    def probabilities(self, samples: NDArray[np.int16]) -> Iterator[NDArray[np.float32]]:
        yield from np.array_split(self._said, 3)


class Basket:
    stopped = False

    def emit(self, event: Recording) -> None:
        pass


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> NDArray[np.int16]:
    source = Path(__file__).parents[2] / "data/speech.mp3"
    target = tmp_path_factory.mktemp("speech") / "samples"
    load_audio(EngineSpec("a", "")).run(DecodeRequest(str(source), str(target), 60), Basket())
    return np.fromfile(target, "<i2")


def all_of(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    return np.concatenate([np.zeros(0, np.float32), *DETECTOR.probabilities(samples)])


def test_speech_is_voice_and_silence_is_not(speech: NDArray[np.int16]):
    voice = all_of(np.concatenate([np.zeros(16_000, np.int16), speech]))
    assert voice[:30].max() < 0.3
    assert voice[32:].max() > 0.95


def test_a_frame_more_is_there_for_a_broken_one_and_none_for_nothing():
    assert len(all_of(np.zeros(FRAME * 3 + 1, np.int16))) == 4
    assert len(all_of(np.zeros(0, np.int16))) == 0


def test_heard_in_pieces_it_is_as_sure_as_the_library_that_hears_all_at_once(
    speech: NDArray[np.int16],
):
    before = np.zeros(PIECE - 20 * FRAME, np.int16)
    loud = np.clip(speech.astype(np.int32) * 4, -32768, 32767).astype(np.int16)
    recording = np.concatenate([before, loud, loud])
    recording = recording[: len(recording) // FRAME * FRAME]
    library: Any = get_vad_model()
    whole = library(recording.astype(np.float32) / 32768)
    assert np.abs(all_of(recording) - whole.reshape(-1)).max() < 1e-4


def test_a_soft_voice_after_minutes_of_silence_is_heard(speech: NDArray[np.int16]):
    # Without a new beginning not one frame of it is taken for a voice.
    soft = (speech.astype(np.float32) / 200).astype(np.int16)
    silence = np.zeros(300 * 16_000 // FRAME * FRAME, np.int16)
    voice = all_of(np.concatenate([silence, soft]))[len(silence) // FRAME :]
    assert np.count_nonzero(voice >= 0.5) > len(voice) / 2


@pytest.mark.parametrize("softer", [30, 200])
def test_a_soft_voice_is_as_surely_one_as_a_loud_one(speech: NDArray[np.int16], softer: int):
    soft = (speech / softer).astype(np.int16)
    found = [np.count_nonzero(all_of(each) >= 0.5) for each in (speech, soft)]
    assert found[1] == pytest.approx(found[0], rel=0.05)


def test_spans_are_in_samples_and_inside_the_recording(speech: NDArray[np.int16]):
    quiet = np.zeros(5 * 16_000, np.int16)
    recording = np.concatenate([quiet, speech, quiet, speech])
    activity = VoiceActivity(DETECTOR, recording)
    # Two sentences, a breath between them, said twice.
    first, breath, again, last = activity.spans()
    assert 4 * 16_000 < first.start < 5.5 * 16_000
    assert first.end == breath.start
    assert breath.end < 8 * 16_000
    assert again.start > 11 * 16_000
    assert last.end <= len(recording)
    assert 2.0 < activity.speech_frames * FRAME_S < 2 * len(speech) / 16_000


def test_certainty_is_that_of_the_surest_third_of_a_second():
    activity = VoiceActivity(
        Scripted(*[0.0] * 50, *[1.0] * 10, *[0.0] * 40), np.zeros(51_200, np.int16)
    )
    assert [span.length for span in activity.spans()] == [Span(38, 72).length * FRAME]
    assert activity.voice_probability(0.0, 3.2) == pytest.approx(1.0)
    assert activity.voice_probability(0.0, 1.0) == 0.0
    assert activity.voice_probability(9.0, 9.5) == 0.0


def trimmer(*runs: tuple[float, int]) -> VoiceActivity:
    """A listener to so many frames of so sure a voice."""
    voice = [voice_probability for voice_probability, length in runs for _ in range(length)]
    activity = VoiceActivity(Scripted(*voice), np.zeros(len(voice) * FRAME, np.int16))
    _ = list(activity.spans())
    return activity


def test_silence_is_trimmed_off_the_ends_only():
    activity = trimmer((0, 50), (1, 5), (0, 20), (1, 5), (0, 20))
    assert activity.without_silence(0.5, 3.0) == pytest.approx((1.5, 2.66))
    assert activity.without_silence(1.65, 2.5) == pytest.approx((1.65, 2.5))
    assert activity.without_silence(0.0, 1.0) == (0.0, 1.0)


def test_a_bit_of_a_neighbour_far_away_is_trimmed_with_the_silence():
    activity = trimmer((1, 20), (0, 100), (1, 50), (0, 100), (1, 20))
    assert activity.without_silence(0.5, 8.8) == pytest.approx((3.74, 5.54))


def test_two_long_parts_with_a_pause_between_are_kept():
    activity = trimmer((1, 50), (0, 100), (1, 50))
    assert activity.without_silence(0.0, 6.4) == (0.0, 6.4)


def test_the_softest_moment_is_found_where_it_is_much_softer():
    sound = np.tile(np.array([3000, -3000], np.int16), 8 * FRAME)
    activity = VoiceActivity(DETECTOR, sound)
    assert activity.softest_moment(Span(0, len(sound))) is None
    sound[6 * FRAME : 9 * FRAME] = 100
    softest_moment = activity.softest_moment(Span(0, len(sound)))
    assert softest_moment is not None
    assert softest_moment[1] == 6 * FRAME + 3 * FRAME // 2
    assert activity.softest_moment(Span(0, FRAME)) is None
