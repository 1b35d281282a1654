"""Stop sequences and log-probabilities, without a model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.domain.chat import ChatEvent, TextDelta, TokenLogprob
from dragoman.engines.llama_cpp.decoding.text_stream import StopSequences


def token(text: str) -> TokenLogprob:
    return TokenLogprob(text, -0.5, text.encode())


def folded(pieces: list[str], stop: list[str]) -> tuple[str, list[TextDelta], StopSequences]:
    fold = StopSequences(0, stop, 20)
    events: list[ChatEvent] = []
    for piece in pieces:
        events += fold.feed(piece, token(piece))
    events += fold.finish()
    deltas = [event for event in events if isinstance(event, TextDelta)]
    return "".join(delta.text for delta in deltas), deltas, fold


def test_text_passes_piece_by_piece_when_there_is_nothing_to_stop_at() -> None:
    _, deltas, _ = folded(["Hel", "lo", "!"], [])
    assert [delta.text for delta in deltas] == ["Hel", "lo", "!"]


def test_the_beginning_of_a_stop_sequence_waits_for_the_next_piece() -> None:
    fold = StopSequences(0, ["END"], None)
    assert [event.text for event in fold.feed("one E", None) if isinstance(event, TextDelta)] == [
        "one "
    ]
    assert fold.feed("N", None) == []
    assert fold.feed("D two", None) == []
    assert fold.stopped


def test_text_that_only_looked_like_a_stop_sequence_comes_after_all() -> None:
    text, _, fold = folded(["an E", "N", "emy EN"], ["END"])
    assert text == "an ENemy EN"
    assert not fold.stopped


def test_of_two_stop_sequences_the_one_that_is_whole_first_counts() -> None:
    text, _, _ = folded(["abcdef"], ["bcdef", "cd"])
    assert text == "ab"


def test_a_token_cut_by_a_stop_sequence_keeps_the_bytes_that_are_shown() -> None:
    _, deltas, _ = folded(["one, tw", "o, three"], ["two"])
    shown = b"".join(entry.data for delta in deltas for entry in delta.logprobs)
    assert shown == b"one, "


@given(
    st.lists(st.text("abé가 ", min_size=1, max_size=4), max_size=12),
    st.lists(st.text("abé가 ", min_size=1, max_size=3), max_size=3),
)
def test_an_answer_ends_where_a_stop_sequence_first_begins_however_it_is_cut(
    pieces: list[str], stop: list[str]
) -> None:
    whole = "".join(pieces)
    ends = [
        (whole.find(sequence) + len(sequence), whole.find(sequence))
        for sequence in stop
        if sequence in whole
    ]
    expected = whole[: min(ends)[1]] if ends else whole
    text, deltas, fold = folded(pieces, stop)
    assert fold.stopped == bool(ends)
    assert len(text) <= len(expected) or not ends
    assert not any(sequence in text for sequence in stop)
    assert expected.startswith(text) if ends else text == expected
    logged = b"".join(entry.data for delta in deltas for entry in delta.logprobs)
    assert logged == text.encode()


@pytest.mark.parametrize("asked", [True, False])
def test_log_probabilities_come_only_when_asked_for(asked: bool) -> None:
    fold = StopSequences(0, [], 0 if asked else None)
    (event,) = fold.feed("Hi", token("Hi"))
    assert isinstance(event, TextDelta)
    assert bool(event.logprobs) is asked
