"""Words as they are written, with and without spaces between them."""

import pytest

from dragoman.domain.written import divided, parted


@pytest.mark.parametrize(
    ("before", "after", "ends"),
    [
        ("one", " two", True),
        ("one ", "two", True),
        ("", "one", False),
        ("one", "", False),
        ("$", "1", False),
        ("1", ",234", False),
        ("c", "'est", False),
        ("今", "天", True),
        ("「", "今", False),
        ("今", "」", False),
        ("well—", "yes", True),
        ("well--", "yes", True),
    ],
)
def test_a_word_may_end_between_two_texts(before: str, after: str, ends: bool) -> None:
    assert parted(before, after) is ends


@pytest.mark.parametrize(
    ("text", "words"),
    [("今天好", ["今", "天", "好"]), ("don't", ["don't"]), ("", [])],
)
def test_a_text_is_divided_where_its_script_has_no_spaces(text: str, words: list[str]) -> None:
    assert list(divided(text)) == words
