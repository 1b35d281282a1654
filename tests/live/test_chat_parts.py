"""Sound and files in chat, on a real server with real weights."""

import base64
import io
import wave
from typing import Literal

import pytest
from openai import OpenAI
from openai.types.chat import ChatCompletionContentPartParam, ChatCompletionMessageParam

from pdfs import pdf

pytestmark = pytest.mark.model

MODEL = "gpt-audio"
SPOKEN: list[Literal["text", "audio"]] = ["text", "audio"]


def said(client: OpenAI, text: str) -> ChatCompletionContentPartParam:
    data = client.audio.speech.create(
        model="tts-1", voice="alloy", input=text, response_format="wav"
    ).content
    encoded = base64.b64encode(data).decode()
    return {"type": "input_audio", "input_audio": {"data": encoded, "format": "wav"}}


def user(*parts: ChatCompletionContentPartParam) -> list[ChatCompletionMessageParam]:
    return [{"role": "user", "content": list(parts)}]


def test_a_spoken_question_is_answered(client: OpenAI) -> None:
    question = said(client, "What is the capital of France?")
    answer = client.chat.completions.create(
        model=MODEL, messages=user(question), max_tokens=40, temperature=0
    )
    assert "Paris" in (answer.choices[0].message.content or "")
    assert answer.usage
    assert answer.usage.prompt_tokens_details
    assert 10 < (answer.usage.prompt_tokens_details.audio_tokens or 0) < 60


def test_a_spoken_answer_says_its_transcript(client: OpenAI) -> None:
    answer = client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "Say: the train leaves at noon."}],
        modalities=SPOKEN,
        audio={"voice": "echo", "format": "wav"},
        max_tokens=40,
        temperature=0,
    )
    audio = answer.choices[0].message.audio
    assert audio
    data = base64.b64decode(audio.data)
    with wave.open(io.BytesIO(data)) as file:
        assert file.getnframes() > file.getframerate()
    heard = client.audio.transcriptions.create(model="whisper-1", file=("said.wav", data)).text
    for word in ("train", "noon"):
        assert (word in heard.lower()) == (word in audio.transcript.lower())
    assert "train" in heard.lower()


def test_a_question_about_a_pdf_is_answered(client: OpenAI) -> None:
    report = pdf("Quarterly report. Sales rose by 12 percent.", "The largest customer was Acme.")
    file: ChatCompletionContentPartParam = {
        "type": "file",
        "file": {"filename": "report.pdf", "file_data": base64.b64encode(report).decode()},
    }
    question: ChatCompletionContentPartParam = {
        "type": "text",
        "text": "Who was the largest customer?",
    }
    answer = client.chat.completions.create(
        model=MODEL, messages=user(question, file), max_tokens=40, temperature=0
    )
    assert "Acme" in (answer.choices[0].message.content or "")
