"""The console in a real browser, for the tests that have a server to show it with."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ROOT / "console/node_modules"
RECORDING = ROOT / "examples/data/speech.mp3"
LONGEST_S = 600

Seen = dict[str, Any]


def node() -> str:
    """Node of the machine, which the server itself does not need."""
    path = shutil.which("node")
    if path is None or shutil.which("npm") is None:
        pytest.skip("NOT TESTED: no node and npm on this machine; Node 20 or newer is needed")
    return path


def packages() -> Path:
    """The console's packages."""
    if not PACKAGES.exists():
        pytest.fail("the console's packages are not installed: make clients", pytrace=False)
    return PACKAGES


def chromium() -> str:
    """A browser that is on the machine; none is fetched."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("NOT TESTED: no Chromium on this machine (apt-get install chromium)")
    return path


def walk(base_url: str, key: str = "") -> Seen:
    """What a walk through every panel saw; see `console/browser/walk.js`."""
    browser, program = chromium(), [node(), str(ROOT / "console/browser/walk.js")]
    packages()
    done = subprocess.run(
        [*program, base_url.removesuffix("v1"), str(RECORDING)],
        env={**os.environ, "CHROMIUM": browser, "CONSOLE_KEY": key},
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_S,
    )
    assert done.returncode == 0, done.stderr
    seen: Seen = json.loads(done.stdout)
    assert "broke" not in seen, seen["broke"]
    assert seen["elsewhere"] == []
    # The browser itself reports each refusal of a key as an error.
    assert [fault for fault in seen["faults"] if "401" not in fault] == []
    return seen
