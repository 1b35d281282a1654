"""`x_dry_run` on sound: what a request would take, and nothing is made."""

from typing import Any

import openai
import pytest
from starlette.applications import Starlette

from clients import http_client, openai_client
from dragoman.api.draining import Draining
from dragoman.serving.demo import demo_app
from dragoman.serving.settings import Settings
from sounds import tone, wav

SOUND = ("two_seconds.wav", wav(tone(2.0)))
SPEECH = {"model": "tts-1", "voice": "alloy", "input": "Good morning.", "speed": 2}


@pytest.fixture
async def app():
    app = demo_app(Settings(allowed_hosts=("test",)), Draining())
    async with app.router.lifespan_context(app):
        yield app


async def test_speech_says_what_it_would_take_and_learns_from_what_was_spoken(
    app: Starlette,
) -> None:
    async with http_client(app) as client:
        dry = {**SPEECH, "x_dry_run": True}
        before = (await client.post("/v1/audio/speech", json=dry)).json()
        await client.post("/v1/audio/speech", json=SPEECH)
        after = (await client.post("/v1/audio/speech", json=dry)).json()
        streamed = await client.post(
            "/v1/audio/speech", json={**dry, "model": "fake-speaker", "stream_format": "sse"}
        )
    assert before == {
        "object": "x_dry_run",
        "model": "tts-1",
        "input_characters": 13,
        "input_tokens": 13,
        "predicted_audio_seconds": None,
        "predicted_seconds": None,
    }
    # The fake hums 0.2 s a word at a speed of 1.
    assert after["predicted_audio_seconds"] == pytest.approx(0.2, abs=0.01)
    assert after["predicted_seconds"] >= 0
    assert streamed.json()["error"]["param"] == "x_dry_run"


@pytest.mark.parametrize(
    ("path", "model"), [("transcriptions", "gpt-4o-transcribe"), ("translations", "whisper-1")]
)
async def test_a_recording_says_what_it_would_take(app: Starlette, path: str, model: str) -> None:
    async with http_client(app) as client:

        async def post(**fields: str) -> dict[str, Any]:
            answer = await client.post(
                f"/v1/audio/{path}", data={"model": model, **fields}, files={"file": SOUND}
            )
            return answer.json()

        before = await post(x_dry_run="true")
        await post()
        after = await post(x_dry_run="true")
    assert before == {
        "object": "x_dry_run",
        "model": model,
        "audio_seconds": 2.0,
        "predicted_seconds": None,
    }
    assert after["predicted_seconds"] >= 0


async def test_a_dry_run_refuses_what_the_answer_would(app: Starlette) -> None:
    async with openai_client(app) as client:
        with pytest.raises(openai.BadRequestError, match="Invalid file format"):
            await client.audio.transcriptions.create(
                model="whisper-1", file=("a.txt", b"no sound"), extra_body={"x_dry_run": "true"}
            )
        with pytest.raises(openai.BadRequestError, match="x_dry_run"):
            await client.audio.transcriptions.create(
                model="gpt-4o-transcribe",
                file=SOUND,
                stream=True,
                extra_body={"x_dry_run": "true"},
            )
