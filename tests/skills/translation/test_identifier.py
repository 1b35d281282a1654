import pytest

from dragoman.skills.translation.identifier import Identifier


@pytest.fixture(scope="module")
def identifier() -> Identifier:
    return Identifier()


@pytest.mark.parametrize(
    "text",
    [
        "Hello. Nice to meet you.",
        "The café is closed today; my fiancé will call you.",
        "Press 1 to mute or unmute yourself.",
        "Seoul!",
        "42 …",
        "I don’t know what you’re talking about.",
        "Your call cannot be completed as dialed.",
        "Password incorrect.",
    ],
)
@pytest.mark.parametrize("other", ["ko", "es", "fr", "it", "ru", "de"])
async def test_english_passes(identifier: Identifier, text: str, other: str):
    assert await identifier.passes(text, "en", (other,))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ko", "안녕하세요. 반갑습니다."),
        ("ko", "Hello는 안녕하세요라는 뜻입니다."),
        ("fr", "Veuillez composer votre numéro de poste suivi du dièse."),
        ("es", "Por favor, marque el número de la extensión."),
        ("de", "Bitte geben Sie die Nummer der Konferenz ein und drücken Sie dann Raute."),
        ("it", "Per favore inserisca il numero della sua casella."),
        ("ru", "Пожалуйста, подождите."),
        ("zh", "请稍等。"),
        ("ja", "お待ちください。"),
        ("pt", "Por favor, digite o número da sua conta e não desligue."),
        ("nl", "Voer het nummer van de conferentie in en druk op de toets."),
        ("pl", "Proszę podać numer konferencji."),
        ("vi", "Vui lòng nhập mật khẩu của bạn."),
    ],
)
async def test_what_is_still_in_its_own_language_is_not_english(
    identifier: Identifier, language: str, text: str
):
    assert not await identifier.passes(text, "en", (language,))
    assert await identifier.passes(text, language, ("en",))


@pytest.mark.parametrize(
    ("language", "right", "wrong"),
    [
        ("ko", "회의는 오후 세 시에 시작합니다.", "The meeting starts at three."),
        ("ko", "OpenAI의 모델입니다.", "OpenAI의 model is a good model."),
        ("ja", "会議は三時に始まります。", "会议三点开始。"),
        ("zh", "会议三点开始。", "会議は三時に始まります。"),
        ("es", "La reunión empieza a las tres.", "The meeting starts at three."),
        ("de", "Die Besprechung beginnt um drei Uhr.", "The meeting starts at three."),
        ("ru", "Встреча начинается в три часа.", "Зустріч починається о третій годині."),
        ("th", "การประชุมเริ่มเวลาสามโมง", "The meeting starts at three."),
    ],
)
async def test_other_languages_are_told_apart(
    identifier: Identifier, language: str, right: str, wrong: str
):
    others = ("en", "ja", "zh", "uk")
    assert await identifier.passes(right, language, others)
    assert not await identifier.passes(wrong, language, others)


async def test_a_sentence_of_another_language_is_found_and_a_word_is_not(identifier: Identifier):
    possible = ("en", "ko", "es", "fr")
    assert await identifier.other("반갑습니다.", "en", possible) == "ko"
    assert await identifier.other("¿Dónde está la estación de tren?", "en", possible) == "es"
    assert await identifier.other("Where is the train station?", "en", possible) is None
    assert await identifier.other("Hola.", "en", possible) is None


async def test_english_in_a_recording_of_another_language_is_seen(identifier: Identifier):
    assert await identifier.surely("Please hold the line for a moment.", "en", "ko")
    assert await identifier.surely("Please hold the line for a moment.", "en", "es")
    assert not await identifier.surely("Espere un momento, por favor.", "en", "es")
    assert not await identifier.surely(
        "Annyeonghaseyo yeoreobun bangapseumnida mannaseo", "en", "ko"
    )
