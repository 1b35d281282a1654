"""Translations by the official client, a real server and real weights."""

from pathlib import Path

import pytest
from openai import OpenAI

pytestmark = pytest.mark.model

GREETING = Path(__file__).parents[1] / "data/speech.mp3"


@pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")  # by OpenAI, not by us
def test_korean_speech_becomes_spanish_and_the_answer_says_how(client: OpenAI):
    with GREETING.open("rb") as file:
        answer = client.audio.translations.with_raw_response.create(
            model="whisper-1",
            file=file,
            response_format="verbose_json",
            extra_body={"x_to_language": "es"},
        )
    body = answer.parse()
    assert answer.headers["x-translated-by"] == "chat"
    assert (body.language, "hola" in body.text.lower()) == ("spanish", True)
    assert body.model_extra is not None
    assert body.model_extra["x_spoken_language"] == "korean"
    assert body.segments is not None
    assert all(0 <= s.start < s.end <= body.duration for s in body.segments)
