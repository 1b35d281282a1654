"""`dragoman config`, as it is typed."""

import json
import os

import pytest

from dragoman.cli.main import main
from dragoman.serving.settings import Settings


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings but those of a test."""
    for name in [name for name in os.environ if name.upper().startswith("DRAGOMAN_")]:
        monkeypatch.delenv(name)


def test_every_setting_is_shown_with_its_origin(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("dragoman_port", "9000")
    monkeypatch.setenv("DRAGOMAN_ALIASES", "big=qwen")
    assert main(["config", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert list(rows) == list(Settings.model_fields)
    assert rows["port"] == {
        "name": "port",
        "value": 9000,
        "origin": "environment",
        "variable": "dragoman_port",
        "secret": False,
    }
    assert rows["aliases"]["value"] == {"big": "qwen"}
    assert (rows["host"]["value"], rows["host"]["origin"]) == ("127.0.0.1", "default")


def test_those_that_are_set_are_shown_alone_and_keys_never(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    assert main(["config", "--set"]) == 0
    assert capsys.readouterr().out == ""
    monkeypatch.setenv("DRAGOMAN_API_KEYS", "sk-secret")
    monkeypatch.setenv("DRAGOMAN_CONSOLE", "false")
    assert main(["config", "--set"]) == 0
    told = capsys.readouterr().out
    assert told.splitlines() == [
        "api_keys  (not shown)  DRAGOMAN_API_KEYS",
        "console   off          DRAGOMAN_CONSOLE",
    ]
    assert main(["config"]) == 0
    assert "sk-secret" not in capsys.readouterr().out


def test_a_setting_that_is_none_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("DRAGOMAN_PROT", "9000")
    assert main(["config"]) == 1
    assert "did you mean DRAGOMAN_PORT?" in capsys.readouterr().err
