"""The fixture `dragoman`, as a project elsewhere has it: pytest in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples/testing"


def run(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    plugin = ("-p", "dragoman.testing.plugin")
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            *plugin,
            *words,
            str(folder),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        timeout=300,
    )


def test_the_example_project_is_green():
    done = run(EXAMPLE, "-m", "not dragoman_weights")
    assert done.returncode == 0, done.stdout
    assert "7 passed" in done.stdout


def test_where_there_are_no_weights_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DRAGOMAN_MODELS", str(tmp_path))
    done = run(EXAMPLE, "-m", "dragoman_weights", "-rs")
    assert done.returncode == 0
    assert "dragoman models pull" in done.stdout


def test_loading_the_plug_in_loads_no_application():
    program = (
        "import sys, dragoman.testing.plugin; "
        "sys.exit(any(name in sys.modules for name in ('starlette', 'openai', 'pydantic', 'grpc')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
