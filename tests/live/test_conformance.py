"""The kit against our own server with real weights: a part of it, all of it takes minutes."""

import json
import subprocess
import sysconfig
from pathlib import Path

import pytest

pytestmark = pytest.mark.model

DRAGOMAN = str(Path(sysconfig.get_path("scripts")) / "dragoman")
PARTS = (
    "models.*",
    "errors.*",
    "chat.shape",
    "chat.stop",
    "stream.done",
    "stream.usage",
    "stream.unicode",
    "tools.required",
    "formats.json_schema",
    "responses.stream",
    "client.*",
    "speech.unknown_voice",
    "transcriptions.words",
)


def test_what_the_kit_looks_for_is_honoured_on_real_weights(base_url: str):
    chosen = [word for part in PARTS for word in ("--only", part)]
    done = subprocess.run(
        [DRAGOMAN, "conformance", "--base-url", base_url, "--format", "json", *chosen],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    others = {
        each["id"]: each["reason"] for each in report["results"] if each["verdict"] != "honoured"
    }
    assert others == {}
    assert len(report["results"]) > 30
    assert report["recording"] == "the server's own speech"
