"""Answers of a real server: recorded, replayed without it, and compared with it."""

import json
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest
from openai import NotFoundError, OpenAI

from migration_services import command

pytestmark = pytest.mark.model

DRAGOMAN = str(Path(sysconfig.get_path("scripts")) / "dragoman")
GREETING = Path(__file__).parents[2] / "examples/data/speech.mp3"
SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
HOME: Any = {
    "type": "json_schema",
    "json_schema": {"name": "home", "strict": True, "schema": SCHEMA},
}


def talk(url: str) -> list[str | bytes | None]:
    """What a program gets: an object, a stream, a transcript, a sound."""
    with OpenAI(base_url=url, api_key="anything", max_retries=0, timeout=300) as client:
        city = client.chat.completions.create(
            model="gpt-4o-mini",
            temperature=0,
            messages=[{"role": "user", "content": "I live in Seoul. In which city do I live?"}],
            response_format=HOME,
        )
        chunks = client.chat.completions.create(
            model="gpt-4o-mini",
            temperature=0,
            max_tokens=12,
            stream=True,
            messages=[{"role": "user", "content": "Say hello."}],
        )
        pieces = [choice.delta.content for chunk in chunks for choice in chunk.choices]
        with GREETING.open("rb") as file:
            text = client.audio.transcriptions.create(model="whisper-1", file=file).text
        sound = client.audio.speech.create(model="tts-1", voice="alloy", input="Good morning.")
        words = "".join(filter(None, pieces))
        return [city.choices[0].message.content, words, text, sound.content]


def test_answers_are_recorded_replayed_and_compared(base_url: str, tmp_path: Path):
    folder = str(tmp_path / "recordings")
    with command("record", "--upstream", base_url, "--to", folder) as recorder:
        recorded = talk(recorder.url)
    assert json.loads(recorded[0] or "{}") == {"city": "Seoul"}
    with command("replay", folder, "--strict") as replayer:
        assert talk(replayer.url) == recorded
        with (
            OpenAI(base_url=replayer.url, api_key="anything", max_retries=0) as client,
            pytest.raises(NotFoundError, match="differs in input"),
        ):
            client.audio.speech.create(model="tts-1", voice="alloy", input="Good night.")
    assert replayer.status == 1
    limits = ("--max-word-error-rate", "0", "--max-length-deviation", "0.05")
    done = subprocess.run(
        [DRAGOMAN, "compare", folder, "--base-url", base_url, "--json", *limits],
        capture_output=True,
        check=False,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout
    compared = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(compared) == 4
    assert [each for each in compared if each["faults"]] == []
    measures = {name for each in compared for name in each["measures"]}
    assert {"word_error_rate", "length_ratio", "first_ratio", "tokens_ratio"} <= measures
