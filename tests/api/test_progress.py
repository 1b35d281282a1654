"""`x_progress`: segments as they are written down, then the answer that comes without it."""

import json
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from clients import Shelf, http_client
from dragoman.api import transcriptions, translations
from dragoman.api.uploads import Uploads
from dragoman.domain.engine import EngineSpec, Outlet
from dragoman.domain.errors import EngineFailed
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
BOTH = pytest.mark.parametrize("task", ["transcriptions", "translations"])


class Breaks:
    """Fails after the first segment."""

    concurrency = 1

    def run(self, request: TranscriptionRequest, outlet: Outlet[TranscriptionEvent]) -> None:
        FakeTranscriber().run(request, outlet)
        raise EngineFailed("broken")

    def close(self) -> None:
        pass


def app(recogniser: FakeTranscriber | Breaks | None = None) -> Starlette:
    held = Held(
        {
            AUDIO_CODEC: {"audio-codec": load_audio(EngineSpec("audio-codec", ""))},
            TRANSCRIPTION: {"whisper-1": recogniser or FakeTranscriber()},
        }
    )
    more = [
        *transcriptions.routes(held, Uploads()),
        *translations.routes(held, Uploads()),
    ]
    return create_app(held, Shelf(), more=more)


async def asked(to: Starlette, task: str, file: bytes = SECOND, **fields: str) -> httpx2.Response:
    async with http_client(to) as client:
        return await client.post(
            f"/v1/audio/{task}",
            data={"model": "whisper-1"} | fields,
            files={"file": ("a.wav", file)},
        )


def events(response: httpx2.Response) -> list[dict[str, Any]]:
    assert response.headers["content-type"].startswith("text/event-stream")
    lines = [line for line in response.text.split("\n\n") if line.startswith("data: ")]
    return [json.loads(line.removeprefix("data: ")) for line in lines]


@BOTH
@pytest.mark.parametrize("form", ["json", "text", "srt", "vtt", "verbose_json"])
async def test_the_last_event_is_the_answer_of_the_same_request_without_it(task: str, form: str):
    plain = await asked(app(), task, response_format=form)
    *_, last = events(await asked(app(), task, response_format=form, x_progress="true"))
    assert last["type"] == "x_answer"
    assert last["body"] == plain.text
    assert last["content_type"] == plain.headers["content-type"]
    assert last["headers"]["x-coverage"] == plain.headers["x-coverage"]


@BOTH
async def test_each_segment_is_an_event_after_one_with_the_length(task: str):
    first, segment, _ = events(await asked(app(), task, x_progress="true"))
    empty = {"type": "x_progress", "audio_seconds": 1.0, "start": 0.0, "end": 0.0, "text": ""}
    assert first == empty
    assert segment["type"] == "x_progress"
    assert 0 <= segment["start"] < segment["end"] <= segment["audio_seconds"] == 1.0
    assert "fake" in segment["text"]


@BOTH
async def test_a_failure_after_the_first_event_is_the_last(task: str):
    *_, last = events(await asked(app(Breaks()), task, x_progress="true"))
    assert "broken" in last["error"]["message"]


@BOTH
async def test_a_file_that_is_no_sound_still_has_its_own_status(task: str):
    refused = await asked(app(), task, b"no sound at all", x_progress="true")
    assert refused.status_code == 400


@BOTH
async def test_it_goes_with_no_dry_run(task: str):
    refused = await asked(app(), task, x_progress="true", x_dry_run="true")
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, "x_progress")


async def test_it_goes_with_no_stream_of_texts():
    fields = {"model": "gpt-4o-transcribe", "stream": "true", "x_progress": "true"}
    refused = await asked(app(), "transcriptions", SECOND, **fields)
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, "x_progress")
