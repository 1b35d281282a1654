from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from dragoman.domain.chat import (
    CHAT,
    ChatEvent,
    ChatFinished,
    ChatRequest,
    ChoiceFinished,
    FinishReason,
    TextDelta,
    Usage,
)
from dragoman.domain.engine import EngineSpec, Outlet, ask
from dragoman.domain.errors import (
    EngineFailed,
    EngineUnavailable,
    Overloaded,
    RequestInvalid,
    ServiceError,
)
from dragoman.domain.models import ModelCard
from dragoman.domain.transcription import (
    AUDIO_CODEC,
    TRANSCRIPTION,
    DecodeRequest,
    LanguageFound,
    Recording,
    Segment,
    TranscriptionEvent,
    TranscriptionFinished,
    TranscriptionRequest,
    Translated,
    Way,
)
from dragoman.engines import codecs, whisper_ct2
from dragoman.serving.threads import Hosted
from dragoman.skills.translation.identifier import Identifier
from dragoman.skills.translation.interpreter import LONGEST_PROMPT
from dragoman.skills.translation.translator import Translator
from fake_engines import Held
from workers import in_worker

OWN = " The recogniser's own words."
GREETING = (" Hello.", " Nice to meet you.")
REQUEST = TranscriptionRequest(Recording("nowhere", 160_000), task="translate", prompt="Hong")


def segment(text: str, start_s: float, end_s: float, index: int = 0) -> Segment:
    return Segment(index, 0, start_s, end_s, text, (7,), 0.0, -0.1, 1.0, 0.0)


class Ears:
    """Hears the same two sentences, or its own translation of them."""

    concurrency = 1

    def __init__(
        self,
        language: str = "ko",
        own: str = OWN,
        said: tuple[str, str] = (" 안녕하세요.", " 반갑습니다."),
    ) -> None:
        self.requests: list[TranscriptionRequest] = []
        self._language = language
        self._own = own
        self._said = said

    def run(self, request: TranscriptionRequest, outlet: Outlet[TranscriptionEvent]) -> None:
        self.requests.append(request)
        outlet.emit(LanguageFound(self._language, 0.9))
        if request.task == "translate":
            outlet.emit(segment(self._own, 0.0, 2.0))
        else:
            outlet.emit(segment(self._said[0], 0.0, 1.0))
            outlet.emit(segment(self._said[1], 3.0, 4.5, index=1))
        outlet.emit(TranscriptionFinished(2.5))

    def close(self) -> None:
        pass


class Chat:
    """Answers from a list."""

    concurrency = 1

    def __init__(self, *answers: str, reason: FinishReason = "stop") -> None:
        self.requests: list[ChatRequest] = []
        self._answers = list(answers)
        self._reason: FinishReason = reason

    def run(self, request: ChatRequest, outlet: Outlet[ChatEvent]) -> None:
        self.requests.append(request)
        outlet.emit(TextDelta(0, self._answers.pop(0)))
        outlet.emit(ChoiceFinished(0, self._reason))
        outlet.emit(ChatFinished(Usage(1, 1)))

    def close(self) -> None:
        pass


class Fails:
    """Answers some requests, then breaks."""

    concurrency = 1

    def __init__(self, error: ServiceError, *answers: str) -> None:
        self.requests: list[ChatRequest] = []
        self._chat = Chat(*answers)
        self._error = error
        self._left = len(answers)

    def run(self, request: ChatRequest, outlet: Outlet[ChatEvent]) -> None:
        self.requests.append(request)
        if not self._left:
            raise self._error
        self._left -= 1
        self._chat.run(request, outlet)

    def close(self) -> None:
        pass


IDENTIFIER = Identifier()  # loaded once
CARD = ModelCard("ears", "transcription", "fake")
KNOWN = ("en", "ko", "es", "fr")


