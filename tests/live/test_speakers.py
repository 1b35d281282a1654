"""Who says what in a recording of two voices of ours, over HTTP, with real weights."""

import io
import wave
from typing import Any, cast

import pytest
from openai import OpenAI
from openai.types.audio import TranscriptionDiarized, TranscriptionDiarizedSegment

from transcripts import likeness, words

pytestmark = pytest.mark.model

TALK = (
    ("onyx", "The ferry leaves the harbor before sunrise, and it never waits for anybody."),
    ("nova", "My grandmother keeps her letters in a wooden chest under the window."),
    ("onyx", "Please turn off the lights when you go upstairs to the bedroom tonight."),
    ("nova", "The children planted three apple trees behind the old school building."),
)
PAUSE_S = 0.6


@pytest.fixture(scope="module")
def talk(client: OpenAI) -> bytes:
    """The sentences, by turns a man and a woman, with silence between them: a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(24_000)
        for voice, text in TALK:
            spoken = client.audio.speech.create(
                model="tts-1", voice=voice, input=text, response_format="pcm"
            )
            out.writeframes(spoken.content)
            out.writeframes(bytes(2 * round(PAUSE_S * 24_000)))
    return file.getvalue()


def alternate(segments: list[TranscriptionDiarizedSegment]) -> None:
    """Two speakers take turns, and each sentence is its speaker's."""
    turns: list[tuple[str, str]] = []
    for segment in segments:
        if turns and turns[-1][0] == segment.speaker:
            turns[-1] = (segment.speaker, turns[-1][1] + segment.text)
        else:
            turns.append((segment.speaker, segment.text))
    assert [speaker for speaker, _ in turns] == ["A", "B", "A", "B"]
    for (_, heard), (_, text) in zip(turns, TALK, strict=True):
        shared = set(words(heard)) & set(words(text))
        assert len(shared) >= 0.8 * len(set(words(text))), (heard, text)


@pytest.fixture(scope="module")
def whole(client: OpenAI, talk: bytes) -> TranscriptionDiarized:
    return client.audio.transcriptions.create(
        model="gpt-4o-transcribe-diarize",
        file=("talk.wav", talk),
        response_format="diarized_json",
        chunking_strategy="auto",
    )


def test_two_voices_are_told_apart_in_a_diarised_transcript(whole: TranscriptionDiarized):
    alternate(whole.segments)
    assert "".join(segment.text for segment in whole.segments).strip() == whole.text.strip()
    assert all(
        before.end <= after.start + 0.01
        for before, after in zip(whole.segments, whole.segments[1:], strict=False)
    )


def test_the_plain_form_of_a_diarised_transcript_has_the_same_text(
    client: OpenAI, talk: bytes, whole: TranscriptionDiarized
):
    plain = client.audio.transcriptions.create(
        model="gpt-4o-transcribe-diarize",
        file=("talk.wav", talk),
        response_format="json",
        chunking_strategy="auto",
    )
    assert plain.text == whole.text


def test_a_stream_tells_the_same_speakers_as_the_whole(
    client: OpenAI, talk: bytes, whole: TranscriptionDiarized
):
    stream = client.audio.transcriptions.create(
        model="gpt-4o-transcribe-diarize",
        file=("talk.wav", talk),
        response_format="diarized_json",
        chunking_strategy="auto",
        stream=True,
    )
    events = [cast("Any", event) for event in stream]
    segments = [e for e in events if e.type == "transcript.text.segment"]
    alternate(segments)
    deltas = [e for e in events if e.type == "transcript.text.delta"]
    assert {e.segment_id for e in deltas} == {e.id for e in segments}
    (done,) = (e for e in events if e.type == "transcript.text.done")
    assert "".join(e.delta for e in deltas).strip() == done.text.strip()
    assert likeness(done.text, whole.text) > 0.9
