"""`x_flags`: doubtful segments are kept, marked or left out, in every format alike."""

import json
from typing import Any

import httpx2
import pytest
from openai.types.audio import TranscriptionTextDeltaEvent, TranscriptionTextDoneEvent
from starlette.applications import Starlette

from clients import Shelf, http_client, openai_client
from dragoman.api import transcriptions, translations
from dragoman.api.uploads import Uploads
from dragoman.domain.diarisation import DIARISATION
from dragoman.domain.engine import EngineSpec, Outlet
from dragoman.domain.transcription import (
    AUDIO_CODEC,
    TRANSCRIPTION,
    LanguageFound,
    Segment,
    TokenLogprob,
    TranscriptionEvent,
    TranscriptionFinished,
    TranscriptionRequest,
    Word,
)
from dragoman.engines.codecs import load_audio
from dragoman.engines.fake import FakeSpeakers
from dragoman.serving.app import create_app
from dragoman.serving.composition import SkilledEngines, skills
from dragoman.serving.settings import Settings
from fake_engines import Held
from sounds import tone, wav

SECONDS = wav(tone(3.0))
NAMES = ("whisper-1", "gpt-4o-transcribe", "gpt-4o-transcribe-diarize", "whisper-base")
SAID = ((" It rains.", -0.2), (" So what.", -0.9), (" Come in.", -0.3))
TEXTS = {
    "keep": "It rains. So what. Come in.",
    "mark": "It rains. [? So what.] Come in.",
    "drop": "It rains. Come in.",
}


class Doubts:
    """Is not sure of the second of three sentences."""

    concurrency = 1

    def run(self, request: TranscriptionRequest, outlet: Outlet[TranscriptionEvent]) -> None:
        outlet.emit(LanguageFound("en", 1.0))
        for index, (text, avg_logprob) in enumerate(SAID):
            first, last = text.split()
            words = (
                Word(first, index, index + 0.4, 1.0),
                Word(last, index + 0.4, index + 0.9, 1.0),
            )
            tokens = tuple(TokenLogprob(f" {word}".encode(), -0.5) for word in (first, last))
            outlet.emit(
                Segment(
                    index,
                    0,
                    float(index),
                    index + 0.9,
                    text,
                    (1, 2),
                    0.0,
                    avg_logprob,
                    1.0,
                    0.0,
                    words if request.words else (),
                    tokens if request.logprobs else (),
                )
            )
        outlet.emit(TranscriptionFinished(2.7))

    def close(self) -> None:
        pass


def app() -> Starlette:
    held = Held(
        {
            AUDIO_CODEC: {"audio-codec": load_audio(EngineSpec("audio-codec", ""))},
            TRANSCRIPTION: dict.fromkeys(NAMES, Doubts()),
            DIARISATION: {"speakers": FakeSpeakers()},
        }
    )
    engines = SkilledEngines(held, skills(Settings()))
    uploads = Uploads()
    routes = [*transcriptions.routes(engines, uploads), *translations.routes(engines, uploads)]
    return create_app(engines, Shelf(), more=routes)


async def answered(path: str, **fields: str) -> httpx2.Response:
    async with http_client(app()) as http:
        return await http.post(
            f"/v1/audio/{path}", data={"model": "whisper-1", **fields}, files={"file": SECONDS}
        )


def text_of(answer: httpx2.Response, form: str) -> str:
    """The text of an answer in any format."""
    if form == "text":
        return answer.text.strip()
    if form in ("srt", "vtt"):
        blocks = answer.text.removeprefix("WEBVTT\n\n").strip().split("\n\n")
        return " ".join(" ".join(block.split("-->")[1].split("\n")[1:]) for block in blocks)
    body = answer.json()
    if "segments" in body:
        assert "".join(segment["text"] for segment in body["segments"]).strip() == body["text"]
    return body["text"]


