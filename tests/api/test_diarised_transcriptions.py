"""`/v1/audio/transcriptions` with names that tell speakers apart, through the official client."""

import base64
import io
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openai
import pytest
from openai.types.audio import (
    Transcription,
    TranscriptionDiarized,
    TranscriptionTextDeltaEvent,
    TranscriptionTextDoneEvent,
    TranscriptionTextSegmentEvent,
)
from starlette.applications import Starlette

from clients import Shelf, http_client, nothing_extra, openai_client
from dragoman.api import transcriptions
from dragoman.api.uploads import Uploads
from dragoman.domain.diarisation import DIARISATION, DiarisationRequest, Turns
from dragoman.domain.engine import BlockingEngine, EngineSpec
from dragoman.domain.speech import Sound, SpeechRequest
from dragoman.domain.transcription import (
    AUDIO_CODEC,
    TRANSCRIPTION,
    TranscriptionEvent,
    TranscriptionRequest,
)
from dragoman.engines import kokoro_onnx, speakers, whisper_ct2
from dragoman.engines.codecs import load_audio
from dragoman.engines.fake import FakeSpeakers, FakeTranscriber
from dragoman.serving.app import create_app
from dragoman.serving.composition import SkilledEngines, skills
from dragoman.serving.settings import Settings
from fake_engines import Held
from outlets import Basket
from sounds import tone, wav

MODEL = "gpt-4o-transcribe-diarize"
SECOND = wav(tone(1.0))
TEXT = "This is the fake recogniser: it heard 1.00 seconds of sound."


def app(
    ears: BlockingEngine[TranscriptionRequest, TranscriptionEvent] | None = None,
    told: BlockingEngine[DiarisationRequest, Turns] | None = None,
) -> Starlette:
    held = Held(
        {
            AUDIO_CODEC: {"audio-codec": load_audio(EngineSpec("audio-codec", ""))},
            TRANSCRIPTION: dict.fromkeys((MODEL, "whisper-base"), ears or FakeTranscriber()),
            DIARISATION: {"speakers": told or FakeSpeakers()},
        }
    )
    engines = SkilledEngines(held, skills(Settings()))
    return create_app(engines, Shelf(), more=transcriptions.routes(engines, Uploads()))


def url(sound: bytes) -> str:
    return f"data:audio/wav;base64,{base64.b64encode(sound).decode()}"


async def test_the_official_client_gets_segments_with_speakers() -> None:
    async with openai_client(app()) as client:
        answer = await client.audio.transcriptions.create(
            model=MODEL, file=SECOND, response_format="diarized_json"
        )
    assert isinstance(answer, TranscriptionDiarized)
    assert nothing_extra(answer)
    first, second = answer.segments
    assert (first.id, first.type, first.speaker) == ("seg_001", "transcript.text.segment", "A")
    assert (second.id, second.speaker) == ("seg_002", "B")
    assert 0 == first.start < first.end <= second.start < second.end == 1
    assert (first.text + second.text).strip() == answer.text == TEXT
    assert (answer.task, answer.duration) == ("transcribe", 1.0)
    assert answer.usage is not None
    assert answer.usage.type == "tokens"
    assert answer.usage.output_tokens == len(TEXT.split())


@pytest.mark.parametrize("model", [MODEL, "whisper-base"])
async def test_the_answer_is_what_openai_s_reference_shows(model: str) -> None:
    async with http_client(app()) as http:
        answer = await http.post(
            "/v1/audio/transcriptions",
            data={"model": model, "response_format": "diarized_json"},
            files={"file": SECOND},
        )
    body = answer.json()
    assert list(body) == ["task", "duration", "text", "segments", "usage"]
    assert list(body["segments"][0]) == ["type", "id", "start", "end", "text", "speaker"]
    assert answer.headers["x-coverage"].startswith("audio=1.000")


async def test_json_and_text_have_no_speakers() -> None:
    async with openai_client(app()) as client:
        answer = await client.audio.transcriptions.create(model=MODEL, file=SECOND)
        text = await client.audio.transcriptions.create(
            model=MODEL, file=SECOND, response_format="text"
        )
    assert isinstance(answer, Transcription)
    assert nothing_extra(answer)
    assert answer.text == TEXT
    assert text == TEXT + "\n"


