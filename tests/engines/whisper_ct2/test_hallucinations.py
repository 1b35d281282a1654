import pytest

from dragoman.engines.whisper_ct2.hallucinations import holds_more, is_hallucination


@pytest.mark.parametrize(
    "text", [" You", " Thank you.", "I'm sorry.", " ご視聴ありがとうございました", "..."]
)
def test_a_habit_over_a_faint_voice_is_invented(text: str):
    assert is_hallucination(text, -0.2, 0.5)


def test_the_same_words_are_believed_when_somebody_surely_speaks():
    assert not is_hallucination(" Thank you.", -0.9, 0.97)


def test_the_same_words_in_sure_text_are_believed_when_somebody_likely_speaks():
    assert not is_hallucination(" Thank you.", -0.23, 0.84)
    assert is_hallucination(" Thank you.", -0.23, 0.7)
    assert is_hallucination(" Thank you.", -0.5, 0.84)


def test_improbable_text_over_a_faint_voice_is_invented():
    assert is_hallucination(" The moon is made of cheese.", -1.2, 0.3)
    assert not is_hallucination(" The moon is made of cheese.", -0.3, 0.3)
    assert not is_hallucination(" The moon is made of cheese.", -1.2, 0.8)


@pytest.mark.parametrize(
    ("longer", "text", "more"),
    [
        ("Please try again. Ever tried.", " please try again", True),
        ("Please, try it again. Ever tried.", "Please try again.", True),
        ("Ever tried. Please try again.", "Please try again.", True),
        ("Please try again!", "Please try again.", False),
        ("Ever tried. Ever failed. No matter.", "Please try again.", False),
        ("다시 시도해 주세요. 괜찮습니다.", "다시 시도해 주세요.", True),
        ("", "Please", False),
    ],
)
def test_a_longer_text_holds_another_with_more_words(longer: str, text: str, more: bool):
    assert holds_more(longer, text) is more
