"""`kill -9` of an engine on a real server: its request fails, nobody else notices."""

import os
import signal
import threading
from collections.abc import Generator
from pathlib import Path

import openai
import pytest
from openai import OpenAI

from live_server import Server

pytestmark = pytest.mark.model

GREETING = Path(__file__).parents[2] / "examples/data/speech.mp3"
CHAT = "qwen2.5-coder-1.5b-instruct"


def test_kill_9_of_the_chat_engine_costs_its_own_stream_alone(server: Server, client: OpenAI):
    heard: list[str] = []

    def transcribe() -> None:
        with GREETING.open("rb") as file:
            heard.append(client.audio.transcriptions.create(model="whisper-1", file=file).text)

    stream = client.chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": "Count from one to two hundred in words."}],
        stream=True,
    )
    pieces = iter(stream)
    for _ in range(5):
        next(pieces)
    beside = threading.Thread(target=transcribe)
    beside.start()
    os.kill(server.pid_of(CHAT), signal.SIGKILL)
    with pytest.raises(openai.APIError, match="engine stopped"):
        for _ in pieces:
            pass
    beside.join()
    assert [text.replace(".", "") for text in heard] == ["안녕하세요 반갑습니다"]
    again = client.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": "Say hello."}], max_tokens=10
    )
    assert again.choices[0].message.content


def test_an_answer_without_chance_goes_on_after_the_death_of_its_engine(
    server: Server, client: OpenAI
):
    def pieces() -> Generator[str, None, None]:
        stream = client.chat.completions.create(
            model="gpt-4o-mini",
            messages=[{"role": "user", "content": "Count from one to thirty in words."}],
            temperature=0,
            stream=True,
        )
        for chunk in stream:
            if chunk.choices:
                yield chunk.choices[0].delta.content or ""

    undisturbed = "".join(pieces())
    disturbed = pieces()
    begin = "".join(next(disturbed) for _ in range(12))
    os.kill(server.pid_of(CHAT), signal.SIGKILL)
    assert begin + "".join(disturbed) == undisturbed
    assert "event=request-resumed" in server.log.read_text()
