"""A server that is set up by a file: fake models in real processes."""

import json
import subprocess
import sysconfig
from pathlib import Path

import httpx2
import pytest

from live_server import serving

DRAGOMAN = str(Path(sysconfig.get_path("scripts")) / "dragoman")
HOUSE = """\
api_keys = ["sk-house"]
metrics = false
log_format = "text"

[aliases]
"gpt-4.1-house" = "my-model"
"""
TRAP = 'host = "0.0.0.0"\napi_keys = ["sk-stranger"]\nmetrics = true\n'


def test_a_server_starts_from_a_file_that_is_named_and_from_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, log = tmp_path / "house.toml", tmp_path / "log"
    house.write_text(HOUSE)
    house.chmod(0o644)
    directory = tmp_path / "of_a_stranger"
    directory.mkdir()
    (directory / "dragoman.toml").write_text(TRAP)
    monkeypatch.chdir(directory)
    options = ("--demo", "--config", str(house))
    with serving(*options, log=log, DRAGOMAN_LOG_FORMAT="json") as server:

        def status(path: str, key: str) -> int:
            headers = {"authorization": f"Bearer {key}"}
            return httpx2.get(f"{server.base_url}{path}", headers=headers).status_code

        assert [status("/models", key) for key in ("sk-house", "sk-stranger")] == [200, 401]
        assert status("/../metrics", "sk-house") == 404
    lines = [json.loads(line)["message"] for line in log.read_text().splitlines()]
    assert any("chmod 600" in line for line in lines)
    assert any("dragoman.toml in this directory is not read" in line for line in lines)
    assert "sk-" not in log.read_text()
    house.write_text("\napi_key = ['sk-house']\n")
    refused = subprocess.run(
        [DRAGOMAN, "serve", *options], capture_output=True, text=True, check=False, timeout=60
    )
    assert refused.returncode == 1
    assert refused.stderr == (
        f"{house}:2: api_key: there is no such setting; did you mean api_keys?\n"
    )
