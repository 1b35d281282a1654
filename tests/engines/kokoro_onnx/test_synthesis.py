"""Parts of a prosody join to its sound, and words are told where they are heard."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from typing_extensions import override

from dragoman.engines.kokoro_onnx import synthesis
from dragoman.engines.kokoro_onnx.network import FRAME, Network, Prosody
from dragoman.engines.kokoro_onnx.parts import PartLengths
from dragoman.engines.kokoro_onnx.synthesis import FADE, MARGIN, Place
from dragoman.engines.kokoro_onnx.voices import LanguageStyle, Part, Voice
from dragoman.phonemes.chunk import Chunk, Word

Samples = NDArray[np.float32]

MUTE = Voice(
    "mute", "us", {"en": LanguageStyle((Part(np.zeros((510, 256), np.float32), 1.0, 1.0),), 0.0)}
)
CHUNK = Chunk("aa bb cc.", "en", 0, 9, (Word(0, 2, 0, 2), Word(3, 5, 3, 5), Word(6, 8, 6, 8)), 250)
FRAMES = 300
WORDS = [(70, 90), (95, 150), (160, 280)]
"""Frames of the three words; the last has silence in it."""


class Tape(Network):
    """A network whose sound is on tape: what is asked for is played."""

    def __init__(self, tape: Samples, loudness: Samples | None = None) -> None:
        self.tape = tape
        self.loudness = np.ones(FRAMES, np.float32) if loudness is None else loudness
        self.asked: list[tuple[int, int]] = []

    @override
    def predict_prosody(
        self, phonemes: str, style: Samples, speed: float, stopped: Callable[[], bool]
    ) -> Prosody:
        starts = np.full(len(phonemes) + 1, FRAMES)
        for word, (first, last) in zip(CHUNK.words, WORDS, strict=True):
            starts[word.first : word.last + 1] = first, (first + last) // 2, last
        return Prosody(starts, self.loudness, style, ())

    @override
    def vocode(
        self, prosody: Prosody, first: int, last: int, stopped: Callable[[], bool]
    ) -> Samples:
        self.asked.append((first, last))
        return self.tape[first * FRAME : last * FRAME]


class At(PartLengths):
    """Parts that end at given frames."""

    def __init__(self, *ends: int) -> None:
        self._ends = ends

    @override
    def cut(self, at: int, loudness: Samples) -> int:
        return next((end for end in self._ends if end > at), loudness.size)


def tape(first: int, last: int) -> Samples:
    """Noise from frame `first` to before `last`."""
    samples = np.zeros(FRAMES * FRAME, np.float32)
    noise = np.random.default_rng(1).uniform(0.02, 0.5, (last - first) * FRAME)
    samples[first * FRAME : last * FRAME] = noise
    return samples


def spoken(recorded: Samples, *ends: int) -> list[synthesis.Spoken]:
    return list(synthesis.synthesise(Tape(recorded), CHUNK, MUTE, 1.0, At(*ends), lambda: False))


def places(parts: list[synthesis.Spoken]) -> Iterator[Place]:
    """The words in samples of all parts together."""
    given_so_far = 0
    for part in parts:
        for word in part.words:
            first, last = word.first + given_so_far, word.last + given_so_far
            yield replace(word, first=first, last=last)
        given_so_far += part.samples.size


def joined(parts: list[synthesis.Spoken]) -> Samples:
    return np.concatenate([part.samples for part in parts])


@given(st.lists(st.integers(67, FRAMES - 1), max_size=6))
@example([250])
@example([251])
def test_parts_join_to_the_sound_of_the_whole(ends: list[int]):
    recorded = tape(70, 250)
    (whole,), parts = spoken(recorded), spoken(recorded, *sorted(set(ends)))
    assert whole.samples.size == 180 * FRAME + 2 * MARGIN
    sound = joined(parts)
    # Where nothing sounds in the last part, there is no fade, and what margin was there before.
    assert whole.samples.size - MARGIN <= sound.size <= whole.samples.size
    size = min(sound.size, whole.samples.size - FADE)
    assert np.allclose(sound[:size], whole.samples[:size])


@given(st.lists(st.integers(67, FRAMES - 1), max_size=6))
def test_words_are_told_once_in_order_and_where_they_are(ends: list[int]):
    parts = spoken(tape(70, 250), *sorted(set(ends)))
    found = list(places(parts))
    assert [(word.start, word.end) for word in found] == [(0, 2), (3, 5), (6, 8)]
    for word, (first, last) in zip(found, WORDS, strict=True):
        assert word.first == pytest.approx((first - 70) * FRAME + MARGIN, abs=MARGIN)
        heard_last = min(last, 250)
        assert word.last == pytest.approx((heard_last - 70) * FRAME + MARGIN, abs=MARGIN)
        assert word.last <= joined(parts).size


def test_all_but_the_last_word_are_told_no_later_than_they_are_heard():
    parts = spoken(tape(70, 250), 100, 200)
    assert [[word.start for word in part.words] for part in parts] == [[0, 3], [], [6]]
    assert parts[-1].words[0].first == (160 - 200) * FRAME


def test_silence_before_the_first_sound_is_not_given_in_whatever_part_it_is():
    network = Tape(tape(130, 200))
    first, *_ = synthesis.synthesise(network, CHUNK, MUTE, 1.0, At(100, 200), lambda: False)
    assert network.asked[0][0] == 70 - synthesis.BEFORE - synthesis.OPENING
    assert len(network.asked) == 3
    assert first.samples.size == 70 * FRAME + MARGIN


def test_what_makes_no_sound_at_all_still_tells_its_words():
    (only,) = spoken(np.zeros(FRAMES * FRAME, np.float32), 100, 200)
    assert only.samples.size == 0
    assert [(word.first, word.last) for word in only.words] == [(0, 0)] * 3


def test_a_part_is_made_with_what_is_around_it():
    network = Tape(tape(70, 250))
    list(synthesis.synthesise(network, CHUNK, MUTE, 1.0, At(110, 200), lambda: False))
    around = synthesis.CONTEXT
    assert network.asked == [
        (66 - synthesis.OPENING, 110 + around),
        (110 - around, 200 + around),
        (200 - around, FRAMES),
    ]


@pytest.mark.parametrize(
    ("loud", "heard"), [(250, 250 + synthesis.DECAY), (200, 221 + synthesis.DECAY)]
)
def test_what_is_silent_at_the_end_is_not_made(loud: int, heard: int):
    """After the last loud frame, or the 220th, where the last letter begins."""
    loudness = np.full(FRAMES, 8 - synthesis.DROP, np.float32)
    loudness[70:loud] = 8
    network = Tape(tape(70, loud), loudness)
    parts = list(synthesis.synthesise(network, CHUNK, MUTE, 1.0, At(110), lambda: False))
    assert network.asked[-1][1] == heard
    assert [part.closing for part in parts] == [False, True]
    assert joined(parts).size == (loud - 70) * FRAME + 2 * MARGIN


def test_the_end_dies_away():
    loudness = np.full(FRAMES, 8 - synthesis.DROP, np.float32)
    loudness[70:250] = 8
    parts = list(
        synthesis.synthesise(
            Tape(tape(70, FRAMES), loudness), CHUNK, MUTE, 1.0, At(110), lambda: False
        )
    )
    dying = joined(parts)[-synthesis.DECAY * FRAME :].reshape(synthesis.DECAY, FRAME)
    peaks = np.abs(dying).max(axis=1)
    assert peaks[0] > 0.4
    assert all(np.diff(peaks) < 0)
