"""Captions: the whole text, in readable pieces, in order."""

import re

from hypothesis import given
from hypothesis import strategies as st

from dragoman.audio import subtitles
from dragoman.audio.captions import LONGEST, captions
from dragoman.domain.speech import SpokenWord


def spoken(text: str) -> list[SpokenWord]:
    """Every word takes half a second."""
    found = re.finditer(r"\w+", text)
    return [
        SpokenWord(word.start(), word.end(), at / 2, at / 2 + 0.5) for at, word in enumerate(found)
    ]


def test_a_sentence_is_a_caption_with_its_punctuation():
    text = 'He said: "Go!" “Where?” she asked.'
    shown = captions(text, spoken(text))
    assert [caption.text for caption in shown] == ['He said: "Go!"', "“Where?”", "she asked."]
    assert [(caption.start_s, caption.end_s) for caption in shown] == [(0, 1.5), (1.5, 2), (2, 3)]


def test_a_long_sentence_is_cut_before_it_is_too_long():
    text = "word " * 40 + "end."
    shown = captions(text, spoken(text))
    assert max(len(caption.text) for caption in shown) <= LONGEST
    assert " ".join(caption.text for caption in shown) == text


def test_a_text_without_words_has_no_captions():
    assert captions("😀", []) == []
    assert subtitles.vtt(captions("😀", [])) == "WEBVTT\n\n"


def test_both_formats_are_written():
    text = "안녕하세요. 반갑습니다."
    shown = captions(text, spoken(text))
    assert subtitles.srt(shown) == (
        "1\n00:00:00,000 --> 00:00:00,500\n안녕하세요.\n\n"
        "2\n00:00:00,500 --> 00:00:01,000\n반갑습니다.\n\n"
    )


@given(st.text(alphabet='abc .!?,…\n"”“가나', max_size=200))
def test_nothing_of_a_text_is_lost(text: str):
    words = spoken(text)
    shown = captions(text, words)
    if words:
        assert "".join("".join(caption.text for caption in shown).split()) == "".join(text.split())
    assert all(caption.start_s < caption.end_s for caption in shown)
