from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dragoman.engines.whisper_ct2.speech_spans import (
    BREATH,
    MAX_SPEECH,
    MIN_SILENCE,
    MIN_SPEECH,
    SPEECH_PAD,
    Span,
    SpanFinder,
    VadOptions,
    padded,
)


def found(probabilities: Iterable[float]) -> list[Span]:
    finder = SpanFinder()
    spans = [finder.feed(probability) for probability in probabilities]
    return [span for span in (*spans, finder.finish()) if span is not None]


def test_silence_has_no_spans():
    assert found([0.0] * 500) == []
    assert found([]) == []


def test_a_click_is_no_speech():
    assert found([0.0] * 5 + [1.0] * (MIN_SPEECH - 1) + [0.0] * 100) == []


def test_speech_is_found_where_it_is():
    assert found([0.0] * 10 + [1.0] * 50 + [0.0] * 100) == [Span(10, 60)]


def test_a_short_pause_is_part_of_the_speech_and_a_long_one_is_not():
    short = [1.0] * 20 + [0.0] * (BREATH - 1) + [1.0] * 20 + [0.0] * 100
    assert found(short) == [Span(0, 39 + BREATH)]
    pause = [1.0] * 20 + [0.0] * (MIN_SILENCE + 1) + [1.0] * 20 + [0.0] * 100
    assert found(pause) == [Span(0, 20), Span(21 + MIN_SILENCE, 41 + MIN_SILENCE)]


def test_speech_may_be_cut_in_the_middle_of_a_breath_and_loses_nothing():
    breath = [1.0] * 20 + [0.0] * BREATH + [1.0] * 20 + [0.0] * (MIN_SILENCE - 1) + [1.0] * 20
    first, second, third = found(breath)
    assert (first, second.start) == (Span(0, 20 + BREATH // 2), 20 + BREATH // 2)
    assert (second.end, third) == (third.start, Span(80, 131))


def test_speech_that_fades_is_not_over_before_it_is_gone():
    assert found([1.0] * 20 + [0.4] * 100 + [0.0] * 100) == [Span(0, 120)]


def test_long_speech_is_cut_at_its_longest_pause():
    before, pause, after = 600, 8, 600
    spans = found([1.0] * before + [0.0] * pause + [1.0] * after)
    assert spans == [Span(0, before), Span(before + pause, before + pause + after)]


def test_speech_without_a_pause_is_cut_where_voice_is_least_likely():
    probabilities = [1.0] * 1200
    probabilities[700] = 0.6
    assert found(probabilities) == [Span(0, 700), Span(700, 1200)]


def test_what_counts_as_speech_may_be_said():
    finder = SpanFinder(VadOptions(threshold=0.8, neg_threshold=0.65, min_silence=5))
    voice = [0.7] * 20 + [0.9] * 20 + [0.0] * 6 + [0.9] * 20
    spans = [finder.feed(probability) for probability in voice]
    assert [*filter(None, spans), finder.finish()] == [Span(20, 40), Span(46, 66)]


def test_much_is_heard_before_a_span_where_there_is_room():
    spans = [Span(100, 200), Span(220, 300), Span(400, 500)]
    assert list(padded(spans, 50)) == [Span(50, 210), Span(210, 312), Span(350, 512)]


def test_a_span_fits_into_a_window_with_what_is_heard_before_it():
    assert VadOptions().longest == MAX_SPEECH
    assert VadOptions(speech_pad=312).longest + 312 + SPEECH_PAD == 937


voices = st.lists(st.sampled_from([0.0, 0.4, 0.6, 1.0]), max_size=60).flatmap(
    lambda kinds: st.lists(st.integers(1, 400), min_size=len(kinds), max_size=len(kinds)).map(
        lambda lengths: [p for p, n in zip(kinds, lengths, strict=True) for _ in range(n)]
    )
)


@given(voices)
def test_spans_are_in_order_short_enough_and_cover_all_that_is_surely_speech(voice: list[float]):
    spans = found(voice)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(MIN_SPEECH <= span.length <= MAX_SPEECH for span in spans)
    covered = {frame for span in spans for frame in range(span.start, span.end)}
    runs = "".join("1" if p == 1.0 else " " for p in voice)
    sure = [at for at in range(len(runs) - 50) if runs[at : at + 50] == "1" * 50]
    assert all(at + 25 in covered for at in sure)


@given(voices)
def test_padding_makes_neighbours_meet_at_most(voice: list[float]):
    spans = found(voice)
    wide = list(padded(spans))
    assert len(wide) == len(spans)
    assert all(a.end <= b.start for a, b in pairwise(wide))
    for span, around in zip(spans, wide, strict=True):
        assert span.start - SPEECH_PAD <= around.start <= span.start
        assert span.end <= around.end <= span.end + SPEECH_PAD
        assert around.start >= 0
