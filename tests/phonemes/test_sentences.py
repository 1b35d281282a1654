"""Where sentences end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.phonemes.sentences import PARAGRAPH_MS, SENTENCE_MS, sentences


def split(text: str) -> list[str]:
    return [text[sentence.start : sentence.end] for sentence in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Hello there.|How are you?|Fine!",
        "Dr. Smith met Mr. Lee.|They talked.",
        "He said “Stop!” and left.|Then came back.",
        '"Stop!" she said.|"Why?"',
        "It costs $3.50 at 3.30 p.m. on Monday.|Right.",
        "We left at 5 p.m.|They stayed.",
        "See e.g. the U.S. economy, i.e. growth.|Done.",
        "He moved to the U.S.|Then he wrote.",
        "J. K. Rowling wrote it.|She did.",
        "J.R.R. Tolkien wrote it.|He did.",
        "The U.S. President and C.S. Lewis met.|They talked.",
        "I live in Apt. 4B now.|It is small.",
        "Take .5 mg.|Then rest.",
        "Visit example.com today.|Bye.",
        "Wait... what?|Oh.",
        "No. 5 is alive.|Yes.",
        "(This is aside.)|This is not.",
        "Version 3.11.2 is out.|Get it.",
        "안녕하세요.|반갑습니다.",
        "오늘은 3.5도입니다.|춥네요!|그렇죠?",
        "그는 “가자!”라고 말했다.|끝.",
        "밥 먹었어?|응…|나도.",
        "정말요?!|네.",
        "이것은 문장이다.그리고 붙었다.",
        "The first\n|- one.\n|- Two.",
        "1. First thing\n|2. Second thing",
        "La Sra. Ruiz y el Dr. Gil salen.|¿Adónde van?|¡No sé!",
        "M. Dupont et Mme. Petit arrivent.|Où ?|Ici.",
        "Il Sig. Rossi è qui.|Davvero?",
        "O Sr. Silva chegou na Av. Paulista.|Sim.",
    ],
)
def test_sentences_end_where_a_reader_stops(text: str):
    whole = text.replace("|", " " if "\n" not in text else "")
    if "다.그리고" in text:
        assert split(whole) == ["이것은 문장이다.", "그리고 붙었다."]
    else:
        assert split(whole) == [part.strip() for part in text.split("|")]


def test_east_asian_sentences_end_without_a_space():
    assert split("行きます。はい！本当?そうです。") == [
        "行きます。",
        "はい！",
        "本当?",
        "そうです。",
    ]
    assert split("他说：“走吧！”然后走了。") == ["他说：“走吧！”", "然后走了。"]


def test_a_wrapped_line_goes_on_and_a_short_one_ends():
    wrapped = "This line is so long that somebody's editor has\nwrapped it here, as you see."
    assert split(wrapped) == [wrapped]
    assert split("Roses are red\nViolets are blue") == ["Roses are red", "Violets are blue"]


def test_paragraphs_are_further_apart():
    pauses = [sentence.pause_after_ms for sentence in sentences("One. Two.\n\nThree.")]
    assert pauses == [SENTENCE_MS, PARAGRAPH_MS, SENTENCE_MS]


@given(st.text(alphabet="aB1 .!?…\n\"'”)가。,-", max_size=60))
def test_nothing_but_space_is_ever_left_out(text: str):
    found = sentences(text)
    position = 0
    for sentence in found:
        assert not text[position : sentence.start].strip()
        assert sentence.end > sentence.start
        position = sentence.end
    assert not text[position:].strip()
