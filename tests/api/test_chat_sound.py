"""Sound in chat, through the official client and fake engines."""

import base64

import pytest
from fastapi import FastAPI
from openai import BadRequestError
from openai.types.chat import ChatCompletionMessageParam

from clients import MODEL, Shelf, nothing_extra, openai_client
from dragoman.domain.chat import CHAT, ChatRequest
from dragoman.domain.engine import EngineSpec
from dragoman.domain.speech import SPEECH
from dragoman.domain.transcription import AUDIO_CODEC, TRANSCRIPTION
from dragoman.engines.codecs import load_audio
from dragoman.engines.fake import FakeChat, FakeSpeaker, FakeTranscriber
from dragoman.engines.fake.script import Script, Step, say
from dragoman.serving.app import create_app
from dragoman.serving.settings import Settings
from dragoman.serving.skilled import Skilled
from dragoman.serving.skills import skills
from fake_engines import Held
from sounds import tone, wav


def app(script: Script | list[Step]) -> FastAPI:
    """A chat model that says what it is told, and what else sound takes."""
    engines = Held(
        {
            CHAT: {MODEL: FakeChat(script)},
            TRANSCRIPTION: {"ears": FakeTranscriber()},
            SPEECH: {"voice": FakeSpeaker()},
            AUDIO_CODEC: {"codec": load_audio(EngineSpec("audio-codec", ""))},
        }
    )
    return create_app(Skilled(engines, skills(Settings())), Shelf())


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
