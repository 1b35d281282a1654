import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.domain.written import divided
from dragoman.engines.whisper_ct2.words import TimedWord, join_words


def spoken(parts: list[str]) -> list[TimedWord]:
    """Half a second each."""
    return [TimedWord(part, n / 2, n / 2 + 0.5, 0.5) for n, part in enumerate(parts)]


@pytest.mark.parametrize(
    "parts",
    [
        [" It", " costs", " $1", ",234", ".56,", " which"],
        [" Bonjour,", " aujourd", "'hui", " c", "'est", " l", "'anniversaire"],
        [" 50", "%", " of", " it"],
        [" at", " 10", ":30", " a", ".m.", " or", " 10", ".30"],
        [" 35", ",000원이고", " 20", "%입니다."],
        [" a", " well", "-known", " e", "-mail", " and", "/or"],
        [" rock", " 'n", "'", " roll", " don", "'t", " I", "’m"],
        [" see", " example", ".com", "/a", "?b", " #", "5"],
        [" A", "&B", " x", "=3", " 5", "°C", " 20", "€"],
        [" No", ".", " 5", " (", "five", ")"],
    ],
    ids=lambda parts: "".join(parts).strip()[:20],
)
def test_a_word_is_what_stands_between_spaces(parts: list[str]):
    words = join_words(spoken(parts))
    assert [word.text.strip() for word in words] == "".join(parts).split()


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (["今", "天", "天气", "很", "好", "。"], ["今", "天", "天气", "很", "好。"]),
        (["价", "格", "是", "35", ",000", "元", "，", "50", "%"], None),
        (["「", "はい", "」", "と", "言", "った"], ["「はい」", "と", "言", "った"]),
        ([" stop", "—", "now", " well", "...", "so"], [" stop—", "now", " well...", "so"]),
        (["ส", "วั", "ส", "ดี"], ["ส", "วั", "ส", "ดี"]),
        (["ก", "\u0e34", "น"], ["ก\u0e34", "น"]),
    ],
    ids=["chinese", "number", "brackets", "dashes", "thai", "marks"],
)
def test_where_a_script_has_no_spaces_words_are_what_the_library_says(
    parts: list[str], words: list[str] | None
):
    expected = words or ["价", "格", "是", "35,000", "元，", "50%"]
    assert [word.text for word in join_words(spoken(parts))] == expected


def test_a_joined_word_lasts_from_its_first_part_to_its_last():
    parts = [TimedWord(" $1", 1.0, 1.4, 0.9), TimedWord(",234", 1.4, 2.0, 0.6)]
    (word,) = join_words(parts)
    assert (word.text, word.start_s, word.end_s) == (" $1,234", 1.0, 2.0)
    assert word.probability == pytest.approx((3 * 0.9 + 4 * 0.6) / 7)


@given(st.lists(st.text(min_size=1, max_size=6), max_size=12))
def test_nothing_is_lost_or_doubled(parts: list[str]):
    assert "".join(word.text for word in join_words(spoken(parts))) == "".join(parts)


@given(st.text(max_size=30))
def test_a_divided_text_is_the_text(text: str):
    assert "".join(divided(text)) == text
