import pytest

from dragoman.engines.whisper_ct2.coverage import sparse_texts, uncovered_speech
from dragoman.engines.whisper_ct2.speech_spans import Span

SECOND = 16_000
SPANS = (Span(0, 10 * SECOND), Span(20 * SECOND, 30 * SECOND))


class Speaking:
    """Speaks from a moment on."""

    def __init__(self, from_s: float = 0.0) -> None:
        self._from_s = from_s

    def voiced_s(self, start_s: float, end_s: float) -> float:
        return max(0.0, end_s - max(start_s, self._from_s))


def test_what_is_told_is_no_gap():
    assert uncovered_speech(SPANS, [(20, 30), (0, 10)], Speaking()) == []
    assert uncovered_speech(SPANS, [(0, 30)], Speaking()) == []
    assert uncovered_speech((), [], Speaking()) == []


@pytest.mark.parametrize(
    ("told", "gaps"),
    [
        ([], [(0, 10), (20, 30)]),
        ([(0, 4), (6, 10), (20, 30)], [(4, 6)]),
        ([(2, 10)], [(0, 2), (20, 30)]),
        ([(0, 9), (20, 28)], [(28, 30)]),
        ([(0, 8), (1, 3), (20, 30)], [(8, 10)]),
    ],
)
def test_what_is_not_told_is_one(told: list[tuple[float, float]], gaps: list[tuple[float, float]]):
    assert uncovered_speech(SPANS, told, Speaking()) == gaps


def test_a_pause_is_none():
    assert uncovered_speech(SPANS, [(0, 4), (5.4, 10), (20, 30)], Speaking()) == []


def test_where_nobody_surely_speaks_is_none():
    assert uncovered_speech(SPANS, [(20, 30)], Speaking(from_s=9.5)) == []


SENTENCE = "I am sorry, but that's not a valid extension, please try again."


@pytest.mark.parametrize(
    ("texts", "sparse"),
    [
        # As long as the others speak, or a little longer.
        ([(0, 4, SENTENCE), (4, 8, SENTENCE)], []),
        ([(0, 5, SENTENCE), (5, 9, SENTENCE)], []),
        # It lasts over sentences that it does not have, wherever it stands.
        ([(0, 9, SENTENCE), (9, 13, SENTENCE)], [0]),
        ([(0, 4, SENTENCE), (4, 13, SENTENCE)], [1]),
        # Nothing tells how fast they speak, or it is soon over.
        ([(0, 13, SENTENCE)], []),
        ([(0, 9, SENTENCE), (9, 12, SENTENCE)], []),
        ([(0, 2.9, "Well."), (3, 7, SENTENCE)], []),
        ([], []),
    ],
)
def test_a_text_that_is_too_short_for_its_time_is_sparse(
    texts: list[tuple[float, float, str]], sparse: list[int]
):
    assert sparse_texts(texts, Speaking()) == sparse


def test_only_the_time_in_which_somebody_speaks_counts():
    assert sparse_texts([(0, 9, SENTENCE), (9, 13, SENTENCE)], Speaking(from_s=5)) == []
