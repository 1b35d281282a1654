import numpy as np

from dragoman.engines.whisper_ct2.speech_spans import Span
from dragoman.engines.whisper_ct2.windows import Window, WindowPacker

S = 16_000


def spans(*seconds: tuple[float, float]) -> tuple[Span, ...]:
    return tuple(Span(int(start * S), int(end * S)) for start, end in seconds)


def test_as_many_spans_as_fit_make_a_window():
    packer = WindowPacker(iter(spans((0, 10), (20, 30), (40, 52), (60, 61))), 30 * S)
    windows = [packer.window(), packer.window(), packer.window()]
    assert windows == [Window(spans((0, 10), (20, 30))), Window(spans((40, 52), (60, 61))), None]


def test_spans_that_meet_are_one_in_a_window():
    packer = WindowPacker(iter(spans((0, 10), (10, 20), (20, 31), (40, 45))), 30 * S)
    windows = [packer.window(), packer.window(), packer.window()]
    assert windows == [Window(spans((0, 20))), Window(spans((20, 31), (40, 45))), None]


def test_a_span_is_heard_even_if_it_is_longer_than_a_window():
    packer = WindowPacker(iter(spans((0, 40))), 30 * S)
    assert packer.window() == Window(spans((0, 40)))
    assert packer.window() is None


def test_a_window_sounds_like_its_spans_spliced():
    recording = np.arange(10, dtype=np.int16)
    window = Window((Span(1, 3), Span(6, 9)))
    assert window.samples(recording).tolist() == [1, 2, 6, 7, 8]
    assert window.length == 5


def test_times_are_those_of_the_recording():
    window = Window(spans((10, 14), (20, 25)))
    assert window.between(1.0, 2.0) == (11.0, 12.0)
    assert window.between(5.0, 6.5) == (21.0, 22.5)
    assert window.between(2.0, 8.0) == (12.0, 24.0)


def test_times_stay_inside_the_window():
    window = Window(spans((10, 14)))
    assert window.between(-1.0, 99.0) == (10.0, 14.0)


def test_nothing_hangs_over_a_silence_that_was_cut_out():
    window = Window(spans((10, 14), (20, 25)))
    assert window.between(3.8, 6.0) == (20.0, 22.0)
    assert window.between(1.0, 4.3) == (11.0, 14.0)
    assert window.between(1.0, 4.0) == (11.0, 14.0)
    assert window.between(4.0, 6.0) == (20.0, 22.0)


def test_the_rest_begins_where_hearing_ended():
    window = Window(spans((10, 14), (20, 25)))
    assert window.rest(2.0) == spans((12, 14), (20, 25))
    assert window.rest(4.0) == spans((20, 25))
    assert window.rest(6.0) == spans((22, 25))
    assert window.rest(9.0) == ()


def test_a_rest_too_short_for_a_word_is_left():
    window = Window(spans((10, 14)))
    assert window.rest(3.9) == ()
