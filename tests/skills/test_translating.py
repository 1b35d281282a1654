from collections.abc import Callable
from contextlib import aclosing
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
from dragoman.domain.engine import EngineSpec, Outlet
from dragoman.domain.errors import Overloaded
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
)
from dragoman.engines import codecs, whisper_ct2
from dragoman.serving.threads import Hosted
from dragoman.skills.translating import Translator
from fake_engines import Held
from workers import in_worker

REQUEST = TranscriptionRequest(Recording("nowhere", 160_000), task="translate", prompt="Hong")


def segment(text: str, start_s: float, end_s: float, index: int = 0) -> Segment:
    return Segment(index, 0, start_s, end_s, text, (7,), 0.0, -0.1, 1.0, 0.0)


class Ears:
    """Hears the same two sentences, or its own translation of them."""

    concurrency = 1

    def __init__(self, language: str = "ko", own: str = " The recogniser's own words.") -> None:
        self.requests: list[TranscriptionRequest] = []
        self._language = language
        self._own = own

    def run(self, request: TranscriptionRequest, outlet: Outlet[TranscriptionEvent]) -> None:
        self.requests.append(request)
        outlet.emit(LanguageFound(self._language, 0.9))
        if request.task == "translate":
            outlet.emit(segment(self._own, 0.0, 2.0))
        else:
            outlet.emit(segment(" 안녕하세요.", 0.0, 1.0))
            outlet.emit(segment(" 반갑습니다.", 3.0, 4.5, index=1))
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
        outlet.emit(ChatFinished(Usage(1, 1), "f"))

    def close(self) -> None:
        pass


class Busy:
    concurrency = 1

    def run(self, request: ChatRequest, outlet: Outlet[ChatEvent]) -> None:
        raise Overloaded("too many")

    def close(self) -> None:
        pass


async def translated(
    ears: Ears, chat: Chat | Busy | None, request: TranscriptionRequest = REQUEST
) -> list[TranscriptionEvent]:
    translator = Translator(Hosted(ears), Held({CHAT: {"c": chat}} if chat else {}))
    async with aclosing(translator.stream(request)) as events:
        return [event async for event in events]


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
    assert texts(events) == [" The recogniser's own words.", " Nice to meet you."]
    assert [request.task for request in ears.requests] == ["transcribe", "translate"]


async def test_an_answer_that_was_cut_off_is_not_believed():
    chat = Chat(*["Hello hello hello"] * 4, reason="length")
    assert texts(await translated(Ears(), chat))[0] == " The recogniser's own words."


async def test_without_a_chat_model_the_recogniser_translates():
    assert texts(await translated(Ears(), None)) == [" The recogniser's own words."]


async def test_english_is_left_as_it_is():
    events = await translated(Ears("en"), Chat())
    assert texts(events) == [" 안녕하세요.", " 반갑습니다."]


async def test_a_transcription_is_none_of_its_business():
    chat = Chat()
    plain = TranscriptionRequest(REQUEST.recording, prompt="kept")
    ears = Ears()
    assert len(texts(await translated(ears, chat, plain))) == 2
    assert ears.requests == [plain]
    assert chat.requests == []


async def test_a_chat_model_that_is_too_busy_says_so():
    with pytest.raises(Overloaded):
        await translated(Ears(), Busy())


@pytest.mark.model
async def test_korean_speech_becomes_an_english_greeting(
    weights: Callable[[str], Path], tmp_path: Path
):
    spec = EngineSpec("llama-cpp", str(weights("qwen2.5-coder-1.5b-instruct")))
    ears = whisper_ct2.load(EngineSpec("whisper-ct2", str(weights("whisper-base"))))
    codec = codecs.load_audio(EngineSpec("audio-codec", ""))
    speech = Path(__file__).parents[1] / "data/speech.mp3"
    request = DecodeRequest(str(speech), str(tmp_path / "samples"), 60)
    async with in_worker(CHAT, spec) as chat:
        engines = Held({AUDIO_CODEC: {"a": codec}, TRANSCRIPTION: {"w": ears}, CHAT: {"c": chat}})
        async with engines.lease(AUDIO_CODEC) as decoder, engines.lease(TRANSCRIPTION) as hearing:
            recording = await anext(decoder.engine.stream(request))
            asked = TranscriptionRequest(recording, task="translate")
            async with aclosing(Translator(hearing.engine, engines).stream(asked)) as stream:
                events = [event async for event in stream]
    text = "".join(texts(events))
    assert text.isascii()
    assert "hello" in text.lower()
    assert "meet you" in text.lower()
