"""Nothing is sent anywhere: every socket call of every process of a server is watched."""

import os
import re
import shutil
from pathlib import Path

import pytest
from openai import OpenAI

from live_server import serving

STRACE = shutil.which("strace")
pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(STRACE is None, reason="strace is not here: apt install strace"),
]

ADDRESS = re.compile(r'sin6?_addr=inet_(?:addr\(|pton\(AF_INET6, )"([^"]+)"')
LOOPBACK = re.compile(r"127\.|::1$|::ffff:127\.|0\.0\.0\.0$|::$")


def test_no_process_looks_up_a_name_or_talks_beyond_loopback(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    home = tmp_path / "home"
    home.mkdir()
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    models = os.environ.get("DRAGOMAN_MODELS") or str(Path(data) / "dragoman" / "models")
    with (
        serving(
            "--offline",
            log=tmp_path / "log",
            before=(
                str(STRACE),
                *(
                    "-D",
                    "-f",
                    "-qq",  # -D: the server is our child, not the tracer's
                    "-s",
                    "256",
                    "-o",
                    str(trace),
                ),
                *("-e", "trace=connect,sendto,sendmsg,sendmmsg"),
            ),
            HOME=str(home),
            DRAGOMAN_MODELS=models,
        ) as server,
        OpenAI(base_url=server.base_url, api_key="anything", max_retries=0, timeout=300) as client,
    ):
        spoken = client.audio.speech.create(model="tts-1", voice="alloy", input="Good morning.")
        heard = client.audio.transcriptions.create(
            model="gpt-4o-transcribe-diarize",
            file=("speech.mp3", spoken.content),
            chunking_strategy="auto",
        )
        assert "morning" in heard.text.lower()
        client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "Say hello."}], max_tokens=5
        )
    addresses = ADDRESS.findall(trace.read_text(errors="replace"))
    assert [address for address in addresses if not LOOPBACK.match(address)] == []
    assert not [path for path in home.rglob("*") if "icrosoft" in path.name]
