import io
import threading
import wave
from collections.abc import Sequence
from typing import Any

import anyio
import pytest

from dragoman.domain.chat import (
    CHAT,
    ChatEvent,
    ChatFinished,
    ChatRequest,
    ChoiceFinished,
    Spoken,
    TextDelta,
    ToolCallDelta,
    ToolCallStarted,
    VoiceDelta,
    VoiceEnded,
    VoiceStarted,
)
from dragoman.domain.conversation import AudioReferencePart, Message, TextPart, Tool
from dragoman.domain.engine import BlockingEngine, Kind, Outlet
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.speech import (
    SPEECH,
    Sound,
    SpeechEvent,
    SpeechFinished,
    SpeechRequest,
    unknown_voice,
)
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Call, Say, Script, Step, Wait, say
from dragoman.serving.threads import Hosted
from dragoman.skills.audio_output import INSTRUCTION, AudioOutput
from dragoman.skills.instructions import Instructions
from dragoman.skills.skilled_chat import SkilledChat
from dragoman.skills.utterances import EarlierAudio, Utterances
from fake_engines import Held

PCM = Spoken("alloy", "pcm")
TWO = [Say("One is"), Say(" here. Two"), Say(" is there.")]


class Mouth:
    """A speaker whose sound is the text itself, a second a portion; it knows one voice."""

    def __init__(self) -> None:
        self.asked: list[SpeechRequest] = []

    @property
    def concurrency(self) -> int:
        return 1

    def run(self, request: SpeechRequest, outlet: Outlet[SpeechEvent]) -> None:
        if request.voice != "alloy":
            raise unknown_voice(["alloy", "echo"])
        if "Bonjour" in request.text and request.language is None:
            raise RequestInvalid("French", param="input", code="unsupported_language")
        if "☭" in request.text:
            raise RequestInvalid("no script of ours", param="input", code="unsupported_language")
        self.asked.append(request)
        data = request.text.encode()
        outlet.emit(Sound(data + b" " * (len(data) % 2)))
        outlet.emit(SpeechFinished(1.0, len(request.text)))

    def close(self) -> None:
        pass


class Room:
    def __init__(self, script: Script | Sequence[Step], *, mouth: bool = True) -> None:
        self.chat = FakeChat(script)
        self.mouth = Mouth()
        engines: dict[Kind[Any, Any], dict[str, BlockingEngine[Any, Any]]] = {
            CHAT: {"chat": self.chat}
        }
        if mouth:
            engines[SPEECH] = {"mouth": self.mouth}
        self.engines = Held(engines)
        self.utterances = Utterances(lambda: 1_000.0)
        preparations = (EarlierAudio(self.utterances), Instructions())
        skilled = SkilledChat(Hosted(self.chat), preparations)
        self.speaking = AudioOutput(skilled, self.engines, self.utterances)

    async def ask(self, spoken: Spoken | None = PCM, **more: Any) -> list[ChatEvent]:
        request = ChatRequest((Message("user", (TextPart("Hi"),)),), spoken=spoken, **more)
        return await self.answer(request)

    async def answer(self, request: ChatRequest) -> list[ChatEvent]:
        events = [event async for event in self.speaking.stream(request)]
        assert self.engines.borrowed == 0
        return events


def sound(events: Sequence[ChatEvent], choice: int = 0) -> bytes:
    return b"".join(e.data for e in events if isinstance(e, VoiceDelta) and e.choice == choice)


async def test_an_answer_is_spoken_sentence_by_sentence() -> None:
    room = Room(TWO)
    events = await room.ask()
    started, *_ = events
    assert isinstance(started, VoiceStarted)
    assert events[1:-1] == [
        TextDelta(0, "One is"),
        TextDelta(0, " here. Two"),
        VoiceDelta(0, b"One is here."),
        TextDelta(0, " is there."),
        VoiceDelta(0, b"Two is there. "),
        VoiceEnded(0, 4_600),
        ChoiceFinished(0, "stop"),
    ]
    assert [asked.format for asked in room.mouth.asked] == ["pcm", "pcm"]


async def test_the_first_sentence_sounds_while_the_second_is_written() -> None:
    gate = threading.Event()
    room = Room([Say("One is here. Two"), Wait(gate), Say(" is there.")])
    request = ChatRequest((Message("user", (TextPart("Hi"),)),), spoken=PCM)
    events = room.speaking.stream(request)
    with anyio.fail_after(60):
        seen = [await anext(events) for _ in range(3)]
        assert seen[-1] == VoiceDelta(0, b"One is here.")
        gate.set()
        rest = [event async for event in events]
    assert isinstance(rest[-1], ChatFinished)


