"""A Dragoman for other people's clients, and what each of them got from it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from live_server import serving

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OTHERS = ROOT / ".venv-clients/bin/python"
"""The environment of the other clients: they want openai 2, Dragoman's own tests have 3."""
NOWHERE = "http://127.0.0.1:9"
"""Proxy for every address beyond loopback: nothing listens there."""
LONGEST_S = 300

Got = dict[str, Any]


@pytest.fixture(
    scope="module",
    params=[
        "fakes",
        pytest.param("weights", marks=[pytest.mark.model, pytest.mark.slow]),
    ],
)
def base_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Generator[str, None, None]:
    """A server, as a user starts it: with `--demo`, and (slow) with the starter models."""
    arguments = ["--demo"] if request.param == "fakes" else []
    with serving(*arguments, log=tmp_path_factory.mktemp("server") / "log") as server:
        yield server.base_url


@pytest.fixture(scope="module")
def got(base_url: str) -> Callable[[str], Got]:
    """What a program got: `got("with_litellm.py")`. Each runs once; its arguments follow a space.

    An argument `3` is for the environment of Dragoman's tests: it has release 3 of `openai`.
    """
    runs: dict[str, subprocess.CompletedProcess[str]] = {}

    def run(name: str) -> Got:
        if name not in runs:
            runs[name] = _run(command(name), base_url)
        assert runs[name].returncode == 0, runs[name].stderr
        return json.loads(runs[name].stdout)

    return run


def command(name: str) -> list[str]:
    """What runs a client's program."""
    program, *arguments = name.split()
    if program.endswith(".mjs"):
        return [node(), str(HERE / "programs" / program), *arguments]
    python = sys.executable if arguments == ["3"] else str(OTHERS)
    if not Path(python).exists():
        pytest.fail("the other clients are not installed: make clients", pytrace=False)
    return [python, str(HERE / "programs" / program), *arguments]


def node() -> str:
    """Node, which Dragoman itself does not need; without it the Node clients are not tested."""
    found = shutil.which("node")
    if found is None or shutil.which("npm") is None:
        pytest.skip("NOT TESTED: no node and npm on this machine; Node 20 or newer is needed")
    if not (HERE / "node_modules").exists():
        pytest.fail("the Node clients are not installed: make clients", pytrace=False)
    return found


def _run(command: list[str], base_url: str) -> "subprocess.CompletedProcess[str]":
    environment = {
        **os.environ,
        "OPENAI_BASE_URL": base_url,
        "OPENAI_API_KEY": "anything",
        "RECORDING": str(ROOT / "examples/data/speech.mp3"),
        "HTTP_PROXY": NOWHERE,
        "HTTPS_PROXY": NOWHERE,
        "NO_PROXY": "127.0.0.1",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    }
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=LONGEST_S
    )
