"""`dragoman compat`, as it is typed."""

import json
from pathlib import Path

import pytest

from dragoman.cli.main import main


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DRAGOMAN_MODELS", str(tmp_path / "models"))


def test_without_a_server_it_is_the_ledger_of_this_version(capsys: pytest.CaptureFixture[str]):
    assert main(["compat", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["object"], told["models"]) == ("x_compat", [])
    assert "/v1/embeddings" in told["not_served"]


def test_a_server_says_what_is_installed_there(demo_url: str, capsys: pytest.CaptureFixture[str]):
    assert main(["compat", "--json", "--url", demo_url]) == 0
    models = json.loads(capsys.readouterr().out)["models"]
    assert "speech" in {model["kind"] for model in models}
    assert main(["compat", "speech", "--url", demo_url]) == 0
    assert "as tts-1, tts-1-hd" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("endpoint", "paths"),
    [
        ("speech", ["/v1/audio/speech"]),
        ("/v1/audio/speech", ["/v1/audio/speech"]),
        ("completions", ["/v1/completions"]),
        ("chat", ["/v1/chat/completions"]),
        ("responses", ["/v1/responses"]),
        ("audio/", None),
    ],
)
def test_an_endpoint_is_meant_by_its_end(
    endpoint: str, paths: list[str] | None, capsys: pytest.CaptureFixture[str]
):
    assert main(["compat", endpoint, "--json"]) == 0
    told = [each["path"] for each in json.loads(capsys.readouterr().out)["endpoints"]]
    assert told == paths or (paths is None and len(told) == 5)


def test_an_endpoint_that_is_not_there_is_a_misuse(capsys: pytest.CaptureFixture[str]):
    assert main(["compat", "embeddings"]) == 2
    assert "/v1/chat/completions" in capsys.readouterr().err


def test_people_read_every_fate_and_lines_fit(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["compat", "transcriptions"]) == 0
    assert main(["compat", "chat"]) == 0
    told = capsys.readouterr().out
    for word in ("honoured   file", "emulated   model:", "no effect  ", "refused    "):
        assert word in told
    assert all(len(line) <= 80 for line in told.splitlines())


def test_a_setting_that_is_wrong_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("DRAGOMAN_PROT", "1")
    assert main(["compat"]) == 1
    assert "DRAGOMAN_PORT" in capsys.readouterr().err


def test_a_server_without_a_ledger_is_told(capsys: pytest.CaptureFixture[str]):
    assert main(["compat", "--url", "127.0.0.1:9"]) == 1
    assert "Nothing answers" in capsys.readouterr().err
