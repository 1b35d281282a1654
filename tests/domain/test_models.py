"""Names that are nearly right, and models of another kind."""

import pytest

from dragoman.domain.models import LONGEST_NAME, ModelCard, guess

KNOWN = ("gpt-4o", "whisper-1", "Kokoro-82M")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("GPT-4o", "Did you mean 'gpt-4o'? Upper and lower case differ."),
        ("openai/whisper-1", "Did you mean 'whisper-1'?"),
        ("kokoro-82n", "Did you mean 'Kokoro-82M'?"),
        ("llama", None),
        ("gpt-4o" + "x" * LONGEST_NAME, None),
    ],
)
def test_a_name_that_is_nearly_right_is_guessed(name: str, sentence: str | None) -> None:
    assert guess(name, KNOWN) == sentence


def test_a_model_says_why_it_is_not_for_that_work() -> None:
    card = ModelCard("base", "transcription", "whisper-ct2")
    assert card.unfit("transcription") is None
    assert card.unfit("chat") == "It is a model for transcription, not for chat."
