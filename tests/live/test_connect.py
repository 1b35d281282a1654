"""`dragoman.connect()` on real weights, in this process: no server and no port."""

from collections.abc import Generator
from pathlib import Path

import pytest
from openai import OpenAI

import dragoman
from dragoman.serving.settings import Settings

pytestmark = pytest.mark.model

GREETING = Path(__file__).parents[2] / "examples/data/speech.mp3"


@pytest.fixture(scope="module")
def inside(tmp_path_factory: pytest.TempPathFactory) -> Generator[OpenAI, None, None]:
    apart = tmp_path_factory.mktemp("inside")
    settings = Settings(completions=apart / "completions", voices=apart / "voices")
    with dragoman.connect(settings=settings) as client:
        yield client


def test_a_stream_is_left_and_the_next_question_answered(inside: OpenAI):
    story = inside.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": "Tell a long story about a fox."}],
        stream=True,
    )
    pieces = [chunk.choices[0].delta.content for chunk, _ in zip(story, range(6), strict=False)]
    story.close()
    answer = inside.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": "What is the capital of France? One word."}],
    )
    assert any(pieces)
    assert "Paris" in (answer.choices[0].message.content or "")


def test_what_is_said_is_written_down(inside: OpenAI):
    with GREETING.open("rb") as file:
        heard = inside.audio.transcriptions.create(model="whisper-1", file=file)
    assert "안녕하세요" in heard.text
