"""The pytest fixture `dragoman` on real weights, in the example's project."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.model

EXAMPLE = Path(__file__).parents[2] / "examples/testing"


@pytest.mark.slow
def test_a_project_of_others_is_tested_with_scripts_and_with_weights():
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            *("-p", "dragoman.testing.plugin", str(EXAMPLE)),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=EXAMPLE,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout
    assert "8 passed" in done.stdout
