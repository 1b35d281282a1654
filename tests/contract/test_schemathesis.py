"""Programs that make requests of `/openapi.json` find nothing: schemathesis, all checks on."""

import os
import subprocess
from pathlib import Path

import pytest

from live_server import serving

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PROGRAM = ROOT / ".venv-clients/bin/st"
"""It stands in the environment of the other clients: it brings a dozen packages of its own."""
REASONS = HERE.parent / "clients/programs"
LONGEST_S = 1200
SHORT = ("--phases", "examples,fuzzing,stateful", "--max-examples", "3", "--seed", "1")
WHOLE = ("--max-examples", "10")

pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason=f"no {PROGRAM.name}: make clients")


@pytest.mark.parametrize(
    "arguments", [SHORT, pytest.param(WHOLE, marks=pytest.mark.slow)], ids=["short", "whole"]
)
def test_nothing_is_found(arguments: tuple[str, ...], tmp_path: Path) -> None:
    with serving("--demo", log=tmp_path / "log") as server:
        address = f"{server.base_url.removesuffix('/v1')}/openapi.json"
        command = [PROGRAM, "--config-file", HERE / "schemathesis.toml", "run", address]
        done = subprocess.run(
            [*command, "--suppress-health-check", "all", "--no-color", *arguments],
            cwd=tmp_path,
            env={
                **os.environ,
                "PYTHONPATH": str(REASONS),
                "SCHEMATHESIS_HOOKS": "schemathesis_reasons",
            },
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "41 selected / 41 total" in done.stdout
