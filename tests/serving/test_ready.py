"""What the server prints when it is ready."""

import pytest

from dragoman.serving.ready import ready_lines
from dragoman.serving.settings import Settings

STARTERS = ("Qwen2.5-Coder 1.5B", "Whisper base", "Kokoro 82M")


@pytest.mark.parametrize("keys", [(), ("sk-one",)])
def test_no_line_is_wider_than_a_terminal(keys: tuple[str, ...], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.argv", ["dragoman"])  # not the path of whatever runs the tests
    lines = ready_lines(Settings(api_keys=keys), 65535, STARTERS, {"qwen2.5-coder": "no such file"})
    assert max(len(line) for line in lines.splitlines()) <= 80


def test_the_first_lines_say_where_and_what_to_export():
    first, second, *_ = ready_lines(Settings(), 8000).splitlines()
    assert first == "Dragoman is ready on http://localhost:8000"
    assert second.split()[1:] == [
        "OPENAI_BASE_URL=http://localhost:8000/v1",
        "OPENAI_API_KEY=anything",
    ]


def test_the_console_is_named_where_there_is_one():
    assert "console" in ready_lines(Settings(), 8000)
    assert "console" not in ready_lines(Settings(console=False), 8000)


def test_a_server_with_keys_shows_where_the_key_goes_and_not_the_key():
    lines = ready_lines(Settings(api_keys=("sk-one",)), 8000)
    assert "Bearer $OPENAI_API_KEY" in lines
    assert "sk-one" not in lines


def test_an_engine_that_did_not_load_is_named():
    lines = ready_lines(Settings(), 8000, engines={"parrot": "no such file", "owl": None})
    assert "Not ready: parrot: no such file." in lines
    assert "is ready on" not in lines


def test_the_models_that_answer_are_named():
    assert "Qwen2.5-Coder 1.5B, Whisper base, Kokoro 82M" in ready_lines(Settings(), 1, STARTERS)


def test_an_address_of_the_newer_kind_is_in_brackets():
    assert "http://[fd00::1]:8000/v1" in ready_lines(Settings(host="fd00::1"), 8000)


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "localhost"),
        ("::1", "localhost"),
        ("0.0.0.0", "localhost"),
        ("::", "localhost"),
        ("127.0.0.2", "127.0.0.2"),
        ("192.168.1.5", "192.168.1.5"),
        ("my.box", "my.box"),
    ],
)
def test_the_address_is_one_under_which_the_server_answers(host: str, shown: str):
    assert f"http://{shown}:8000/v1" in ready_lines(Settings(host=host), 8000)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (".venv/bin/nobody", ".venv/bin/nobody models list"),
        ("/opt/venv/bin/sh", "sh models list"),  # the PATH finds a program of that name
        ("dragoman", "dragoman models list"),
    ],
)
def test_the_command_is_named_as_it_can_be_typed(
    monkeypatch: pytest.MonkeyPatch, typed: str, shown: str
):
    monkeypatch.setattr("sys.argv", [typed, "serve"])
    assert ready_lines(Settings(), 8000, STARTERS).splitlines()[-1] == f"Other models: {shown}"
