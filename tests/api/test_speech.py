"""`/v1/audio/speech`, through the official client and a fake engine."""

import base64
import io
import json
import wave
from typing import Any

import httpx2
import openai
import pytest
from starlette.applications import Starlette

from clients import Shelf, http_client, openai_client
from dragoman.api import speech
from dragoman.domain.engine import BlockingEngine, Outlet
from dragoman.domain.errors import EngineFailed
from dragoman.domain.speech import SPEECH, Sound, SpeechEvent, SpeechFinished, SpeechRequest
from dragoman.domain.transcription import TRANSCRIPTION
from dragoman.engines.fake import FakeSpeaker, FakeTranscriber
from dragoman.serving.app import create_app
from dragoman.serving.composition import SkilledEngines, skills
from dragoman.serving.settings import Settings
from fake_engines import Held


class Breaks:
    """Fails, at once or after a first piece."""

    concurrency = 1

    def __init__(self, *, after: bytes = b"") -> None:
        self._after = after

    def run(self, request: SpeechRequest, outlet: Outlet[SpeechEvent]) -> None:
        if self._after:
            outlet.emit(Sound(self._after))
        raise EngineFailed("broken")

    def close(self) -> None:
        pass


class Silent:
    """Has nothing to say, in a format without a header."""

    concurrency = 1

    def run(self, request: SpeechRequest, outlet: Outlet[SpeechEvent]) -> None:
        outlet.emit(SpeechFinished(0.0, 0))

    def close(self) -> None:
        pass


def speech_app(engine: BlockingEngine[SpeechRequest, SpeechEvent] | None = None) -> Starlette:
    held = Held({SPEECH: {name: engine or FakeSpeaker() for name in ("tts-1", "gpt-4o-mini-tts")}})
    return create_app(held, Shelf(), more=speech.routes(held))


def samples(data: bytes) -> int:
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (24_000, 1, 2)
    return (len(data) - 44) // 2


async def test_the_official_client_gets_a_file():
    async with openai_client(speech_app()) as client:
        answer = await client.audio.speech.create(
            model="tts-1", voice="alloy", input="one two three", response_format="wav"
        )
        data = await answer.aread()
    assert answer.response.headers["content-type"] == "audio/wav"
    assert "content-length" not in answer.response.headers
    assert samples(data) == 3 * 4800


async def test_events_join_to_the_same_file():
    body = {
        "model": "gpt-4o-mini-tts",
        "voice": "alloy",
        "input": "one two",
        "response_format": "pcm",
    }
    async with http_client(speech_app()) as client:
        whole = await client.post("/v1/audio/speech", json=body)
        told = await client.post("/v1/audio/speech", json={**body, "stream_format": "sse"})
    assert whole.headers["content-type"] == "audio/pcm"
    assert told.headers["content-type"].startswith("text/event-stream")
    events = [json.loads(line[6:]) for line in told.text.split("\n\n") if line]
    *deltas, done = events
    assert {event["type"] for event in deltas} == {"speech.audio.delta"}
    assert b"".join(base64.b64decode(event["audio"]) for event in deltas) == whole.content
    assert done["type"] == "speech.audio.done"
    usage = done["usage"]
    assert usage["input_tokens"] + usage["output_tokens"] == usage["total_tokens"]


async def test_no_sound_at_all_is_an_empty_file():
    async with http_client(speech_app(Silent())) as client:
        body = {"model": "tts-1", "voice": "alloy", "input": "…", "response_format": "pcm"}
        answer = await client.post("/v1/audio/speech", json=body)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == "audio/pcm"


async def test_a_failure_before_the_first_sound_has_its_own_status():
    async with openai_client(speech_app(Breaks())) as client:
        with pytest.raises(openai.InternalServerError) as caught:
            await client.audio.speech.create(model="tts-1", voice="alloy", input="Hello.")
    assert caught.value.response.headers["content-type"] == "application/json"


async def test_a_failure_in_an_event_stream_is_its_last_event():
    async with http_client(speech_app(Breaks(after=b"ab"))) as client:
        answer = await client.post(
            "/v1/audio/speech",
            json={
                "model": "gpt-4o-mini-tts",
                "voice": "alloy",
                "input": "Hello.",
                "stream_format": "sse",
            },
        )
    first, last = (json.loads(line[6:]) for line in answer.text.split("\n\n") if line)
    assert first["type"] == "speech.audio.delta"
    assert last["error"]["type"] == "server_error"


async def refused(body: object) -> httpx2.Response:
    async with http_client(speech_app()) as client:
        return await client.post("/v1/audio/speech", json=body)


async def test_mistakes_come_back_in_the_envelope():
    answer = await refused({"model": "tts-1", "voice": "alloy", "input": "hi", "speed": 5})
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert "Input should be less than or equal to 4" in error["message"]
    assert (error["type"], error["param"], error["code"]) == ("invalid_request_error", None, None)


async def test_an_unknown_model_is_not_found():
    answer = await refused({"model": "gpt-5-tts", "voice": "alloy", "input": "hi"})
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "model_not_found"


async def test_a_body_that_is_no_json_is_refused():
    async with http_client(speech_app()) as client:
        answer = await client.post("/v1/audio/speech", content=b"{'model'")
    assert answer.status_code == 400
    assert "could not parse" in answer.json()["error"]["message"]


