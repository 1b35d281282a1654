"""`/docs` in a real browser, without a network: it shows every operation of the document."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx2
import pytest

from live_server import serving

BROWSER = shutil.which("chromium") or shutil.which("google-chrome") or ""
OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
    *("--no-first-run", "--disable-background-networking", "--disable-component-update"),
    # The browser has errands of its own; no name but this machine's leads anywhere.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--virtual-time-budget=20000",
)
LONGEST_S = 240
"""Seconds; on idle cores some ten are enough."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not BROWSER, reason="no chromium: apt-get install chromium"),
]


def test_docs_show_every_operation_and_ask_nobody_else(tmp_path: Path) -> None:
    with serving("--demo", log=tmp_path / "log") as server:
        here = server.base_url.removesuffix("/v1")
        document = httpx2.get(f"{here}/openapi.json").json()
        network = tmp_path / "network.json"
        files = (f"--user-data-dir={tmp_path / 'browser'}", f"--log-net-log={network}")
        command = [BROWSER, *OPTIONS, *files, "--dump-dom", f"{here}/docs"]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=LONGEST_S, check=False
        )
    assert done.returncode == 0, done.stderr
    assert shown(done.stdout) == {
        (method, path) for path, methods in document["paths"].items() for method in methods
    }
    names = ("swagger-ui.css", "swagger-ui-bundle.js", "start.js")
    assert requested(network, here) == {
        f"{here}/openapi.json",
        *(f"{here}/docs/{name}" for name in names),
    }


def shown(page: str) -> set[tuple[str, str]]:
    """The operations that stand on the page, by method and path."""
    blocks = page.split('class="opblock opblock-')[1:]
    paths = [re.findall(r'data-path="([^"]+)"', block) for block in blocks]
    return {
        (block.partition('"')[0].strip(), path[0])
        for block, path in zip(blocks, paths, strict=True)
        if path
    }


def requested(network: Path, page: str) -> set[str]:
    """The addresses that the page itself made requests of, wherever they are."""
    events: list[Any] = json.loads(network.read_text())["events"]
    asked = (event["params"] for event in events if "params" in event)
    return {params["url"] for params in asked if params.get("initiator") == page}
