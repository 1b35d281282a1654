"""`/v1/audio/translations`, through the official client."""

import httpx2
import pytest
from fastapi import FastAPI
from openai.types.audio import Translation, TranslationVerbose

from clients import Shelf, http_client, nothing_extra, openai_client
from dragoman.api import translations
from dragoman.api.uploads import Uploads
from dragoman.domain.engine import EngineSpec, Outlet
from dragoman.domain.transcription import (
    AUDIO_CODEC,
    TRANSCRIPTION,
    TranscriptionEvent,
    TranscriptionRequest,
)
from dragoman.engines.codecs import load_audio
from dragoman.engines.fake import FakeTranscriber
from dragoman.serving.app import create_app
from fake_engines import Held
from sounds import tone, wav

SECOND = wav(tone(1.0))


class Listens(FakeTranscriber):
    """Remembers what it was asked."""

    def __init__(self) -> None:
        self.requests: list[TranscriptionRequest] = []

    def run(self, request: TranscriptionRequest, outlet: Outlet[TranscriptionEvent]) -> None:
        self.requests.append(request)
        super().run(request, outlet)


def app(engine: FakeTranscriber) -> FastAPI:
    held = Held(
        {
            AUDIO_CODEC: {"audio-codec": load_audio(EngineSpec("audio-codec", ""))},
            TRANSCRIPTION: {"whisper-1": engine},
        }
    )
    return create_app(held, Shelf(), more=[translations.router(held, Uploads())])


async def translated(engine: FakeTranscriber, **fields: str) -> httpx2.Response:
    async with http_client(app(engine)) as http:
        return await http.post(
            "/v1/audio/translations", data={"model": "whisper-1", **fields}, files={"file": SECOND}
        )


@pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")
async def test_the_official_client_gets_text_and_nothing_else():
    engine = Listens()
    async with openai_client(app(engine)) as client:
        answer = await client.audio.translations.create(  # pyright: ignore[reportDeprecated] - not by us
            model="whisper-1", file=SECOND, prompt="Hong", temperature=0.2
        )
    assert isinstance(answer, Translation)
    assert nothing_extra(answer)
    assert answer.text.startswith("This is the fake recogniser")
    (request,) = engine.requests
    assert (request.task, request.prompt, request.temperature) == ("translate", "Hong", 0.2)


async def test_the_long_answer_is_english_and_says_what_was_done():
    body = await translated(FakeTranscriber(), response_format="verbose_json")
    answer = TranslationVerbose.model_validate_json(body.content)
    assert (answer.language, answer.duration) == ("english", 1.0)
    assert answer.model_extra is not None
    assert set(answer.model_extra) == {"task", "x_coverage"}
    assert answer.model_extra["task"] == "translate"
    assert answer.segments


@pytest.mark.parametrize(("form", "start"), [("text", "This"), ("srt", "1\n"), ("vtt", "WEBVTT\n")])
async def test_text_and_subtitles(form: str, start: str):
    answer = await translated(FakeTranscriber(), response_format=form)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith(start)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("language", "ko", "unknown_parameter"),
        ("stream", "true", "unknown_parameter"),
        ("response_format", "diarized_json", "invalid_value"),
        ("temperature", "2", "decimal_above_max_value"),
    ],
)
async def test_what_a_translation_does_not_have_is_refused(field: str, value: str, code: str):
    answer = await translated(FakeTranscriber(), **{field: value})
    error = answer.json()["error"]
    assert answer.status_code == 400
    assert (error["param"], error["code"]) == (field, code)