async def translated(
    ears: Ears,
    chat: Chat | Fails | None,
    request: TranscriptionRequest = REQUEST,
    *,
    known: tuple[str, ...] = KNOWN,
    way: Way | None = None,
) -> list[TranscriptionEvent]:
    engines = Held(
        {CHAT: {"c": chat}} if chat else {}, {"c": ModelCard("c", "chat", "fake", languages=known)}
    )
    translator = Translator(Hosted(ears), CARD, engines, IDENTIFIER, way)
    async with aclosing(translator.stream(request)) as events:
        return [event async for event in events]


def ways(events: list[TranscriptionEvent]) -> list[Translated | None]:
    return [event.translated for event in events if isinstance(event, Segment)]


def texts(events: list[TranscriptionEvent]) -> list[str]:
    return [event.text for event in events if isinstance(event, Segment)]


async def test_sentences_are_translated_by_the_chat_model_at_the_times_of_the_source():
    chat = Chat("Hello.", '"Nice to meet you."')
    events = await translated(Ears(), chat)
    assert events[0] == LanguageFound("ko", 0.9)
    first, second = (event for event in events if isinstance(event, Segment))
    assert (first.index, first.text, first.start_s, first.end_s) == (0, " Hello.", 0.0, 1.0)
    assert (second.index, second.text, second.start_s) == (1, " Nice to meet you.", 3.0)
    assert (first.tokens, first.words) == ((), ())
    assert ways(events) == ["chat", "chat"]
    assert events[-1] == TranscriptionFinished(2.5)


async def test_the_chat_model_is_told_the_language_and_the_prompt():
    chat = Chat("Hello.", "Nice to meet you.")
    ears = Ears()
    await translated(ears, chat)
    system, user = chat.requests[0].messages
    assert "Korean" in system.text
    assert "Hong" in system.text
    assert user.text == "안녕하세요."
    assert ears.requests[0].prompt is None


async def test_the_chat_model_is_told_the_end_of_a_long_prompt():
    chat = Chat("Hello.", "Nice to meet you.")
    await translated(Ears(), chat, replace(REQUEST, prompt="Kim " * 1000 + "Hong"))
    system = chat.requests[0].messages[0].text
    assert system.endswith("Kim Hong")
    assert len(system) < 2 * LONGEST_PROMPT


class Silence(Ears):
    def run(self, request: TranscriptionRequest, outlet: Outlet[TranscriptionEvent]) -> None:
        outlet.emit(LanguageFound("en", 0.0))
        outlet.emit(TranscriptionFinished(0.0))


@pytest.mark.parametrize("into", ["en", "ko"])
async def test_silence_has_no_translation(into: str):
    events = await translated(Silence(), Chat(), replace(REQUEST, into=into))
    assert events == [LanguageFound("en", 0.0), TranscriptionFinished(0.0)]


async def test_an_answer_that_is_not_english_is_asked_for_again():
    chat = Chat("안녕하세요!", "Hello.", "Nice to meet you.")
    assert texts(await translated(Ears(), chat)) == [" Hello.", " Nice to meet you."]
    assert len(chat.requests) == 3


@pytest.mark.parametrize(
    "answer", ["안녕하세요!", "", "안녕하세요."], ids=["Korean", "empty", "echo"]
)
async def test_after_two_failures_the_recognisers_own_words_stand_in(answer: str):
    chat = Chat(answer, answer, "Nice to meet you.")
    ears = Ears()
    events = await translated(ears, chat)
    assert texts(events) == [OWN, " Nice to meet you."]
    assert ways(events) == ["recogniser", "chat"]
    assert [request.task for request in ears.requests] == ["transcribe", "translate"]


async def test_an_answer_that_was_cut_off_is_not_believed():
    chat = Chat(*["Hello hello hello"] * 4, reason="length")
    assert texts(await translated(Ears(), chat))[0] == OWN


async def test_without_a_chat_model_the_recogniser_translates():
    events = await translated(Ears(), None)
    assert (texts(events), ways(events)) == ([OWN], ["recogniser"])


