import pytest

from dragoman.engines.whisper_ct2.hallucinations import is_hallucination


@pytest.mark.parametrize(
    "text", [" You", " Thank you.", "I'm sorry.", " ご視聴ありがとうございました", "..."]
)
def test_a_habit_over_a_faint_voice_is_invented(text: str):
    assert is_hallucination(text, -0.2, 0.5)


def test_the_same_words_are_believed_when_somebody_surely_speaks():
    assert not is_hallucination(" Thank you.", -0.9, 0.97)


def test_improbable_text_over_a_faint_voice_is_invented():
    assert is_hallucination(" The moon is made of cheese.", -1.2, 0.3)
    assert not is_hallucination(" The moon is made of cheese.", -0.3, 0.3)
    assert not is_hallucination(" The moon is made of cheese.", -1.2, 0.8)