async def test_sound_is_counted_as_openai_counts_it() -> None:
    finished = (await Room(TWO).ask())[-1]
    assert isinstance(finished, ChatFinished)
    assert finished.usage.completion_audio_tokens == 2 * 20
    assert finished.usage.completion_tokens == 3


async def test_a_wav_file_knows_its_length() -> None:
    events = await Room(TWO).ask(Spoken("alloy", "wav"))
    with wave.open(io.BytesIO(sound(events))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 24_000)
        assert file.readframes(file.getnframes()) == b"One is here.Two is there. "


async def test_a_compressed_file_is_made_in_one_go() -> None:
    room = Room(TWO)
    events = await room.ask(Spoken("alloy", "mp3"))
    assert [(a.text, a.format) for a in room.mouth.asked] == [("One is here. Two is there.", "mp3")]
    assert sound(events) == b"One is here. Two is there."


async def test_choices_have_voices_of_their_own() -> None:
    def script(_: ChatRequest, choice: int) -> list[Step]:
        return say(f"This is number {choice}.")

    events = await Room(script).ask(choices=2)
    assert [sound(events, n) for n in range(2)] == [
        b"This is number 0. ",
        b"This is number 1. ",
    ]
    ids = {event.id for event in events if isinstance(event, VoiceStarted)}
    assert len(ids) == 2


async def test_text_before_a_call_is_spoken_and_the_call_passes() -> None:
    room = Room([Say("Let me look."), Call("f", ("{}",))])
    tool = Tool("f", "", {"type": "object"})
    events = await room.ask(tools=(tool,))
    assert sound(events) == b"Let me look."
    assert ToolCallDelta(0, 0, "{}") in events
    assert room.chat.requests[-1].messages[0].role == "user"


async def test_a_call_alone_has_no_voice() -> None:
    events = await Room([Call("f", ("{}",))]).ask()
    assert [type(event) for event in events] == [
        ToolCallStarted,
        ToolCallDelta,
        ChoiceFinished,
        ChatFinished,
    ]


async def test_the_model_is_told_that_it_is_heard() -> None:
    room = Room(TWO)
    await room.ask()
    first = room.chat.requests[-1].messages[0]
    assert (first.role, first.text) == ("system", INSTRUCTION)
    await room.ask(None)
    assert room.chat.requests[-1].messages[0].role == "user"
    assert room.chat.requests[-1].spoken is None


async def test_an_unknown_voice_is_refused_before_anything_is_said() -> None:
    events = Room(TWO).speaking.stream(
        ChatRequest((Message("user", (TextPart("Hi"),)),), spoken=Spoken("nobody", "pcm"))
    )
    with pytest.raises(RequestInvalid, match="Input should be"):
        await anext(events)


async def test_a_foreign_sentence_is_read_as_if_it_were_english() -> None:
    room = Room(say("Bonjour mes amis."))
    assert sound(await room.ask()).strip() == b"Bonjour mes amis."
    assert room.mouth.asked[-1].language == "en"


async def test_what_nobody_can_read_is_a_fault() -> None:
    with pytest.raises(RequestInvalid, match="no script of ours"):
        await Room(say("☭ ☭.")).ask()


async def test_without_voices_spoken_answers_are_refused() -> None:
    with pytest.raises(RequestInvalid) as caught:
        await Room(TWO, mouth=False).ask()
    assert caught.value.param == "modalities"


async def test_a_later_turn_knows_what_was_said() -> None:
    room = Room(TWO)
    started = (await room.ask())[0]
    assert isinstance(started, VoiceStarted)
    earlier = Message("assistant", (AudioReferencePart(started.id),))
    await room.answer(ChatRequest((earlier, Message("user", (TextPart("And?"),)))))
    assert room.chat.requests[-1].messages[0].text == "One is here. Two is there."


async def test_what_is_forgotten_is_refused_with_its_place() -> None:
    earlier = Message("assistant", (AudioReferencePart("audio_x"),))
    with pytest.raises(RequestInvalid) as caught:
        await Room(TWO).answer(ChatRequest((Message("user"), earlier)))
    assert caught.value.param == "messages[1].audio.id"
    assert "audio_x" in caught.value.message


async def test_leaving_in_mid_sentence_frees_everything() -> None:
    gate = threading.Event()
    room = Room([Say("One is here. Two"), Wait(gate)])
    request = ChatRequest((Message("user", (TextPart("Hi"),)),), spoken=PCM)
    events = room.speaking.stream(request)
    await anext(events)
    with anyio.fail_after(60):
        await events.aclose()
    assert room.chat.stopped.is_set()
    assert room.engines.borrowed == 0
