"""The kit against a server of ours in a process of its own, with fakes for models."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from dragoman.conformance.checks import CHECKS
from dragoman.conformance.report import Report, parse

Typed = Callable[[Sequence[str]], int]

EXPLAINED = {
    "chat.stored": "a demonstration keeps nothing",
    "stream.unicode": "the fake writes ASCII",
    "speech.unknown_voice": "the fake has any voice",
}
"""Checks that fakes do not pass, and why."""


@pytest.fixture(scope="module")
def report(typed: Typed, demo_url: str, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """All checks, run as it is typed, once."""
    path = tmp_path_factory.mktemp("report") / "demo.json"
    with path.open("w") as file, pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", file)
        assert typed(["--base-url", demo_url, "--format", "json"]) == 0
    return parse(path.read_bytes())


def test_every_check_passes_on_a_demonstration_or_is_explained(report: Report):
    assert [result.id for result in report.results] == [check.id for check in CHECKS]
    others = {each.id: each.reason for each in report.results if each.verdict != "honoured"}
    assert others.keys() == EXPLAINED.keys(), others


def test_a_report_says_what_was_used_and_how_much_was_sent(report: Report):
    assert report.models == {
        "chat": "fake-chat",
        "speech": "fake-speaker",
        "transcription": "fake-transcriber",
    }
    assert report.recording == "the server's own speech"
    assert 100 < report.requests < 200


def test_every_check_has_one_id_and_one_plain_sentence():
    ids = [check.id for check in CHECKS]
    assert len(set(ids)) == len(ids)
    assert all(check.rule.endswith(".") and len(check.rule) < 90 for check in CHECKS)
    assert all("\n" not in check.rule for check in CHECKS)


def test_some_checks_are_chosen_and_strict_fails_where_one_differs(
    typed: Typed, demo_url: str, capsys: pytest.CaptureFixture[str]
):
    command = ["--base-url", demo_url, "--strict", "--only"]
    assert typed([*command, "models.*"]) == 0
    assert typed([*command, "speech.unknown_voice"]) == 1
    shown = capsys.readouterr().out.splitlines()
    assert shown[-3].split()[:2] == ["differs", "speech.unknown_voice"]
    assert "1 differs; " in shown[-1]


def test_reports_are_joined(
    typed: Typed, report: Report, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    first.write_text(report.model_copy(update={"name": "one"}).to_json())
    part = {"name": "two", "results": report.results[:3]}
    second.write_text(report.model_copy(update=part).to_json())
    command = ["--join", str(first), str(second)]
    assert typed([*command, "--format", "markdown"]) == 0
    shown = capsys.readouterr().out
    assert "| check | what OpenAI does | one | two |" in shown
    assert "- one, `speech.unknown_voice`: is answered as if nothing were wrong (200)" in shown
    assert typed([*command, "--format", "html"]) == 0
    assert capsys.readouterr().out.count("<h2>") == 7


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--only", "nothing.*", "--base-url", "http://127.0.0.1:9/v1"], "'speech.*'"),
        ([], "--base-url"),
        (["--join"], "--join"),
        (["--base-url", "ftp://127.0.0.1/v1"], "http://"),
        (["--base-url", "http://me:secret@127.0.0.1:9/v1"], "OPENAI_API_KEY"),
    ],
)
def test_what_cannot_be_run_is_a_misuse(
    typed: Typed, words: list[str], reason: str, capsys: pytest.CaptureFixture[str]
):
    assert typed(words) == 2
    told = capsys.readouterr().err
    assert reason in told
    assert "secret" not in told


def test_a_server_that_is_not_there_is_a_failure(typed: Typed, capsys: pytest.CaptureFixture[str]):
    assert typed(["--base-url", "http://127.0.0.1:9/v1"]) == 1
    assert "nothing listens there" in capsys.readouterr().err


def test_a_file_that_is_no_report_is_a_failure(
    typed: Typed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "no.json"
    for text in ("{", "[]", '{"object": "x_conformance"}', "[" * 100_000):
        path.write_text(text)
        assert typed(["--join", str(path), "--format", "html"]) == 1
        assert "is no report of conformance" in capsys.readouterr().err
