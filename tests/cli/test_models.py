"""`dragoman models`, as people type it."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dragoman.cli.main import main

WEIGHTS = b"GGUF, a parrot"

Dragoman = Callable[..., int]


@pytest.fixture
def dragoman(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dragoman:
    """`dragoman models VERB …` with a catalogue of one small model and an empty store."""
    monkeypatch.setenv("DRAGOMAN_MODELS", str(tmp_path / "models"))
    (tmp_path / "parrot.gguf").write_bytes(WEIGHTS)
    own = tmp_path / "own.toml"
    own.write_text(
        f"""
starter = ["parrot"]
[[model]]
id = "parrot"
kind = "chat"
engine = "llama-cpp"
summary = "Repeats"
licence = "CC0-1.0"
memory_mb = 12
files = [{{ name = "parrot.gguf", size = {len(WEIGHTS)},
           sha256 = "{hashlib.sha256(WEIGHTS).hexdigest()}" }}]
[[model.sources]]
type = "file"
path = "parrot.gguf"
""".replace(",\n           ", ", "),
        encoding="utf-8",
    )

    def run(verb: str, *words: str) -> int:
        return main(["models", verb, "--catalogue", str(own), *words])

    return run


def test_pull_without_names_pulls_the_starter_set_and_says_where_it_is(
    dragoman: Dragoman, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dragoman("pull") == 0
    place = tmp_path / "models" / "parrot"
    assert capsys.readouterr().out == f"parrot: {place}\n"
    assert (place / "parrot.gguf").read_bytes() == WEIGHTS


def test_list_shows_what_is_here_and_what_is_not(
    dragoman: Dragoman, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dragoman("list") == 0
    assert "* parrot                       absent   chat" in capsys.readouterr().out
    dragoman("pull", "parrot")
    capsys.readouterr()
    assert dragoman("list") == 0
    assert "* parrot                       present  chat" in capsys.readouterr().out


def test_what_is_known_of_a_model_is_listed_below_it(
    dragoman: Dragoman, capsys: pytest.CaptureFixture[str]
) -> None:
    dragoman("list")
    assert "\n  Repeats; about 12 MB of memory\n" in capsys.readouterr().out


def test_list_for_programs_is_json(
    dragoman: Dragoman, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dragoman("list", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed["root"] == str(tmp_path / "models")
    assert listed["models"][0] == {
        "id": "parrot",
        "kind": "chat",
        "state": "absent",
        "starter": True,
        "bytes": len(WEIGHTS),
        "memory_mb": 12,
        "licence": "CC0-1.0",
        "languages": [],
        "summary": "Repeats",
    }


def test_verify_tells_good_from_damaged(
    dragoman: Dragoman, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dragoman("pull")
    capsys.readouterr()
    assert dragoman("verify") == 0
    assert capsys.readouterr().out == "parrot: as it should be\n"
    (tmp_path / "models" / "parrot" / "parrot.gguf").write_bytes(b"GGUF, a cuckoo")
    assert dragoman("verify") == 1
    assert "parrot.gguf changed since it was pulled" in capsys.readouterr().err


def test_remove_deletes_what_is_named(dragoman: Dragoman, tmp_path: Path) -> None:
    dragoman("pull")
    assert dragoman("remove", "parrot") == 0
    assert not (tmp_path / "models" / "parrot").exists()


@pytest.mark.parametrize("verb", ["pull", "verify", "remove"])
@pytest.mark.parametrize("name", ["../parrot", "/etc", ".", "", "paarrot"])
def test_a_name_that_is_in_no_catalogue_is_a_misuse(
    dragoman: Dragoman, verb: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dragoman(verb, name) == 2
    assert f"No catalogue has a model {name!r}" in capsys.readouterr().err


def test_a_failed_pull_says_what_to_do(
    dragoman: Dragoman, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = (tmp_path / "parrot.gguf").rename(tmp_path / "elsewhere.gguf")
    assert dragoman("pull", "parrot") == 1
    assert "--from-file" in capsys.readouterr().err
    assert dragoman("pull", "parrot", "--from-file", str(kept)) == 0


def test_a_file_can_be_handed_over_for_one_model_only(
    dragoman: Dragoman, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dragoman("pull", "parrot", "kokoro-82m", "--from-file", str(tmp_path)) == 2
    assert "--from-file needs the one ID" in capsys.readouterr().err


def test_the_store_can_be_named_on_the_command_line(dragoman: Dragoman, tmp_path: Path) -> None:
    assert dragoman("pull", "--models", str(tmp_path / "other"), "--offline") == 0
    assert (tmp_path / "other" / "parrot" / "parrot.gguf").exists()


def test_a_setting_that_is_wrong_is_named(
    dragoman: Dragoman, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DRAGOMAN_OFFLINE", "perhaps")
    assert dragoman("list") == 2
    assert "DRAGOMAN_OFFLINE: should be a valid boolean" in capsys.readouterr().err


def test_asking_for_help_loads_nothing_that_models_need() -> None:
    code = "import sys, dragoman.cli.models; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_broken_catalogue_is_said(
    dragoman: Dragoman, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.toml").write_text("model = 1")
    assert dragoman("list", "--catalogue", str(tmp_path / "broken.toml")) == 1
    assert "broken.toml: model" in capsys.readouterr().err


def test_a_model_on_another_server_is_listed_as_such(
    dragoman: Dragoman, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    far = (
        '[[model]]\nid = "far"\nkind = "chat"\nengine = "remote-openai"\nlicence = "MIT"\n'
        'options = { base_url = "http://gpu.example/v1", model = "big" }\n'
    )
    with (tmp_path / "own.toml").open("a") as own:
        own.write(far)
    assert dragoman("list") == 0
    listed = capsys.readouterr().out
    assert "  far                          present  chat           elsewhere  MIT" in listed
    assert "codec" not in listed
