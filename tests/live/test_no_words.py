"""Sounds in which nobody says a word, asked for in ways that lead astray, by a real server."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from faster_whisper import decode_audio
from numpy.typing import NDArray
from openai import OpenAI

from dragoman.engines.whisper_ct2.hallucinations import repeats_prompt
from sounds import hum, pink, wav, white

pytestmark = pytest.mark.model

ASTRAY: dict[str, dict[str, Any]] = {
    "temperature": {"temperature": 1.0},
    "French prompt": {"temperature": 0.4, "prompt": "Bonjour et bienvenue à la réunion de mardi."},
    "wrong language": {"language": "ko", "prompt": "오늘 회의는 오후 세 시에 시작합니다."},
    "two of them": {"language": "ja", "temperature": 1.0, "prompt": "Добрый вечер!"},
}
QUIET: dict[str, NDArray[np.float64]] = {
    "silence": np.zeros(64_000),
    "white noise": white(4),
    "pink noise": pink(4),
    "hum": hum(4),
}
GREETING = Path(__file__).parents[2] / "examples/data/speech.mp3"
PROMPT = "I am calling about invoice number 4711. The agent's name is Maria."


def text(client: OpenAI, file: bytes, **fields: object) -> str:
    create: Any = client.audio.transcriptions.create
    answer = create(model="whisper-1", file=("a.wav", file), **fields)
    return answer.text


@pytest.mark.parametrize("fields", ASTRAY.values(), ids=ASTRAY)
@pytest.mark.parametrize("sound", QUIET.values(), ids=QUIET)
def test_nothing_is_invented_in_whatever_way_it_is_asked(
    client: OpenAI, sound: NDArray[np.float64], fields: dict[str, Any]
):
    assert text(client, wav(sound), **fields) == ""


@pytest.mark.parametrize("prompt", [None, PROMPT])
def test_speech_played_backwards_is_not_the_prompt(client: OpenAI, prompt: str | None):
    decode: Any = decode_audio
    greeting: NDArray[np.float64] = decode(str(GREETING)).astype(np.float64)
    given = {} if prompt is None else {"prompt": prompt}
    assert not repeats_prompt(text(client, wav(greeting[::-1]), **given), PROMPT)
