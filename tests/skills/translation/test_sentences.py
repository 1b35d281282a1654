from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from dragoman.domain.transcription import Segment
from dragoman.skills.translation.sentences import Joiner, Sentence, part


def segment(text: str, start_s: float, end_s: float) -> Segment:
    return Segment(0, 0, start_s, end_s, text, (7,), 0.0, -0.1, 1.0, 0.0)


def joined(segments: Sequence[Segment]) -> list[str]:
    joiner = Joiner()
    sentences = [s for one in segments for s in joiner.feed(one)]
    return [sentence.text for sentence in (*sentences, *joiner.finish())]


def test_a_sentence_goes_on_until_its_full_stop():
    said = [segment(" 안녕하세요", 0, 1), segment(" 여러분.", 1, 2), segment(" 네.", 2, 3)]
    assert joined(said) == ["안녕하세요 여러분.", "네."]


def test_a_long_pause_ends_a_sentence():
    assert joined([segment(" 네", 0, 1), segment(" 아니요", 5, 6)]) == ["네", "아니요"]


def test_a_sentence_that_never_ends_is_ended():
    said = [segment(" 그리고 그리고", at, at + 1) for at in range(100)]
    assert max(map(len, joined(said))) < 500


def test_nothing_is_lost():
    said = [segment(f" {n}{'.' if n % 3 else ''}", n, n + 1) for n in range(20)]
    assert " ".join(joined(said)).split() == "".join(one.text for one in said).split()


def test_a_short_sentence_is_one_segment_over_all_its_time():
    sentence = Sentence((segment(" 안녕", 1, 2), segment(" 하세요.", 2, 3)))
    (said,) = sentence.reworded("Hello.")
    assert (said.text, said.start_s, said.end_s, said.tokens) == (" Hello.", 1, 3, ())


def test_a_long_sentence_is_parted_as_its_source_was():
    source = Sentence((segment(" aaaa aaaa", 0, 5), segment(" bbbb bbbb", 5, 12)))
    first, second = source.reworded("one two three four")
    assert (first.text, first.start_s, first.end_s) == (" one two", 0, 5)
    assert (second.text, second.start_s, second.end_s) == (" three four", 5, 12)


@given(st.lists(st.text("ab", min_size=1)), st.lists(st.integers(1, 50), min_size=1))
def test_parting_keeps_every_word_in_order(words: list[str], shares: list[int]):
    parts = part(words, shares)
    assert len(parts) == len(shares)
    assert [word for one in parts for word in one] == words


def test_a_sentence_of_two_segments_is_as_doubtful_as_the_worse_one():
    sure, doubtful = segment(" 안녕", 1, 2), replace(segment(" 하세요.", 2, 3), avg_logprob=-0.9)
    (spoken,) = Sentence((sure, doubtful)).reworded("Hello.")
    assert spoken.avg_logprob == -0.9
