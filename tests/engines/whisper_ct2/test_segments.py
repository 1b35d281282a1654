from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dragoman.engines.whisper_ct2.decoding import TranscribedWindow
from dragoman.engines.whisper_ct2.fallback import DecodingResult
from dragoman.engines.whisper_ct2.model import DecodedWindow, TimedText, TimedWord
from dragoman.engines.whisper_ct2.segments import SegmentBuilder
from dragoman.engines.whisper_ct2.speech_spans import Span
from dragoman.engines.whisper_ct2.windows import Window

SECOND = 16_000
WINDOW = Window((Span(SECOND, 4 * SECOND),))


def decoded(*texts: TimedText, window: Window = WINDOW) -> list[TranscribedWindow]:
    return [
        TranscribedWindow(
            window, DecodedWindow(texts, 30.0, DecodingResult((), 0.0, -0.2, 1.0, 0.0))
        )
    ]


def piece(text: str, start_s: float, end_s: float, *words: TimedWord) -> TimedText:
    return TimedText(start_s, end_s, text, (1, 2), words)


class Evidence:
    """Always as sure; speech lasts until `until_s`."""

    def __init__(self, voice_probability: float, until_s: float = 100.0) -> None:
        self._certainty = voice_probability
        self._until_s = until_s

    def voice_probability(self, start_s: float, end_s: float) -> float:
        return self._certainty

    def without_silence(self, start_s: float, end_s: float) -> tuple[float, float]:
        return start_s, min(end_s, self._until_s)


LOUD, FAINT = Evidence(1.0), Evidence(0.5)


def test_numbers_begin_at_nought_and_go_on_over_windows():
    times = SegmentBuilder(100.0, LOUD)
    first = list(times.segments(decoded(piece(" a", 0, 1), piece(" b", 1, 2))))
    second = list(times.segments(decoded(piece(" c", 2, 3))))
    assert [segment.index for segment in first + second] == [0, 1, 2]
    assert first[0].seek == 100
    assert (first[0].start_s, first[0].end_s) == (1.0, 2.0)


def test_pieces_without_text_are_no_segments():
    times = SegmentBuilder(100.0, LOUD)
    assert list(times.segments(decoded(piece("  ", 0, 1), piece(" a", 1, 1)))) == []


def test_words_give_a_segment_its_times_and_lose_their_space():
    times = SegmentBuilder(100.0, LOUD)
    words = (TimedWord(" Hello", 0.5, 0.9, 0.8), TimedWord(" there.", 1.0, 1.4, 0.7))
    (segment,) = times.segments(decoded(piece(" Hello there.", 0, 3, *words)))
    assert [word.text for word in segment.words] == ["Hello", "there."]
    assert (segment.start_s, segment.end_s) == (1.5, 2.4)


def test_what_is_said_over_no_voice_out_of_habit_is_dropped_without_a_gap_in_the_numbers():
    times = SegmentBuilder(100.0, FAINT)
    texts = decoded(piece(" Thank you.", 0, 1), piece(" The train leaves.", 1, 2))
    (kept,) = times.segments(texts)
    assert (kept.index, kept.text) == (0, " The train leaves.")


def test_laughter_is_dropped_however_surely_it_is_a_voice():
    times = SegmentBuilder(100.0, LOUD)
    (kept,) = times.segments(decoded(piece(" Hahahaha!", 0, 1), piece(" The train leaves.", 1, 2)))
    assert (kept.index, kept.text) == (0, " The train leaves.")


def test_a_segment_ends_with_the_voice():
    times = SegmentBuilder(100.0, Evidence(1.0, until_s=2.5))
    (segment,) = times.segments(decoded(piece(" a", 0, 3)))
    assert (segment.start_s, segment.end_s) == (1.0, 2.5)


def test_what_was_heard_in_a_gap_stands_where_it_was_said():
    times = SegmentBuilder(100.0, LOUD)
    window = decoded(piece(" a", 0, 1), piece(" c", 2, 3))
    gap = decoded(piece(" b", 0, 1), window=Window((Span(2 * SECOND, 3 * SECOND),)))
    segments = list(times.segments([*window, *gap]))
    assert [(s.text, s.start_s) for s in segments] == [(" a", 1.0), (" b", 2.0), (" c", 3.0)]


seconds = st.floats(-1, 40, allow_nan=False)


@given(st.lists(st.tuples(seconds, seconds, st.lists(st.tuples(seconds, seconds), max_size=4))))
def test_times_only_ever_go_forward_and_stay_inside(
    said: list[tuple[float, float, list[tuple[float, float]]]],
):
    times = SegmentBuilder(4.5, LOUD)
    texts = [
        piece(" x", start, end + 50, *(TimedWord(" y", *word, 0.5) for word in words))
        for start, end, words in said
    ]
    segments = list(times.segments(decoded(*texts)))
    moments = [
        moment
        for segment in segments
        for part in (segment.words or (segment,))
        for moment in (part.start_s, part.end_s)
    ]
    assert all(a <= b for a, b in pairwise(moments))
    assert all(0 <= moment <= 4.5 for moment in moments)
