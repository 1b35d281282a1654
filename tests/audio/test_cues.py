from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.audio import subtitles
from dragoman.audio.cues import Cue, cues, wrapped
from dragoman.domain.transcription import Segment, Word


def segment(text: str, *words: Word, start_s: float = 0.0, end_s: float = 10.0) -> Segment:
    return Segment(0, 0, start_s, end_s, text, (), 0.0, -0.1, 1.0, 0.0, words)


def spoken(text: str, *, pauses: dict[str, float] | None = None) -> Segment:
    """Half a second a word, and a pause after some."""
    now = 0.0
    words: list[Word] = []
    for word in text.split():
        words.append(Word(word, now, now + 0.5, 0.9))
        now += 0.5 + (pauses or {}).get(word, 0.0)
    return segment(f" {text}", *words, end_s=now)


def test_short_text_is_one_cue_with_the_times_of_its_words():
    assert cues([spoken("We meet at noon")], 42) == [Cue("We meet at noon", 0.0, 2.0)]


def test_sentences_and_pauses_end_cues():
    said = spoken("Yes. I think so we go", pauses={"so": 0.9})
    assert [cue.text for cue in cues([said], 42)] == ["Yes.", "I think so", "we go"]


def test_a_cue_has_two_lines_at_most():
    found = cues([spoken("one two three four five six seven eight")], 10)
    assert [wrapped(cue.text, 10) for cue in found] == [
        ["one two", "three four"],
        ["five six", "seven"],
        ["eight"],
    ]
    assert [cue.start_s for cue in found] == [0.0, 2.0, 3.5]


def test_korean_is_broken_between_words():
    text = "오늘 저녁에는 가족과 함께 공원에서 산책을 했습니다"
    (cue,) = cues([spoken(text)], 16)
    assert wrapped(cue.text, 16) == ["오늘 저녁에는 가족과 함께", "공원에서 산책을 했습니다"]


def test_chinese_keeps_its_words_together_without_spaces():
    words = [Word(sign, n * 0.5, n * 0.5 + 0.5, 0.9) for n, sign in enumerate("今天天气很好")]
    (cue,) = cues([segment("今天天气很好", *words)], 10)
    assert cue == Cue("今天天气很好", 0.0, 3.0)


def test_text_without_words_is_spoken_evenly():
    first, second = cues([segment(" Hello there. Good day.", start_s=2.0, end_s=4.3)], 42)
    assert (first.text, second.text) == ("Hello there.", "Good day.")
    assert first.start_s == pytest.approx(2.1)
    assert first.end_s == pytest.approx(3.3)
    assert second.end_s == pytest.approx(4.3)


def test_a_cue_stays_until_it_is_read_but_not_into_the_next():
    said = spoken("Unbelievable. Extraordinary.", pauses={"Unbelievable.": 0.2})
    first, second = cues([said], 42, chars_per_second=10)
    assert first.end_s == second.start_s == 0.7
    assert second.end_s == pytest.approx(0.7 + 1.4)


def test_a_word_that_is_too_long_is_broken_where_the_line_is_full():
    assert wrapped("Donaudampfschifffahrt", 10) == ["Donaudampf", "schifffahr", "t"]


def test_a_number_in_text_without_spaces_is_not_broken():
    assert wrapped("这件大衣的价格是35,000.50元人民币", 12) == [
        "这件大衣的价格是",
        "35,000.50元人民",
        "币",
    ]


def test_an_abbreviation_does_not_end_a_cue():
    said = spoken("At 10:30 a.m. we go. The U.S. team waits.")
    assert [cue.text for cue in cues([said], 42)] == [
        "At 10:30 a.m. we go.",
        "The U.S. team waits.",
    ]


def test_cues_never_break_inside_a_word():
    text = "Aujourd'hui c'est l'anniversaire d'Anne: 1,234.56 € à 10:30, 50% de moins"
    found = cues([spoken(text)], 16)
    lines = [line for cue in found for line in wrapped(cue.text, 16)]
    assert " ".join(lines).split() == text.split()


def test_lines_are_written():
    said = [Cue("We meet at noon", 0.0, 1.0)]
    assert subtitles.srt(said, 10) == "1\n00:00:00,000 --> 00:00:01,000\nWe meet\nat noon\n\n"
    assert subtitles.vtt(said, 10).endswith("\nWe meet\nat noon\n\n")


texts = st.lists(st.text("abc안녕.", min_size=1, max_size=9), min_size=1, max_size=30).map(" ".join)


@given(texts, st.integers(10, 40), st.sampled_from([None, 12.0]))
def test_nothing_is_lost_and_every_line_fits(text: str, width: int, speed: float | None):
    found = cues([spoken(text)], width, speed)
    assert " ".join(cue.text for cue in found).split() == text.split()
    for cue in found:
        lines = wrapped(cue.text, width)
        assert len(lines) <= 2
        assert all(0 < len(line) <= width for line in lines)
    assert all(a.end_s <= b.start_s for a, b in pairwise(found))
    assert all(cue.start_s < cue.end_s for cue in found)
