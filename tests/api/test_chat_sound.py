"""Sound in chat, through the official client and fake engines."""

import base64
import io
import time
import wave
from pathlib import Path
from typing import Any, Literal

import pytest
from openai import BadRequestError
from openai.types.chat import ChatCompletionMessageParam
from starlette.applications import Starlette

from clients import MODEL, Shelf, nothing_extra, openai_client, user
from dragoman.domain.chat import CHAT, ChatRequest
from dragoman.domain.custom_voices import CustomVoice, CustomVoices
from dragoman.domain.engine import EngineSpec
from dragoman.domain.speech import SPEECH
from dragoman.domain.transcription import AUDIO_CODEC, TRANSCRIPTION
from dragoman.engines.codecs import load_audio
from dragoman.engines.fake import FakeChat, FakeSpeaker, FakeTranscriber
from dragoman.engines.fake.script import Say, Script, Step, say
from dragoman.engines.fake.speech import WORD_S
from dragoman.serving.app import Options, create_app
from dragoman.serving.composition import SkilledEngines, skills
from dragoman.serving.settings import Settings
from dragoman.serving.storage.custom_voices import SqlCustomVoices
from fake_engines import Held
from sounds import tone, wav


def app(script: Script | list[Step], voices: CustomVoices | None = None) -> Starlette:
    """A chat model that says what it is told, and what else sound takes."""
    engines = Held(
        {
            CHAT: {MODEL: FakeChat(script)},
            TRANSCRIPTION: {"ears": FakeTranscriber()},
            SPEECH: {"voice": FakeSpeaker()},
            AUDIO_CODEC: {"codec": load_audio(EngineSpec("audio-codec", ""))},
        }
    )
    return create_app(
        SkilledEngines(engines, skills(Settings())), Shelf(), options=Options(voices=voices)
    )


def echo(request: ChatRequest, _: int) -> list[Step]:
    return say(request.messages[-1].text)


def recording(data: bytes) -> list[ChatCompletionMessageParam]:
    encoded = base64.b64encode(data).decode()
    sound = {"data": encoded, "format": "wav"}
    return [{"role": "user", "content": [{"type": "input_audio", "input_audio": sound}]}]  # pyright: ignore[reportReturnType] - the client's own example is typed no better


async def test_a_recording_is_heard_and_counted() -> None:
    async with openai_client(app(echo)) as client:
        answer = await client.chat.completions.create(
            model=MODEL, messages=recording(wav(tone(1.5)))
        )
    assert nothing_extra(answer)
    assert answer.choices[0].message.content == (
        "This is the fake recogniser: it heard 1.50 seconds of sound."
    )
    assert answer.usage
    assert answer.usage.prompt_tokens_details
    assert answer.usage.prompt_tokens_details.audio_tokens == 15
    assert answer.usage.prompt_tokens == 15 + 11


async def test_a_recording_that_is_none_is_refused_before_a_stream_begins() -> None:
    async with openai_client(app(echo)) as client:
        with pytest.raises(BadRequestError) as caught:
            await client.chat.completions.create(
                model=MODEL, messages=recording(b"no sound"), stream=True
            )
    assert caught.value.param == "messages[0].content[0].input_audio.data"
    assert "is not of valid wav format" in caught.value.message


SPOKEN: list[Literal["text", "audio"]] = ["text", "audio"]
SAY = user("Say something.")
TWO: list[Step] = [Say("One is"), Say(" here. Two"), Say(" is there.")]
SECONDS = 6 * WORD_S
"""That the fake speaker hums."""
SOUND_TOKENS = 24


async def test_an_answer_is_spoken() -> None:
    async with openai_client(app(TWO)) as client:
        answer = await client.chat.completions.create(
            model=MODEL, messages=SAY, modalities=SPOKEN, audio={"voice": "alloy", "format": "wav"}
        )
    assert nothing_extra(answer)
    message = answer.choices[0].message
    assert message.content is None
    assert message.audio
    assert message.audio.id.startswith("audio_")
    assert message.audio.transcript == "One is here. Two is there."
    assert 0 < message.audio.expires_at - time.time() <= 3_600
    with wave.open(io.BytesIO(base64.b64decode(message.audio.data))) as file:
        assert file.getnframes() / file.getframerate() == pytest.approx(SECONDS)
    assert answer.usage
    assert answer.usage.completion_tokens_details
    assert answer.usage.completion_tokens_details.audio_tokens == SOUND_TOKENS
    assert answer.usage.completion_tokens == 3 + SOUND_TOKENS
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + 3 + SOUND_TOKENS


