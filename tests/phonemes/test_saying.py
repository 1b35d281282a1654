"""What texts say, whichever way they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.phonemes.saying import differences, spoken_form


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("$5", "five dollars", "en"),
        ("Dr. Smith's 30 cats!", "doctor smith's thirty cats", "en"),
        ("3시에 5명", "세 시에 다섯 명", "ko"),
    ],
)
def test_ways_of_writing_do_not_matter(one: str, other: str, language: str):
    assert spoken_form(one, "ko" if language == "ko" else "en") == spoken_form(
        other, "ko" if language == "ko" else "en"
    )


def test_differences_are_counted():
    assert differences("kitten", "sitting") == 3
    assert differences("", "abc") == differences("abc", "") == 3


@given(st.text("abc", max_size=12), st.text("abc", max_size=12))
def test_differences_are_a_distance(one: str, other: str):
    count = differences(one, other)
    assert count == differences(other, one)
    assert (count == 0) == (one == other)
    assert abs(len(one) - len(other)) <= count <= max(len(one), len(other))