@pytest.mark.parametrize("form", ["json", "diarized_json"])
async def test_a_stream_says_to_which_segment_a_piece_belongs(form: str) -> None:
    async with openai_client(app()) as client:
        stream = await client.audio.transcriptions.create(
            model=MODEL,
            file=SECOND,
            stream=True,
            response_format="diarized_json" if form == "diarized_json" else "json",
        )
        events = [event async for event in stream]
    assert all(map(nothing_extra, events))
    *pieces, done = events
    assert isinstance(done, TranscriptionTextDoneEvent)
    deltas = [event for event in pieces if isinstance(event, TranscriptionTextDeltaEvent)]
    segments = [event for event in pieces if isinstance(event, TranscriptionTextSegmentEvent)]
    assert [delta.segment_id for delta in deltas] == ["seg_001", "seg_002"]
    assert "".join(delta.delta for delta in deltas) == done.text == TEXT
    told = [(each.id, each.speaker) for each in segments]
    assert told == ([("seg_001", "A"), ("seg_002", "B")] if form == "diarized_json" else [])


async def test_known_speakers_have_their_names() -> None:
    async with openai_client(app()) as client:
        answer = await client.audio.transcriptions.create(
            model=MODEL,
            file=SECOND,
            response_format="diarized_json",
            known_speaker_names=["Kim"],
            known_speaker_references=[url(wav(tone(2.0)))],
        )
    assert isinstance(answer, TranscriptionDiarized)
    assert [segment.speaker for segment in answer.segments] == ["Kim", "A"]


@pytest.mark.parametrize(
    ("reference", "param", "words"),
    [
        (url(SECOND), "known_speaker_references", "has duration 1 seconds, but must be between"),
        (url(wav(tone(11.0))), "known_speaker_references", "has duration 11 seconds"),
        (url(b"no sound"), "known_speaker_references[0]", "corrupted"),
    ],
)
@pytest.mark.parametrize("stream", [True, False])
async def test_a_reference_that_is_no_reference_is_refused(
    reference: str, param: str, words: str, stream: bool
) -> None:
    async with openai_client(app()) as client:
        with pytest.raises(openai.BadRequestError, match=words) as caught:
            await client.audio.transcriptions.create(
                model=MODEL,
                file=SECOND,
                stream=stream,
                known_speaker_names=["Kim"],
                known_speaker_references=[reference],
            )
    assert (caught.value.param, caught.value.code) == (param, "invalid_value")


async def test_ten_seconds_of_studio_sound_fit_into_a_reference() -> None:
    studio = wav(tone(10.0, rate=96_000), rate=96_000, channels=2)
    async with openai_client(app()) as client:
        answer = await client.audio.transcriptions.create(
            model=MODEL,
            file=SECOND,
            known_speaker_names=["Kim"],
            known_speaker_references=[url(studio)],
        )
    assert isinstance(answer, Transcription)


async def test_half_a_minute_and_more_needs_a_chunking_strategy() -> None:
    long = wav(tone(31.0))
    async with openai_client(app()) as client:
        with pytest.raises(openai.BadRequestError, match="chunking_strategy is required") as caught:
            await client.audio.transcriptions.create(model=MODEL, file=long)
        answer = await client.audio.transcriptions.create(
            model=MODEL, file=long, chunking_strategy="auto"
        )
    assert caught.value.param == "chunking_strategy"
    assert isinstance(answer, Transcription)


# What follows hears.

LINES = (("shimmer", "Where did you put the letter?"), ("ash", "I left it on the kitchen table."))


@pytest.mark.model
async def test_who_says_what_is_heard(weights: Callable[[str], Path]) -> None:
    voice = kokoro_onnx.load(EngineSpec("kokoro-onnx", str(weights("kokoro-82m"))))
    said: list[bytes] = []
    for name, text in LINES:
        basket = Basket()
        voice.run(SpeechRequest(text, name, "pcm"), basket)
        said.append(b"".join(event.data for event in basket.events if isinstance(event, Sound)))
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(24_000)
        file.writeframes(np.zeros(12_000, "<i2").tobytes().join(said))
    real = app(
        whisper_ct2.load(EngineSpec("whisper-ct2", str(weights("whisper-base")))),
        speakers.load(EngineSpec("speakers", str(weights("speakers")))),
    )
    async with openai_client(real) as client:
        answer = await client.audio.transcriptions.create(
            model=MODEL, file=sound.getvalue(), response_format="diarized_json"
        )
    assert isinstance(answer, TranscriptionDiarized)
    heard: dict[str, str] = {}
    for segment in answer.segments:
        heard[segment.speaker] = heard.get(segment.speaker, "") + segment.text
    assert {who: text.strip() for who, text in heard.items()} == {
        "A": LINES[0][1],
        "B": LINES[1][1],
    }
