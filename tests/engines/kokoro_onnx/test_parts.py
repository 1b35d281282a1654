"""The first part is short, and the next are there in time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from dragoman.engines.kokoro_onnx.parts import FIRST, LAST, LONGEST, REACH, PartLengths


def even(frames: int) -> NDArray[np.float32]:
    return np.ones(frames, np.float32)


def ends(plan: PartLengths, loudness: NDArray[np.float32], at: int = 0) -> list[int]:
    found: list[int] = []
    while at < loudness.size:
        at = plan.cut(at, loudness)
        found.append(at)
    return found


def test_what_is_hardly_longer_than_the_first_part_stays_whole():
    assert ends(PartLengths(), even(FIRST + LAST)) == [FIRST + LAST]


def test_a_long_melody_is_made_in_parts_that_grow():
    found = ends(PartLengths(), even(2000))
    lengths = np.diff([0, *found])
    assert FIRST - REACH <= lengths[0] <= FIRST
    assert all(np.diff(lengths[1:4]) > REACH)
    assert lengths.max() <= LONGEST + LAST
    assert found[-1] == 2000
    assert lengths[-1] >= LAST


def test_a_part_ends_where_it_is_quiet():
    loudness = even(200)
    loudness[[FIRST - REACH - 1, FIRST - 4, FIRST - 2, FIRST + 1]] = 0.0, 0.3, 0.5, 0.0
    assert PartLengths().cut(0, loudness) == FIRST - 4


def test_the_next_melody_goes_on_with_long_parts():
    plan = PartLengths()
    ends(plan, even(120))
    assert plan.cut(8, even(1000)) >= 8 + 112 - REACH


@given(st.lists(st.integers(1, 1500), min_size=1, max_size=6), st.integers(0, 99))
def test_no_part_is_waited_for_longer_than_was_heard_before(lengths: list[int], seed: int):
    plan, made = PartLengths(), 0
    dice = np.random.default_rng(seed)
    for length in lengths:
        loudness = dice.random(length, np.float32)
        at = 0
        for end in ends(plan, loudness):
            assert at < end <= length
            allowed = min(max(FIRST, made), LONGEST)
            assert end - at <= allowed + LAST
            made += end - at
            at = end


@pytest.mark.parametrize("frames", [1, 5, FIRST])
def test_a_short_melody_is_one_part(frames: int):
    assert ends(PartLengths(), even(frames)) == [frames]
