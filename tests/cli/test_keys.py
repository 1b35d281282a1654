"""`dragoman keys`, as it is typed."""

import json
import subprocess
import sysconfig
from pathlib import Path

import pytest

from dragoman.cli.main import main
from dragoman.domain.caller import Caller, calling
from dragoman.domain.stored import StoredCompletion
from dragoman.serving.key_file import KeyFile
from dragoman.serving.storage.completions import SqlCompletions
from dragoman.serving.storage.database import Database


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "keys.json"
    monkeypatch.setenv("DRAGOMAN_KEY_FILE", str(path))
    return path


def test_a_key_is_made_listed_and_revoked(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "create", "alice", "--requests-per-minute", "60", "--operator"]) == 0
    made = capsys.readouterr()
    secret = made.out.strip()
    assert secret.startswith("sk-dragoman-")
    assert f"{file} is there" in made.err
    assert secret not in file.read_text()
    assert main(["keys", "list"]) == 0
    listed = capsys.readouterr().out
    assert listed.startswith("alice\toperator\t")
    assert listed.endswith("\trequests-per-minute=60\n")
    assert main(["keys", "revoke", "alice"]) == 0
    assert main(["keys", "list"]) == 0
    assert "alice\trevoked\t" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "reason"),
    [(["revoke", "bob"], "no key 'bob'"), (["create", "Bob"], "is no name for a key")],
)
def test_what_is_wrong_is_one_line(
    file: Path, words: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["keys", *words]) == 1
    told = capsys.readouterr()
    assert reason in told.err
    assert told.out == ""
    assert not file.exists() or "bob" not in file.read_text()


def test_a_limit_that_is_no_number_is_refused(file: Path) -> None:
    assert main(["keys", "create", "alice", "--tokens-per-day", "-1"]) == 2
    assert not file.exists()


def test_who_gets_another_key_keeps_limits_and_duties(file: Path) -> None:
    assert main(["keys", "create", "ci", "--requests-per-minute", "60", "--operator"]) == 0
    (before,) = KeyFile(file).read()
    assert main(["keys", "create", "ci", "--replace", "--tokens-per-day", "9"]) == 0
    (after,) = KeyFile(file).read()
    assert after.digest != before.digest
    assert after.operates
    assert after.allowance.limits() == {"requests_per_minute": 60, "tokens_per_day": 9}


def test_another_file_may_be_named(tmp_path: Path, file: Path) -> None:
    other = tmp_path / "other.json"
    assert main(["keys", "create", "alice", "--file", str(other)]) == 0
    assert other.exists()
    assert not file.exists()


def typed(*words: str, answer: str = "") -> subprocess.CompletedProcess[str]:
    """`dragoman keys`, in a process of its own."""
    command = [str(Path(sysconfig.get_path("scripts")) / "dragoman"), "keys", *words]
    return subprocess.run(command, input=answer, capture_output=True, text=True, check=False)


@pytest.fixture
async def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which alice keeps a completion, as the settings name it."""
    path = tmp_path / "kept.sqlite3"
    monkeypatch.setenv("DRAGOMAN_COMPLETIONS", str(path))
    monkeypatch.setenv("DRAGOMAN_VOICES", str(tmp_path / "voices"))
    with calling(Caller("alice", "alice", sees_unowned=False)):
        row = StoredCompletion("chatcmpl-1", "m", '{"id": "chatcmpl-1"}', "[]", {})
        await SqlCompletions(Database.in_file(path)).keep(row)
    return path


def test_what_a_key_keeps_is_printed_and_forgotten_when_it_is_meant(kept: Path) -> None:
    printed = typed("export", "alice")
    assert printed.returncode == 0
    assert json.loads(printed.stdout)["completion"] == {"id": "chatcmpl-1"}
    assert printed.stderr == "1 of alice\n"
    refused = typed("forget", "alice", answer="n\n")
    assert refused.returncode == 130
    assert "Delete 1 completions of alice?" in refused.stderr
    assert typed("forget", "alice", answer="y\n").returncode == 0
    assert typed("forget", "alice", "--yes").stderr == "alice keeps nothing.\n"


def test_nothing_is_made_where_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRAGOMAN_COMPLETIONS", str(tmp_path / "there" / "kept"))
    monkeypatch.setenv("DRAGOMAN_VOICES", str(tmp_path / "voices"))
    assert typed("export", "alice").returncode == 0
    assert list(tmp_path.iterdir()) == []