async def test_a_spoken_stream_says_the_same() -> None:
    async with openai_client(app(TWO)) as client:
        stream = await client.chat.completions.create(
            model=MODEL,
            messages=SAY,
            modalities=SPOKEN,
            audio={"voice": "alloy", "format": "pcm16"},
            stream=True,
        )
        chunks = [chunk async for chunk in stream]
    assert all(nothing_extra(chunk) for chunk in chunks)
    first, *_, last_of_sound, last = [chunk.choices[0] for chunk in chunks]
    assert (first.delta.role, first.delta.content) == ("assistant", None)
    assert first.delta.audio
    assert first.delta.audio.id
    assert last_of_sound.delta.audio
    assert last_of_sound.delta.audio.expires_at
    assert "finish_reason" not in last_of_sound.model_fields_set
    assert (last.delta.audio, last.finish_reason) == (None, "stop")
    pieces = [chunk.choices[0].delta.audio for chunk in chunks]
    transcript = "".join(piece.transcript or "" for piece in pieces if piece)
    assert transcript == "One is here. Two is there."
    data = b"".join(base64.b64decode(piece.data or "") for piece in pieces if piece)
    assert len(data) == round(SECONDS * 24_000) * 2
    assert not any(chunk.choices[0].delta.content for chunk in chunks)


async def test_what_was_said_can_be_referred_to() -> None:
    async with openai_client(app(echo)) as client:
        answer = await client.chat.completions.create(
            model=MODEL, messages=SAY, modalities=SPOKEN, audio={"voice": "alloy", "format": "mp3"}
        )
        message = answer.choices[0].message
        assert message.audio
        messages: Any = [{"role": "assistant", "audio": {"id": message.audio.id}}]
        again = await client.chat.completions.create(model=MODEL, messages=messages)
        assert again.choices[0].message.content == "Say something."
        whole: Any = [message.to_dict()]
        again = await client.chat.completions.create(model=MODEL, messages=whole)
        assert again.choices[0].message.content == "Say something."


async def test_an_unknown_answer_cannot_be_referred_to() -> None:
    messages: Any = [{"role": "assistant", "audio": {"id": "audio_x"}}]
    async with openai_client(app(echo)) as client:
        with pytest.raises(BadRequestError, match="audio_x") as caught:
            await client.chat.completions.create(model=MODEL, messages=messages)
    assert caught.value.param == "messages[0].audio.id"


async def spoken_by(voice: Any, voices: CustomVoices | None) -> bytes:
    async with openai_client(app([Say("one two")], voices)) as client:
        answer = await client.chat.completions.create(
            model=MODEL,
            messages=user("Hi"),
            modalities=["text", "audio"],
            audio={"voice": voice, "format": "pcm16"},
        )
    audio = answer.choices[0].message.audio
    assert audio is not None
    return base64.b64decode(audio.data)


async def test_an_answer_is_spoken_by_a_voice_of_ones_own(tmp_path: Path) -> None:
    voices = SqlCustomVoices.in_directory(tmp_path)
    await voices.keep_voice(CustomVoice("voice_1", "Anna", "nova", 1))
    mine = await spoken_by({"id": "voice_1"}, voices)
    assert mine == await spoken_by("nova", voices)
    assert mine != await spoken_by("onyx", voices)


@pytest.mark.parametrize("kept", [True, False])
async def test_a_voice_that_nobody_made_is_refused(tmp_path: Path, kept: bool) -> None:
    voices = SqlCustomVoices.in_directory(tmp_path) if kept else None
    async with openai_client(app([Say("one")], voices)) as client:
        with pytest.raises(BadRequestError) as caught:
            await client.chat.completions.create(
                model=MODEL,
                messages=user("Hi"),
                modalities=["text", "audio"],
                audio={"voice": {"id": "voice_1"}, "format": "wav"},
            )
    assert (caught.value.param, caught.value.code) == ("audio.voice", "voice_not_found")