@pytest.mark.parametrize("policy", ["", *TEXTS])
@pytest.mark.parametrize("path", ["transcriptions", "translations"])
@pytest.mark.parametrize("form", ["json", "text", "srt", "vtt", "verbose_json"])
async def test_every_format_has_the_same_text(path: str, form: str, policy: str):
    answer = await answered(path, response_format=form, x_flags=policy)
    assert answer.status_code == 200
    assert text_of(answer, form) == TEXTS[policy or "keep"]
    assert ("dropped=1" in answer.headers["x-coverage"]) == (policy == "drop")


@pytest.mark.parametrize("policy", TEXTS)
async def test_short_lines_have_the_brackets_too(policy: str):
    answer = await answered(
        "transcriptions", response_format="srt", x_max_line_chars="10", x_flags=policy
    )
    assert text_of(answer, "srt") == TEXTS[policy]


@pytest.mark.parametrize("policy", TEXTS)
async def test_speakers_say_it_too(policy: str):
    answer = await answered(
        "transcriptions",
        model="gpt-4o-transcribe-diarize",
        response_format="diarized_json",
        x_flags=policy,
    )
    text = TEXTS[policy].replace("[? So what.]", "[? So] [? what.]")  # by two speakers
    assert text_of(answer, "diarized_json") == text
    segments = answer.json()["segments"]
    assert [segment["id"] for segment in segments] == [
        f"seg_{number:03d}" for number in range(1, len(segments) + 1)
    ]
    marked = [segment["text"] for segment in segments if "x_flags" in segment]
    assert marked == ([" [? So]", " [? what.]"] if policy == "mark" else [])


@pytest.mark.parametrize("policy", TEXTS)
async def test_numbers_words_and_usage_are_of_the_text_that_is_there(policy: str):
    answer = await answered(
        "transcriptions",
        response_format="verbose_json",
        timestamp_granularities='["word", "segment"]',
        x_flags=policy,
    )
    body: dict[str, Any] = answer.json()
    assert [segment["id"] for segment in body["segments"]] == list(range(len(body["segments"])))
    words = [word["word"] for word in body["words"]]
    assert words == TEXTS[policy].replace("[? ", "").replace("]", "").split()
    marked = [word["word"] for word in body["words"] if "x_flags" in word]
    assert marked == (["So", "what."] if policy == "mark" else [])
    dropped = [{"start": 1.0, "end": 1.9}]
    assert body["x_coverage"].get("dropped") == (dropped if policy == "drop" else None)
    short = await answered("transcriptions", model="gpt-4o-transcribe", x_flags=policy)
    assert short.json()["usage"]["output_tokens"] == (4 if policy == "drop" else 6)


@pytest.mark.parametrize("policy", TEXTS)
async def test_pieces_of_a_stream_join_to_the_same_text(policy: str):
    async with openai_client(app()) as client:
        stream = await client.audio.transcriptions.create(
            model="gpt-4o-transcribe",
            file=SECONDS,
            stream=True,
            include=["logprobs"],
            extra_body={"x_flags": policy},
        )
        *deltas, done = [event async for event in stream]
    assert isinstance(done, TranscriptionTextDoneEvent)
    pieces = [each for each in deltas if isinstance(each, TranscriptionTextDeltaEvent)]
    assert "".join(piece.delta for piece in pieces) == done.text == TEXTS[policy]
    assert done.usage is not None
    assert done.usage.output_tokens == (4 if policy == "drop" else 6)
    doubts = [piece.model_extra for piece in pieces]
    marks = [{}, {"x_flags": ["low_confidence"]}, {}]
    assert doubts == (marks if policy == "mark" else [{}] * len(pieces))


@pytest.mark.parametrize("path", ["transcriptions", "translations"])
async def test_another_word_is_refused(path: str):
    answer = await answered(path, x_flags="hide")
    error = json.loads(answer.text)["error"]
    assert answer.status_code == 400
    assert (error["param"], error["code"]) == ("x_flags", "invalid_value")
    assert "'keep', 'mark', and 'drop'" in error["message"]
