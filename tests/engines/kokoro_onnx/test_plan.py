"""The first portion is short, and nothing gets lost by that."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.engines.kokoro_onnx.plan import FIRST, LEAD, SHORT_ENOUGH, portions
from dragoman.phonemes.chunk import Chunk, Word


def chunk(phonemes: str) -> Chunk:
    words: list[Word] = []
    first = 0
    for sound in phonemes.split(" "):
        words.append(Word(first, first + len(sound), first, first + len(sound)))
        first += len(sound) + 1
    return Chunk(phonemes, "en", 0, len(phonemes), tuple(words), 250)


def said(chunks: Sequence[Chunk]) -> str:
    return " ".join(part.phonemes for part in chunks)


def test_a_short_sentence_stays_whole():
    sentence = chunk("aaaa bbbb cccc.")
    assert list(portions(iter([sentence]))) == [sentence]


def test_a_long_first_sentence_is_cut_soon():
    text = " ".join(["abcdefghi"] * 15) + "."
    parts = list(portions(iter([chunk(text), chunk(text)])))
    assert len(parts) == 4
    assert FIRST <= len(parts[0].phonemes) < SHORT_ENOUGH
    assert said(parts) == f"{text} {text}"
    assert [part.pause_after_ms for part in parts] == [0, 0, 250, 250]
    for part in parts:
        for word in part.words:
            assert part.phonemes[word.first : word.last].strip(".") == "abcdefghi"


def test_a_clause_is_the_better_place_to_cut():
    text = "abcdefghi abcdefghi, " + " ".join(["abcdefghi"] * 6) + "."
    first, second = portions(iter([chunk(text)]))
    assert first.phonemes == "abcdefghi abcdefghi,"
    assert first.pause_after_ms == 120
    assert second.pause_after_ms == 250


def test_a_long_sentence_after_a_short_one_is_not_waited_for():
    long = " ".join(["abcdefghi"] * 16) + "."
    parts = list(portions(iter([chunk("hi."), chunk(long), chunk(long)])))
    assert said(parts) == f"hi. {long} {long}"
    so_far = 0
    for part in parts:
        assert len(part.phonemes) <= max(SHORT_ENOUGH, LEAD * so_far) + len("abcdefghi")
        so_far += len(part.phonemes)
    assert parts[-1].phonemes == long


@pytest.mark.parametrize("text", ["a" * 150, "a" * 150 + " b"])
def test_a_first_word_that_is_too_long_is_not_cut(text: str):
    assert said(list(portions(iter([chunk(text)])))) == text


def test_what_is_one_place_of_the_text_is_not_cut():
    words = " ".join(["abcdefghi"] * 15) + "."
    whole = chunk(words)
    amount = tuple(
        replace(word, start=whole.words[2].start, end=whole.words[6].end) if 2 <= at <= 6 else word
        for at, word in enumerate(whole.words)
    )
    parts = list(portions(iter([replace(whole, words=amount)])))
    assert said(parts) == words
    assert len(parts) > 1
    place = amount[3].start
    assert sum(any(word.start == place for word in part.words) for part in parts) == 1


@given(
    st.lists(
        st.lists(st.text("abc,;", min_size=1, max_size=60), min_size=1, max_size=20),
        min_size=1,
        max_size=6,
    )
)
def test_every_word_of_the_text_is_in_a_portion_once_and_in_order(sentences: list[list[str]]):
    chunks = [chunk(" ".join(words)) for words in sentences]
    parts = list(portions(iter(chunks)))
    assert said(parts).split() == said(chunks).split()
    places = [(word.start, word.end) for part in chunks for word in part.words]
    assert [(word.start, word.end) for part in parts for word in part.words] == places
