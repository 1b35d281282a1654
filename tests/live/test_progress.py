"""`x_progress` by a real server with real weights."""

import json
from typing import Any

import httpx2
import pytest
from openai import OpenAI

pytestmark = pytest.mark.model

TALE = (
    "The ferry leaves the harbor before sunrise. My grandmother keeps her letters in a wooden "
    "chest. Please turn off the lights when you go upstairs. He painted the ceiling by himself."
)


@pytest.fixture(scope="module")
def minute(client: OpenAI) -> bytes:
    """More than one window of half a minute: glued files are heard one after the other."""
    spoken = client.audio.speech.create(model="tts-1", voice="nova", input=TALE)
    return spoken.content * 4


def posted(base_url: str, path: str, file: bytes, **fields: str) -> list[dict[str, Any]]:
    form = {"model": "whisper-1", "x_progress": "true", **fields}
    answer = httpx2.post(
        f"{base_url}/audio/{path}", data=form, files={"file": ("a.mp3", file)}, timeout=300
    )
    lines = [line for line in answer.text.split("\n\n") if line.startswith("data: ")]
    return [json.loads(line.removeprefix("data: ")) for line in lines]


def test_subtitles_are_the_same_and_the_segments_before_them_reach_the_end(
    client: OpenAI, base_url: str, minute: bytes
):
    plain = client.audio.transcriptions.create(
        model="whisper-1", file=("a.mp3", minute), response_format="srt"
    )
    first, *reports, last = posted(base_url, "transcriptions", minute, response_format="srt")
    assert first["end"] == 0.0
    assert first["audio_seconds"] > 35
    assert len({report["start"] for report in reports}) == len(reports) >= 4
    ends = [report["end"] for report in reports]
    assert ends == sorted(ends)
    assert ends[-1] > 0.9 * first["audio_seconds"]
    assert all("sunrise" not in report["text"] or report["text"] in plain for report in reports)
    assert last["body"] == plain
    assert "x-coverage" in last["headers"]


def test_a_translation_reports_too(base_url: str, client: OpenAI):
    korean = client.audio.speech.create(
        model="tts-1", voice="nova", input="안녕하세요. 반갑습니다."
    ).content
    *reports, last = posted(base_url, "translations", korean, response_format="verbose_json")
    whole = json.loads(last["body"])
    assert whole["language"] == "english"
    assert [report["text"] for report in reports if report["text"]] == [
        segment["text"].strip() for segment in whole["segments"]
    ]