async def test_a_translation_that_failed_says_so():
    answer = "안녕하세요!"
    chat = Chat(*[answer] * 4)
    events = await translated(Ears(own=" 안녕하세요."), chat)
    assert texts(events) == [" 안녕하세요.", " 반갑습니다."]
    assert ways(events) == ["nobody", "nobody"]
    assert ways(await translated(Ears(own=" 안녕하세요."), None)) == ["nobody"]


@pytest.mark.parametrize("said", [GREETING, (" 안녕하세요.", " Please hold the line, caller.")])
async def test_what_is_english_is_left_as_it_is(said: tuple[str, str]):
    heard = "en" if said is GREETING else "ko"
    plain = replace(REQUEST, prompt=None)
    events = await translated(Ears(heard, said=said), Chat("Hello."), plain)
    assert texts(events) == [" Hello.", said[1]]
    assert ways(events)[1] == "as_spoken"


async def test_english_speech_is_heard_in_the_light_of_the_prompt():
    ears = Ears("en", said=GREETING)
    events = await translated(ears, Chat())
    assert [event for event in events if isinstance(event, LanguageFound)] == [
        LanguageFound("en", 0.9)
    ]
    assert texts(events) == list(GREETING)
    again = ears.requests[-1]
    assert (again.task, again.language, again.prompt) == ("transcribe", "en", "Hong")


async def test_a_sentence_of_another_language_in_english_speech_is_translated():
    plain = replace(REQUEST, prompt=None)
    said = (" Hello.", " 반갑습니다.")
    events = await translated(Ears("en", said=said), Chat("Nice to meet you."), plain)
    assert texts(events) == list(GREETING)
    assert ways(events) == ["as_spoken", "chat"]


@pytest.mark.parametrize("asked", [True, False], ids=["caller", "operator"])
async def test_the_recogniser_translates_where_that_is_asked_for(asked: bool):
    chat = Chat()
    ears = Ears()
    request = replace(REQUEST, way="recogniser" if asked else None)
    events = await translated(ears, chat, request, way=None if asked else "recogniser")
    assert (texts(events), ways(events)) == ([OWN], ["recogniser"])
    assert chat.requests == []
    assert (ears.requests[-1].task, ears.requests[-1].prompt) == ("translate", "Hong")
    assert [type(event) for event in events].count(LanguageFound) == 1


async def test_the_recogniser_translates_what_the_chat_model_does_not_know():
    assert ways(await translated(Ears("cy"), Chat())) == ["recogniser"]


async def test_what_the_recogniser_leaves_untranslated_is_given_to_the_chat_model():
    request = replace(REQUEST, way="recogniser")
    events = await translated(Ears(own=" 안녕하세요."), Chat("Hello."), request)
    assert (texts(events), ways(events)) == ([" Hello."], ["chat"])


@pytest.mark.parametrize("error", [EngineFailed("it died"), EngineUnavailable("it is gone")])
async def test_where_the_chat_model_breaks_the_recogniser_goes_on(error: ServiceError):
    chat = Fails(error, "Hello.")
    events = await translated(Ears(own=" Own."), chat)
    assert ways(events) == ["chat", "nobody"]  # its own words are of the first sentence
    chat = Fails(error)
    events = await translated(Ears(), chat)
    assert texts(events)[0] == OWN
    assert ways(events)[0] == "recogniser"
    assert len(chat.requests) == 1


async def test_into_another_language():
    said = (" Hello.", " Nice to meet you.")
    request = replace(REQUEST, into="ko")
    chat = Chat("안녕하세요.", "반갑습니다.")
    events = await translated(Ears("en", said=said), chat, request)
    assert texts(events) == [" 안녕하세요.", " 반갑습니다."]
    assert ways(events) == ["chat", "chat"]
    assert "into natural Korean" in chat.requests[0].messages[0].text
    first = next(event for event in events if isinstance(event, Segment))
    assert (first.start_s, first.end_s) == (0.0, 1.0)


