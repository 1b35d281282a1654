"""`dragoman config`, as it is typed."""

import json
import os
import re
import tomllib
from pathlib import Path

import pytest

from dragoman.cli.main import main
from dragoman.cli.settings_template import descriptions, literal, template
from dragoman.serving.settings import Settings
from dragoman.serving.sources import settings_of


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings but those of a test."""
    for name in [name for name in os.environ if name.upper().startswith("DRAGOMAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


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
        "file": None,
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


def test_a_file_is_named_with_the_line_and_its_keys_are_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "house.toml"
    path.write_text('api_keys = ["sk-secret"]\nport = 9000\npreload = false\n')
    path.chmod(0o644)
    monkeypatch.setenv("DRAGOMAN_PORT", "9001")
    assert main(["config", "--set", f"--config={path}"]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines() == [
        "port      9001         DRAGOMAN_PORT",
        f"api_keys  (not shown)  {path}:1",
        f"preload   off          {path}:3",
    ]
    assert "chmod 600" in told.err
    assert main(["config", "--json", "--config", str(path)]) == 0
    out = capsys.readouterr().out
    rows = {row["name"]: row for row in json.loads(out)}
    assert (rows["preload"]["origin"], rows["preload"]["file"]) == ("file", f"{path}:3")
    assert rows["preload"]["variable"] == "DRAGOMAN_PRELOAD"
    assert "sk-secret" not in told.out + told.err + out


def test_a_file_that_is_wrong_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "house.toml"
    path.write_text("prot = 9000")
    assert main(["config", "--config", str(path)]) == 1
    assert f"{path}:1: prot: there is no such setting; did you mean port?" in (
        capsys.readouterr().err
    )


def test_the_file_of_all_settings_sets_nothing_as_it_is_and_their_defaults_without_marks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["config", "--toml"]) == 0
    text = capsys.readouterr().out
    assert text == template()
    path = tmp_path / "all.toml"
    path.write_text(text)
    assert settings_of({}, path) == Settings()
    whole = re.sub(r"^#(?! |$)", "", text, flags=re.MULTILINE)
    values = tomllib.loads(whole)
    assert list(values) == list(Settings.model_fields)
    path.write_text(whole)
    settings, usual = settings_of({}, path).model_dump(), Settings().model_dump()
    differing = {name for name, value in usual.items() if settings[name] != value}
    assert differing == {name for name, value in usual.items() if value is None}


def test_the_examples_of_that_file_are_right(tmp_path: Path):
    lines = re.findall(r"^# For example: (.*)$", template(), re.MULTILINE)
    assert len(lines) >= 5
    path = tmp_path / "examples.toml"
    path.write_text("\n".join(lines))
    assert settings_of({}, path) != Settings()


def test_every_setting_has_a_text_of_its_own():
    texts = descriptions()
    assert list(texts) == list(Settings.model_fields)
    assert len(set(texts.values())) == len(texts)


@pytest.mark.parametrize("options", [["--json"], ["--set"], ["--config", "all.toml"]])
def test_the_file_of_all_settings_takes_no_other_option(
    options: list[str], capsys: pytest.CaptureFixture[str]
):
    assert main(["config", "--toml", *options]) == 2
    assert "--toml prints the defaults" in capsys.readouterr().err


@pytest.mark.parametrize(
    "value",
    [
        True,
        7,
        7.5,
        'C:\\a "b"\n\x00\x7f\x1b수달🦦',
        ["a", "b"],
        {"gpt-4.1": "x", 'a"b': "y"},
        {},
        [],
    ],
)
def test_values_are_written_as_toml_reads_them(value: object):
    assert tomllib.loads(f"a = {literal(value)}") == {"a": value}
