"""Nothing is sent anywhere: what each process of a server knows, writes and connects to."""

import os
import re
import shutil
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from openai import OpenAI

from live_server import serving

STRACE = shutil.which("strace")
OTTER = Path(__file__).parents[2] / "examples" / "data" / "otter.png"
pytestmark = pytest.mark.model

KEY = "sk-canary-of-this-test"
ADDRESS = re.compile(r'sin6?_addr=inet_(?:addr\(|pton\(AF_INET6, )"([^"]+)"')
LOOPBACK = re.compile(r"127\.|::1$|::ffff:127\.|0\.0\.0\.0$|::$")


@dataclass(frozen=True)
class Used:
    """What is left of a server whose engines have each worked once."""

    home: Path
    environments: Mapping[str, bytes]
    """Of its engines' processes, by their names."""
    statuses: Mapping[str, str]
    """The same of what the kernel says of them."""
    trace: Path
    """What its processes called of the network, where there is a tracer."""


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Used:
    """Start a server in a home of its own, and have each engine work once."""
    tmp_path = tmp_path_factory.mktemp("used")
    home, trace = tmp_path / "home", tmp_path / "trace"
    home.mkdir()
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    models = os.environ.get("DRAGOMAN_MODELS") or str(Path(data) / "dragoman" / "models")
    own = {"HOME": str(home), "XDG_CACHE_HOME": str(home / ".cache"), "DRAGOMAN_MODELS": models}
    keys = {"DRAGOMAN_API_KEYS": KEY, "SOME_SERVICE_TOKEN": KEY}
    before = traced(trace) if STRACE else ()
    with (
        serving("--offline", log=tmp_path / "log", before=before, **own, **keys) as server,
        OpenAI(base_url=server.base_url, api_key=KEY, max_retries=0, timeout=300) as client,
    ):
        spoken = client.audio.speech.create(model="tts-1", voice="alloy", input="Good morning.")
        heard = client.audio.transcriptions.create(
            model="gpt-4o-transcribe-diarize",
            file=("speech.mp3", spoken.content),
            chunking_strategy="auto",
        )
        assert "morning" in heard.text.lower()
        picture = b64encode(OTTER.read_bytes()).decode()
        client.chat.completions.create(
            model="gpt-4o",
            messages=[
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "What is this?"},
                        {
                            "type": "image_url",
                            "image_url": {"url": f"data:image/png;base64,{picture}"},
                        },
                    ],
                }
            ],
            max_tokens=5,
        )
        started = dict(re.findall(r"engine=(\S+) event=ready pid=(\d+)", server.log.read_text()))
        processes = {engine: Path("/proc", pid) for engine, pid in started.items()}
        return Used(
            home,
            {engine: (each / "environ").read_bytes() for engine, each in processes.items()},
            {engine: (each / "status").read_text() for engine, each in processes.items()},
            trace,
        )


def traced(trace: Path) -> Sequence[str]:
    """The beginning of a command whose processes are followed."""
    watched = "trace=connect,sendto,sendmsg,sendmmsg"
    # -D: the server is our child, not the tracer's, and ends when it is told to.
    return (str(STRACE), "-D", "-f", "-qq", "-s", "256", "-o", str(trace), "-e", watched)


def test_no_engine_writes_of_its_user_into_the_home_directory(used: Used) -> None:
    # What the server itself reads ahead is kept, and nothing else is.
    kept = used.home / ".cache/dragoman/prefixes"
    assert [path for path in used.home.rglob("*") if path.is_file() and path.parent != kept] == []


def test_no_engine_knows_a_key_or_can_become_another_user(used: Used) -> None:
    assert len(used.environments) > 4
    assert [engine for engine, each in used.environments.items() if KEY.encode() in each] == []
    assert all("NoNewPrivs:\t1" in each for each in used.statuses.values())


@pytest.mark.skipif(STRACE is None, reason="strace is not here: apt install strace")
def test_no_process_looks_up_a_name_or_talks_beyond_loopback(used: Used) -> None:
    addresses = ADDRESS.findall(used.trace.read_text(errors="replace"))
    assert [address for address in addresses if not LOOPBACK.match(address)] == []
