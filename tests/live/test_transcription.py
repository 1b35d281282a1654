"""Transcriptions by a real server with real weights."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from faster_whisper import decode_audio
from numpy.typing import NDArray
from openai import OpenAI
from openai.types.audio import TranscriptionTextDeltaEvent, TranscriptionTextDoneEvent

from live_server import Server
from sounds import wav
from transcripts import likeness

pytestmark = pytest.mark.model

GREETING = Path(__file__).parents[2] / "examples/data/speech.mp3"
TALE = (
    "The ferry leaves the harbor before sunrise. My grandmother keeps her letters in a wooden "
    "chest. Please turn off the lights when you go upstairs. He painted the ceiling by himself."
)


@pytest.fixture(scope="module")
def tale(client: OpenAI) -> bytes:
    return client.audio.speech.create(
        model="tts-1", voice="nova", input=TALE, response_format="mp3"
    ).content


def test_a_stream_joins_to_its_text_which_is_nearly_the_whole_answers(client: OpenAI, tale: bytes):
    whole = client.audio.transcriptions.create(model="gpt-4o-transcribe", file=("a.mp3", tale))
    stream = client.audio.transcriptions.create(
        model="gpt-4o-transcribe", file=("a.mp3", tale), stream=True
    )
    events = list(stream)
    deltas = [event.delta for event in events if isinstance(event, TranscriptionTextDeltaEvent)]
    (done,) = (event for event in events if isinstance(event, TranscriptionTextDoneEvent))
    assert "".join(deltas) == done.text
    assert len(deltas) > 1
    assert likeness(done.text, whole.text) > 0.9
    assert likeness(whole.text, TALE) > 0.9
    assert "before sunrise" in whole.text


def test_whispers_process_has_the_memory_it_works_best_with(
    client: OpenAI, server: Server, tale: bytes
):
    client.audio.transcriptions.create(model="whisper-1", file=("a.mp3", tale))
    environment = Path(f"/proc/{server.pid_of('whisper-base')}/environ")
    if not environment.exists():
        pytest.skip("only Linux tells what a process was started with")
    assert b"GLIBC_TUNABLES=glibc.malloc.hugetlb=1" in environment.read_bytes()


def test_what_is_drawn_again_has_the_same_text_alone_and_with_three_others(client: OpenAI):
    decode: Any = decode_audio
    greeting: NDArray[np.float64] = decode(str(GREETING)).astype(np.float64)
    hurried = wav(greeting[::2])

    def transcribed(_: int) -> tuple[str, list[tuple[float, str, float]]]:
        answer = client.audio.transcriptions.create(
            model="whisper-1", file=("a.wav", hurried), response_format="verbose_json"
        )
        return answer.text, [
            (segment.temperature, segment.text, segment.avg_logprob)
            for segment in answer.segments or []
        ]

    text, segments = transcribed(0)
    assert text
    assert max(temperature for temperature, *_ in segments) > 0
    assert transcribed(1) == (text, segments)
    with ThreadPoolExecutor(4) as crowd:
        assert list(crowd.map(transcribed, range(4))) == [(text, segments)] * 4