async def told(**extensions: object) -> list[dict[str, Any]]:
    body = {
        "model": "gpt-4o-mini-tts",
        "voice": "alloy",
        "input": "one  two.",
        "response_format": "pcm",
        "stream_format": "sse",
    }
    async with http_client(speech_app()) as client:
        answer = await client.post("/v1/audio/speech", json={**body, **extensions})
    assert answer.status_code == 200, answer.text
    return [json.loads(line[6:]) for line in answer.text.split("\n\n") if line]


async def test_words_are_told_before_their_sound_when_asked_for():
    events = await told(x_word_times=True)
    assert [event["type"].removeprefix("speech.audio.") for event in events] == [
        "word",
        "delta",
        "word",
        "delta",
        "done",
    ]
    assert events[2] == {
        "type": "speech.audio.word",
        "word": "two.",
        "offset": 5,
        "length": 4,
        "start": 0.2,
        "end": 0.4,
    }


async def test_words_are_not_told_to_those_who_did_not_ask():
    assert {event["type"] for event in await told()} == {"speech.audio.delta", "speech.audio.done"}


async def test_captions_come_with_the_last_event():
    *before, done = await told(x_captions="srt")
    assert "speech.audio.word" not in {event["type"] for event in before}
    assert done["x_captions"] == "1\n00:00:00,000 --> 00:00:00,400\none two.\n\n"
    (*_, other) = await told(x_captions="vtt", speed=2)
    assert other["x_captions"] == "WEBVTT\n\n00:00:00.000 --> 00:00:00.200\none two.\n\n"


def checked_app() -> Starlette:
    held = Held({SPEECH: {"tts-1": FakeSpeaker()}, TRANSCRIPTION: {"w": FakeTranscriber()}})
    skilled = SkilledEngines(held, skills(Settings()))
    return create_app(skilled, Shelf(), more=speech.routes(skilled))


async def test_a_file_that_was_listened_to_says_how_well_it_was_understood():
    body = {"model": "tts-1", "voice": "alloy", "input": "one two three", "response_format": "wav"}
    async with http_client(checked_app()) as client:
        answer = await client.post("/v1/audio/speech", json={**body, "x_verify": True})
        plain = await client.post("/v1/audio/speech", json=body)
    assert answer.headers["x-character-error-rate"] == "1.0000"
    assert int(answer.headers["content-length"]) == len(answer.content)
    with wave.open(io.BytesIO(answer.content)) as file:
        assert file.getnframes() == samples(answer.content)
    assert "x-character-error-rate" not in plain.headers


async def test_without_a_recogniser_nothing_is_verified():
    held = Held({SPEECH: {"tts-1": FakeSpeaker()}})
    skilled = SkilledEngines(held, skills(Settings()))
    app = create_app(skilled, Shelf(), more=speech.routes(skilled))
    async with http_client(app) as client:
        answer = await client.post(
            "/v1/audio/speech",
            json={"model": "tts-1", "voice": "alloy", "input": "Hello.", "x_verify": True},
        )
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == "x_verify"


@pytest.mark.parametrize("cut", ["\\ud83d", "\\ude00", "\\ud83d\\ud83d"])
async def test_half_a_surrogate_pair_costs_no_more_than_its_letter(cut: str):
    fields = '"model": "tts-1", "voice": "alloy", "response_format": "wav"'
    body = f'{{{fields}, "input": "one {cut} two"}}'
    async with http_client(speech_app()) as client:
        answer = await client.post(
            "/v1/audio/speech", content=body, headers={"content-type": "application/json"}
        )
    assert answer.status_code == 200
    assert samples(answer.content) == 3 * 4800


async def test_captions_show_no_markup_and_words_have_the_places_of_what_was_sent():
    text = "# Title\n\nSee **the** [docs](http://a.b)."
    body = {
        "model": "gpt-4o-mini-tts",
        "voice": "alloy",
        "input": text,
        "stream_format": "sse",
        "x_captions": "srt",
    }
    async with http_client(speech_app()) as client:
        answer = await client.post("/v1/audio/speech", json=body)
    done = json.loads(answer.text.rsplit("data: ", 1)[1])
    assert "See the docs." in done["x_captions"]
    assert "*" not in done["x_captions"]


async def test_pauses_that_are_not_as_they_were_asked_for_are_named():
    body = {"model": "tts-1", "voice": "alloy", "input": "One [pause:abc] two [pause:999s] three."}
    async with http_client(speech_app()) as client:
        answer = await client.post("/v1/audio/speech", json=body)
    assert answer.status_code == 200
    named = answer.headers["x-dragoman-ignored"]
    assert named == "input ([pause:abc]), input (a pause beyond 30 s)"


async def test_a_value_of_another_type_is_refused_with_its_field():
    answer = await refused(
        {"model": "tts-1", "voice": "alloy", "input": "hi", "instructions": ["x"]}
    )
    error = answer.json()["error"]
    assert (error["param"], error["code"]) == ("instructions", "invalid_type")
    assert error["message"] == (
        "Invalid type for 'instructions': expected a string, but got an array instead."
    )
