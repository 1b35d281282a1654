import pytest

from dragoman.skills.english import is_english


@pytest.mark.parametrize(
    "text",
    [
        "Hello. Nice to meet you.",
        "The fiancé ordered a café au lait, please.",
        "Press 1 to mute or unmute yourself.",
        "Seoul!",
        "42 …",
        "I don’t know what you’re talking about.",
        "Your call cannot be completed as dialed.",
    ],
)
def test_english_passes(text: str):
    assert is_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "안녕하세요. 반갑습니다.",
        "Hello는 안녕하세요라는 뜻입니다.",
        "Veuillez composer votre numéro de poste suivi du dièse.",
        "Por favor, marque el número de la extensión.",
        "Bitte geben Sie die Nummer der Konferenz ein und drücken Sie dann Raute.",
        "Per favore inserisca il numero della sua casella.",
        "Пожалуйста, подождите.",
        "请稍等。",
        "お待ちください。",
        "Por favor, digite o número da sua conta e não desligue.",
        "Voer het nummer van de conferentie in en druk op de toets.",
    ],
)
def test_other_languages_do_not(text: str):
    assert not is_english(text)
