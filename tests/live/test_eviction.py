"""A server whose memory holds one model at a time: models leave for each other."""

import re
from pathlib import Path

import pytest
from openai import InternalServerError, OpenAI

from live_server import serving

SENTENCE = "The museum opens at ten."


@pytest.mark.model
def test_speech_and_transcription_take_turns_where_memory_holds_one_of_them(tmp_path: Path) -> None:
    settings = {"DRAGOMAN_MEMORY_MIB": "700", "DRAGOMAN_PRELOAD": "false"}
    with serving(log=tmp_path / "log", **settings) as server:
        client = OpenAI(base_url=server.base_url, api_key="sk-any", max_retries=0, timeout=300)
        for _ in range(2):
            sound = client.audio.speech.create(model="tts-1", voice="alloy", input=SENTENCE)
            text = client.audio.transcriptions.create(
                model="whisper-1", file=("speech.mp3", sound.content)
            ).text
            assert "museum opens at ten" in text.lower().replace("10", "ten")
        with pytest.raises(InternalServerError, match=r"takes 2800 MB, and all engines together"):
            client.chat.completions.create(
                model="gpt-4o", messages=[{"role": "user", "content": "Hi"}]
            )
    left = re.findall(r"engine=(\S+) event=unloaded for=(\S+)", (tmp_path / "log").read_text())
    turn = [("kokoro-82m", "whisper-base"), ("whisper-base", "kokoro-82m")]
    assert left == [*turn, turn[0]]
