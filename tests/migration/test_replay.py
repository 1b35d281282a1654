"""`dragoman replay`: recorded answers for equal requests, and a reason for all others."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from openai import NotFoundError, OpenAI

from dragoman.migration.replay import Manner
from migration_services import command, recording, replaying
from scripted_upstream import BROKEN, Received, Reply, Upstream, as_json, completion

Client = Callable[[str], OpenAI]


def ask(openai: OpenAI, text: str = "Hi", **fields: Any) -> Any:
    create: Any = openai.chat.completions.create
    messages = [{"role": "user", "content": text}]
    return create(model="gpt-4o-mini", messages=messages, **fields)


def content(completion: Any) -> str:
    return completion.choices[0].message.content


def test_answers_come_without_the_upstream(client: Client, upstream: Upstream, folder: Path):
    def answer(received: Received) -> Reply:
        if received.path.endswith("/speech"):
            return Reply(200, {"content-type": "audio/mpeg"}, [b"\xff\xfb\0", b"\xfe"])
        if received.path.endswith("/transcriptions"):
            return as_json({"text": "안녕"})
        return as_json(completion("Hello."), 200, x_request_id="req_1")

    def talk(url: str) -> tuple[object, ...]:
        openai = client(url)
        return (
            content(ask(openai)),
            openai.audio.transcriptions.create(model="whisper-1", file=("a.wav", b"RIFF")).text,
            openai.audio.speech.create(model="tts-1", voice="alloy", input="Hi").content,
        )

    upstream.answer = answer
    with recording(upstream.url, folder) as service:
        recorded = talk(service.url)
    with command("replay", str(folder), "--strict") as service:
        assert talk(service.url) == recorded
    assert service.status == 0
    assert len(upstream.received) == 3


def test_a_request_is_equal_however_it_is_written(
    client: Client, http: httpx2.Client, upstream: Upstream, folder: Path
):
    upstream.answer = lambda _: as_json(completion("Hello."), x_request_id="req_1")
    with recording(upstream.url, folder) as service:
        ask(client(service.url), max_tokens=5)
        form = {"file": ("a.wav", b"RIFF", "audio/wav")}
        http.post(f"{service.url}/audio/transcriptions", files=form, data={"model": "whisper-1"})
    with replaying(folder) as service:
        body = (
            '{"messages": [{"content": "Hi", "name": null, "role": "user"}], "temperature": 1.0,'
            ' "stream": false, "max_tokens": 5.0, "n": 1, "model": "gpt-4o-mini"}'
        )
        written = http.post(f"{service.url}/chat/completions", content=body)
        form = {"file": ("b.wav", b"RIFF")}
        fields = {"temperature": "0.0", "model": "whisper-1", "response_format": "json"}
        sent = http.post(f"{service.url}/audio/transcriptions", files=form, data=fields)
    assert written.headers["x-request-id"] == "req_1"
    assert (written.status_code, sent.status_code) == (200, 200)


def test_what_is_not_recorded_is_told_with_the_nearest(
    client: Client, upstream: Upstream, folder: Path
):
    upstream.answer = lambda _: as_json(completion("Hello."))
    with recording(upstream.url, folder) as service:
        ask(client(service.url), "What is the weather in Boston?", temperature=0.2)
        ask(client(service.url), "What is the weather in Paris?", max_tokens=9)
    with command("replay", str(folder), "--strict") as service:
        with pytest.raises(NotFoundError) as raised:
            ask(client(service.url), "What is the weather in Berlin?", temperature=0.2)
        with pytest.raises(NotFoundError, match="Recorded are: POST /chat/completions"):
            client(service.url).models.list()
    error = raised.value
    assert (error.code, error.param) == ("not_recorded", "messages[0].content")
    assert "The nearest is post-chat-completions-" in error.message
    assert 'Berlin?" was sent, recorded is ' in error.message
    assert "Boston?" in error.message
    assert "temperature" not in error.message
    assert service.status == 1
    assert "Never requested: " in service.log[-1]


def test_several_recordings_of_one_request_come_in_turn(
    client: Client, upstream: Upstream, folder: Path
):
    def answer(_: Received) -> Reply:
        if len(upstream.received) == 1:
            return as_json({"error": {"message": "Slow down."}}, 429, retry_after_ms="1")
        return as_json(completion(f"Answer {len(upstream.received)}"))

    def talk(url: str) -> list[str]:
        patient = client(url).with_options(max_retries=1)
        return [content(ask(patient)), content(ask(patient))]

    upstream.answer = answer
    with recording(upstream.url, folder) as service:
        recorded = talk(service.url)
    with replaying(folder) as service:
        assert [talk(service.url), talk(service.url)] == [recorded, recorded]
    with command("replay", str(folder), "--strict") as service:
        assert talk(service.url) == recorded == ["Answer 2", "Answer 3"]
        with pytest.raises(NotFoundError, match="recorded 3 times"):
            talk(service.url)


def test_a_stream_is_the_same_byte_for_byte_at_once_or_at_its_pace(
    http: httpx2.Client, upstream: Upstream, folder: Path
):
    text = 'data: {"choices": [{"index": 0, "delta": {"content": "안녕"}}]}\n\n'.encode()
    border = text.index("녕".encode()) + 2
    upstream.answer = lambda _: Reply(
        200, {"content-type": "text/event-stream"}, [text[:border], text[border:]]
    )

    def stream(url: str) -> bytes:
        return http.post(f"{url}/chat/completions", json={"stream": True}).content

    def slow_down(first_s: float, last_s: float) -> None:
        (path,) = folder.glob("*.json")
        exchange = json.loads(path.read_text())
        pieces = exchange["answer"]["body"]["pieces"]
        pieces[0]["at_s"], pieces[-1]["at_s"] = first_s, last_s
        path.write_text(json.dumps(exchange))

    with recording(upstream.url, folder) as service:
        assert stream(service.url) == text
    slow_down(1800.0, 3600.0)
    with replaying(folder) as service:
        assert stream(service.url) == text
    slow_down(0.1, 0.4)
    began = time.monotonic()
    with replaying(folder, Manner(paced=True)) as service:
        assert stream(service.url) == text
    assert time.monotonic() - began >= 0.4


def test_an_answer_that_broke_off_breaks_off_again(
    http: httpx2.Client, upstream: Upstream, folder: Path
):
    upstream.answer = lambda _: Reply(
        200, {"content-type": "text/event-stream"}, [b"data: {}\n\n", BROKEN]
    )
    with recording(upstream.url, folder) as service, pytest.raises(httpx2.RemoteProtocolError):
        http.post(f"{service.url}/chat/completions", json={"stream": True})
    with replaying(folder) as service:
        url = f"{service.url}/chat/completions"
        with http.stream("POST", url, json={"stream": True}) as answer:
            pieces = answer.iter_raw()
            assert next(pieces) == b"data: {}\n\n"
            with pytest.raises(httpx2.RemoteProtocolError):
                next(pieces)


def test_fields_may_be_left_out_of_what_makes_requests_equal(
    client: Client, upstream: Upstream, folder: Path
):
    upstream.answer = lambda _: as_json(completion("Hello."))
    with recording(upstream.url, folder) as service:
        ask(client(service.url), user="me")
    with replaying(folder, Manner(ignored={"user"})) as service:
        assert content(ask(client(service.url), user="you")) == "Hello."
        assert content(ask(client(service.url))) == "Hello."


def test_a_file_that_is_no_recording_is_named(folder: Path, capfd: pytest.CaptureFixture[str]):
    from dragoman.cli.main import main

    folder.mkdir()
    assert main(["replay", str(folder)]) == 1
    (folder / "a.json").write_text(json.dumps({"version": 1, "what": 2}))
    assert main(["replay", str(folder)]) == 1
    told = capfd.readouterr().err
    assert "holds no recordings" in told
    assert "a.json is no recording" in told
