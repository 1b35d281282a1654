import pytest

from dragoman.domain.transcription import LanguageFound, Segment, Word
from dragoman.wire.audio.flags import FlagPolicy, Review, flags, marked_words


def segment(index: int, text: str, avg_logprob: float) -> Segment:
    return Segment(index, 0, index, index + 1.0, text, (index,), 0.0, avg_logprob, 1.0, 0.0)


SURE, DOUBTFUL, LAST = segment(0, " Yes.", -0.2), segment(1, " Ja?", -0.9), segment(2, " No.", -0.2)


@pytest.mark.parametrize(
    ("policy", "texts"),
    [
        ("keep", [(0, " Yes."), (1, " Ja?"), (2, " No.")]),
        ("mark", [(0, " Yes."), (1, " [? Ja?]"), (2, " No.")]),
        ("drop", [(0, " Yes."), (1, " No.")]),
    ],
)
def test_doubtful_segments_are_kept_marked_or_left_out(
    policy: FlagPolicy, texts: list[tuple[int, str]]
):
    review = Review(policy)
    passed = [review.passed(each) for each in (SURE, DOUBTFUL, LAST)]
    assert [(each.index, each.text) for each in passed if each is not None] == texts
    assert review.dropped == (((1, 2.0),) if policy == "drop" else ())


def test_other_events_pass():
    found = LanguageFound("en", 1.0)
    assert Review("drop").passed(found) is found


def test_a_text_without_a_space_before_it_has_none_before_its_bracket():
    marked = Review("mark").passed(segment(0, "你好", -0.9))
    assert marked is not None
    assert marked.text == "[? 你好]"


def test_cues_of_marked_words_have_the_brackets():
    words = (Word("So", 0.0, 0.5, 0.1), Word("what.", 0.5, 1.0, 0.1))
    doubtful = Segment(0, 0, 0.0, 1.0, " So what.", (), 0.0, -0.9, 1.0, 0.0, words)
    assert [word.text for word in marked_words(doubtful).words] == ["[? So", "what.]"]


def test_a_marked_segment_says_in_its_numbers_why_still():
    marked = Review("mark").passed(DOUBTFUL)
    assert isinstance(marked, Segment)
    assert flags(marked) == ["low_confidence"]
