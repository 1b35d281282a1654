"""Who speaks when, over HTTP, with real weights: two voices of ours, in turns."""

import io
import wave
from pathlib import Path

import pytest
from openai import OpenAI

from live_server import Server

pytestmark = pytest.mark.model

TURNS = (
    ("onyx", "Good morning. I would like to buy two tickets for the train to London, please."),
    ("nova", "Of course. The next train leaves at noon, and it takes about three hours."),
    ("onyx", "That is perfect for me. Can I pay for both of the tickets with my credit card?"),
    ("nova", "Yes, you can. Please put your card into the machine on the left of the window."),
)
RATE = 24_000


@pytest.fixture(scope="module")
def conversation(client: OpenAI, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("voices") / "conversation.wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        for voice, text in TURNS:
            spoken = client.audio.speech.create(
                model="tts-1", voice=voice, input=text, response_format="wav"
            )
            with wave.open(io.BytesIO(spoken.content)) as sound:
                out.writeframes(sound.readframes(sound.getnframes()) + bytes(RATE))
    return path


def test_a_conversation_is_given_to_its_two_speakers(client: OpenAI, conversation: Path) -> None:
    answer = client.audio.transcriptions.create(
        model="gpt-4o-transcribe-diarize",
        file=conversation,
        response_format="diarized_json",
        chunking_strategy="auto",
    )
    speakers: list[str] = []
    texts: dict[str, str] = {"A": "", "B": ""}
    for segment in answer.segments:
        if not speakers or speakers[-1] != segment.speaker:
            speakers.append(segment.speaker)
        texts[segment.speaker] += segment.text.lower()
    assert speakers == ["A", "B", "A", "B"]
    assert "tickets" in texts["A"]
    assert "credit card" in texts["A"]
    assert "machine" in texts["B"]
    assert "tickets" not in texts["B"]


def test_the_same_model_answers_json_and_streams_its_segments(
    client: OpenAI, conversation: Path
) -> None:
    whole = client.audio.transcriptions.create(
        model="gpt-4o-transcribe-diarize", file=conversation, chunking_strategy="auto"
    )
    assert "London" in whole.text
    with client.audio.transcriptions.create(
        model="gpt-4o-transcribe-diarize",
        file=conversation,
        response_format="diarized_json",
        chunking_strategy="auto",
        stream=True,
    ) as stream:
        events = list(stream)
    segments = [event for event in events if event.type == "transcript.text.segment"]
    assert {segment.speaker for segment in segments} == {"A", "B"}
    assert events[-1].type == "transcript.text.done"


def test_no_engine_failed_on_the_way(server: Server) -> None:
    log = server.log.read_text()
    assert "load-failed" not in log
    assert "Traceback" not in log