async def test_an_answer_in_english_is_no_answer_where_korean_was_asked_for():
    request = replace(REQUEST, into="ko")
    chat = Chat(*["Hello, all of you."] * 4)
    events = await translated(Ears("es", said=(" Hola.", " Mucho gusto.")), chat, request)
    assert ways(events) == ["nobody", "nobody"]


async def test_what_is_spoken_in_the_language_asked_for_stays():
    events = await translated(Ears("ko"), Chat(), replace(REQUEST, into="ko"))
    assert texts(events) == [" 안녕하세요.", " 반갑습니다."]
    assert ways(events) == ["as_spoken", "as_spoken"]


async def test_a_language_that_only_the_recogniser_knows_goes_by_way_of_english():
    ears = Ears("cy", own=" Good morning, all.")
    chat = Chat("안녕하세요.")
    events = await translated(ears, chat, replace(REQUEST, into="ko"))
    assert (texts(events), ways(events)) == ([" 안녕하세요."], ["chat"])
    assert chat.requests[0].messages[-1].text == "Good morning, all."


@pytest.mark.parametrize("known", [("en", "es"), ()])
async def test_a_language_that_no_model_knows_is_refused(known: tuple[str, ...]):
    with pytest.raises(RequestInvalid) as caught:
        await translated(Ears(), Chat(), replace(REQUEST, into="ko"), known=known)
    assert (caught.value.param, caught.value.code) == ("x_to_language", "unsupported_language")


@pytest.mark.parametrize(
    ("request_", "param"),
    [
        (replace(REQUEST, into="ko"), "x_to_language"),
        (replace(REQUEST, way="chat"), "x_translate_by"),
    ],
)
async def test_what_takes_a_chat_model_is_refused_without_one(
    request_: TranscriptionRequest, param: str
):
    with pytest.raises(RequestInvalid) as caught:
        await translated(Ears(), None, request_)
    assert caught.value.param == param


async def test_a_chat_model_that_breaks_is_told_where_nobody_else_knows_the_language():
    request = replace(REQUEST, into="es")
    with pytest.raises(EngineFailed):
        await translated(Ears(), Fails(EngineFailed("it died")), request)


async def test_a_transcription_is_none_of_its_business():
    chat = Chat()
    plain = TranscriptionRequest(REQUEST.recording, prompt="kept")
    ears = Ears()
    assert len(texts(await translated(ears, chat, plain))) == 2
    assert ears.requests == [plain]
    assert chat.requests == []


async def test_a_chat_model_that_is_too_busy_says_so():
    with pytest.raises(Overloaded):
        await translated(Ears(), Fails(Overloaded("too many")))


@pytest.mark.model
async def test_korean_speech_becomes_an_english_greeting(
    weights: Callable[[str], Path], tmp_path: Path
):
    spec = EngineSpec("llama-cpp", str(weights("qwen2.5-coder-1.5b-instruct")))
    ears = whisper_ct2.load(EngineSpec("whisper-ct2", str(weights("whisper-base"))))
    codec = codecs.load_audio(EngineSpec("audio-codec", ""))
    speech = Path(__file__).parents[2] / "data/speech.mp3"
    request = DecodeRequest(str(speech), str(tmp_path / "samples"), 60)
    async with in_worker(CHAT, spec) as chat:
        engines = Held({AUDIO_CODEC: {"a": codec}, TRANSCRIPTION: {"w": ears}, CHAT: {"c": chat}})
        recording = await ask(engines, AUDIO_CODEC, request)
        async with engines.lease(TRANSCRIPTION) as hearing:
            translator = Translator(hearing.engine, hearing.card, engines, IDENTIFIER)
            asked = TranscriptionRequest(recording, task="translate")
            async with aclosing(translator.stream(asked)) as stream:
                events = [event async for event in stream]
    text = "".join(texts(events))
    assert set(ways(events)) == {"chat"}
    assert text.isascii()
    assert "hello" in text.lower()
    assert "meet you" in text.lower()
