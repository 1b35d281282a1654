import pytest

from dragoman.domain.models import ModelCard
from dragoman.skills.translation.translator import MEASURED, Measured, best

EARS = ModelCard("ears", "transcription", "fake")
KNOWS = ModelCard("chat", "chat", "fake", languages=("en", "ko"))
SAYS_NOTHING = ModelCard("other", "chat", "fake")


def test_the_chat_model_translates_what_it_knows():
    assert best("ko", EARS, KNOWS) == "chat"
    assert best("cy", EARS, KNOWS) == "recogniser"


def test_a_model_that_lists_no_languages_is_given_all():
    assert best("cy", EARS, SAYS_NOTHING) == "chat"


@pytest.mark.parametrize(("models", "table"), MEASURED.items())
def test_what_was_measured_decides(models: tuple[str, str], table: dict[str, Measured]):
    ears = ModelCard(models[0], "transcription", "fake")
    chat = ModelCard(models[1], "chat", "fake", languages=("en",))
    for language, measured in table.items():
        better = "chat" if measured.chat >= measured.recogniser else "recogniser"
        assert best(language, ears, chat) == better
