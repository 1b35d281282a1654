"""`dragoman compare`, as people and programs run it."""

import json
from pathlib import Path

import httpx2
import pytest

from dragoman.cli.main import main
from migration_services import recording
from scripted_upstream import Received, Reply, Upstream, as_json, completion


@pytest.fixture
def recorded(http: httpx2.Client, upstream: Upstream, folder: Path) -> list[str]:
    """The command, for a folder of a chat and a transcript."""

    def answer(received: Received) -> Reply:
        is_sound = received.path.endswith("/transcriptions")
        return as_json({"text": "one two three four"} if is_sound else completion("Hello."))

    upstream.answer = answer
    with recording(upstream.url, folder) as service:
        http.post(f"{service.url}/chat/completions", json={"model": "m", "messages": []})
        form = {"file": ("a.wav", b"RIFF\0\r\n--")}
        http.post(f"{service.url}/audio/transcriptions", files=form, data={"model": "w"})
    return ["compare", str(folder), "--base-url", upstream.url]


def test_the_requests_are_sent_again_as_they_were(recorded: list[str], upstream: Upstream):
    assert main(recorded) == 0
    chat, form, chat_again, form_again = upstream.received
    assert json.loads(chat_again.body) == json.loads(chat.body)
    assert b"RIFF\0\r\n--\r\n" in form_again.body
    assert b'name="model"\r\n\r\nw\r\n' in form_again.body
    assert form_again.path == form.path == "/v1/audio/transcriptions"


def test_differences_are_told_and_fail_beyond_their_limits(
    recorded: list[str], upstream: Upstream, capfd: pytest.CaptureFixture[str]
):
    upstream.answer = lambda received: (
        as_json({"text": "one two three five"})
        if received.path.endswith("/transcriptions")
        else as_json({"error": {"message": "No such model."}}, 404)
    )
    assert main([*recorded, "--max-word-error-rate", "0.2"]) == 1
    told = capfd.readouterr().out
    assert "status: 404, recorded 200: No such model." in told
    assert "beyond the limit: word_error_rate 0.25 > 0.2" in told
    assert "2 compared, 1 differ, 2 beyond the limits." in told
    assert main([*recorded, "--max-failures", "1", "--json"]) == 0
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [line["faults"] for line in lines] == [["status"], []]
    assert main([*recorded, "--fail-on", "shape"]) == 0


def test_a_server_that_is_not_there_is_a_failure(recorded: list[str]):
    assert main([*recorded[:2], "--base-url", "http://127.0.0.1:9/v1"]) == 1


def test_aspects_that_there_are_not_are_refused(
    recorded: list[str], capfd: pytest.CaptureFixture[str]
):
    assert main([*recorded, "--fail-on", "mood"]) == 2
    assert "'mood' is none of status, shape" in capfd.readouterr().err
