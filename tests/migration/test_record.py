"""`dragoman record`: what programs notice of it, and what is written down."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from openai import APIStatusError, OpenAI

from migration_services import command, recording
from scripted_upstream import BROKEN, Received, Reply, Upstream, as_json, completion

KEY = "canary-of-the-environment-4711"
CANARY = "sk-canary0123456789abcdef"


def recordings(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]


Client = Callable[[str], OpenAI]


def ask(openai: OpenAI, text: str = "Hi", **fields: Any) -> Any:
    create: Any = openai.chat.completions.create
    messages = [{"role": "user", "content": text}]
    return create(model="gpt-4o-mini", messages=messages, **fields)


def test_an_answer_is_passed_on_and_written_down(client: Client, upstream: Upstream, folder: Path):
    upstream.answer = lambda _: as_json(completion("Hello."), x_request_id="req_1")
    with recording(upstream.url, folder) as service:
        raw = client(service.url).chat.completions.with_raw_response.create(
            model="gpt-4o-mini", messages=[{"role": "user", "content": "Hi"}]
        )
    assert raw.parse().choices[0].message.content == "Hello."
    assert raw.headers["x-request-id"] == "req_1"
    assert upstream.received[0].path == "/v1/chat/completions"
    assert upstream.received[0].headers["authorization"] == f"Bearer {CANARY}"
    (path,) = folder.glob("*.json")
    assert path.name.startswith("post-chat-completions-")
    (exchange,) = recordings(folder)
    assert exchange["request"]["body"]["json"]["messages"][0]["content"] == "Hi"
    assert exchange["answer"]["body"]["json"]["choices"][0]["message"]["content"] == "Hello."
    assert exchange["answer"]["headers"]["x-request-id"] == "req_1"
    assert path.name in service.log[0]


def test_no_key_stands_in_any_file(http: httpx2.Client, upstream: Upstream, folder: Path):
    def answer(received: Received) -> Reply:
        # Servers tell the caller's key and organisation in errors, and set cookies.
        told = f"Wrong key {CANARY} or {KEY} of org-Canary0123456789abc."
        headers = {"openai-organization": "canary-company", "set-cookie": "sid=canary-of-a-cookie"}
        if b'"stream":true' in received.body:
            event = f'data: {{"error": {{"message": "{told}"}}}}\n\n'.encode()
            pieces = [event[:50], event[50:61], event[61:]]
            return Reply(200, {**headers, "content-type": "text/event-stream"}, pieces)
        reply = as_json({"error": {"message": told}, "api_key": "canary-x"}, 401)
        return Reply(reply.status, {**reply.headers, **headers}, reply.pieces)

    upstream.answer = answer
    with command("record", "--upstream", upstream.url, "--to", str(folder), key=KEY) as service:
        body = {
            "model": "m",
            "tools": [{"type": "mcp", "authorization": "canary-of-a-tool"}],
            "messages": [{"role": "user", "content": f"My key is {CANARY}"}],
        }
        headers = {
            "authorization": f"Bearer {CANARY}",
            "api-key": "canary-of-azure",
            "cookie": "session=canary-session-1",
            "openai-organization": "org-canary",
            "openai-project": "proj_canary",
        }
        url = f"{service.url}/chat/completions?api-key=canary-of-a-query&version=1"
        http.post(url, json=body, headers=headers)
        http.post(url, json=body | {"stream": True}, headers=headers)
    assert upstream.received[0].headers["authorization"] == f"Bearer {KEY}"
    assert upstream.received[0].headers["cookie"] == "session=canary-session-1"
    assert upstream.received[0].path.endswith("?api-key=canary-of-a-query&version=1")
    assert service.status == 0
    texts = [path.read_text() for path in folder.rglob("*") if path.is_file()]
    assert len(texts) == 2
    for text in (*texts, *service.log):
        assert "canary" not in text.lower()
    assert all('"version",\n' in text and "My key is [removed]" in text for text in texts)


def test_a_stream_goes_on_at_once_and_is_kept_piece_by_piece(
    http: httpx2.Client, upstream: Upstream, folder: Path
):
    gate = threading.Event()
    text = 'data: {"x": "안녕"}\n\n'.encode()
    border = text.index("안".encode()) + 1
    pieces = [text, text[:border], gate, text[border:], b"data: [DONE]\n\n"]
    headers = {"content-type": "text/event-stream", "connection": "keep-alive, x-hop", "x-hop": "1"}
    upstream.answer = lambda _: Reply(200, headers, pieces)
    with (
        recording(upstream.url, folder) as service,
        http.stream("POST", f"{service.url}/chat/completions", json={"stream": True}) as answer,
    ):
        assert "x-hop" not in answer.headers
        come = answer.iter_raw()
        first = b""
        while len(first) < len(text) + border:
            first += next(come)  # the rest is not sent before this has come
        gate.set()
        assert first + b"".join(come) == b"".join(p for p in pieces if isinstance(p, bytes))
    (exchange,) = recordings(folder)
    kept = exchange["answer"]["body"]["pieces"]
    assert kept[0]["text"].startswith('data: {"x": "안녕"}\n\n')
    assert any("base64" in piece for piece in kept)
    times = [piece["at_s"] for piece in kept]
    assert times == sorted(times)
    assert times[0] > 0


def test_a_form_is_passed_on_as_it_is_and_its_file_lies_beside_the_recording(
    client: Client, upstream: Upstream, folder: Path
):
    upstream.answer = lambda _: Reply(200, {"content-type": "text/plain"}, [b"Hello there.\n"])
    sound = b"RIFF\r\n\0\xff--boundary\r\n" * 9000
    with recording(upstream.url, folder) as service:
        text = client(service.url).audio.transcriptions.create(
            model="whisper-1",
            file=("말.wav", sound),
            response_format="text",
            timestamp_granularities=["word"],
        )
    assert text == "Hello there.\n"
    assert sound in upstream.received[0].body
    (exchange,) = recordings(folder)
    assert exchange["request"]["content_type"] == "multipart/form-data"
    parts = {part["name"]: part for part in exchange["request"]["body"]["form"]}
    assert parts["timestamp_granularities[]"]["text"] == "word"
    assert parts["file"]["filename"] == "말.wav"
    assert (folder / parts["file"]["file"]["path"]).read_bytes() == sound
    assert exchange["answer"]["body"] == {"text": "Hello there.\n"}


def test_sound_lies_beside_the_recording_and_can_be_played(
    client: Client, upstream: Upstream, folder: Path
):
    gate = threading.Event()
    upstream.answer = lambda _: Reply(
        200, {"content-type": "audio/mpeg"}, [b"\xff\xfb" * 50, gate, b"\xff\xfa" * 50]
    )
    with (
        recording(upstream.url, folder) as service,
        client(service.url).audio.speech.with_streaming_response.create(
            model="tts-1", voice="alloy", input="Hi"
        ) as answer,
    ):
        come = answer.iter_bytes()
        first = next(come)
        gate.set()
        whole = first + b"".join(come)
    assert whole == b"\xff\xfb" * 50 + b"\xff\xfa" * 50
    (exchange,) = recordings(folder)
    body = exchange["answer"]["body"]
    assert body["file"]["path"].endswith(".mp3")
    assert (folder / body["file"]["path"]).read_bytes() == whole
    assert [piece["bytes"] for piece in body["pieces"]] == [100, 100]


@pytest.mark.parametrize("status", [400, 429, 500])
def test_errors_are_the_upstreams(client: Client, upstream: Upstream, folder: Path, status: int):
    error = {"error": {"message": "No.", "type": "t", "param": None, "code": "c"}}
    upstream.answer = lambda _: as_json(error, status, retry_after="7")
    with recording(upstream.url, folder) as service, pytest.raises(APIStatusError) as raised:
        ask(client(service.url))
    assert raised.value.status_code == status
    assert raised.value.body == error["error"]
    assert raised.value.response.headers["retry-after"] == "7"
    (exchange,) = recordings(folder)
    assert exchange["answer"]["status"] == status


def test_an_upstream_that_is_silent_or_gone_is_told_and_not_recorded(
    client: Client, upstream: Upstream, folder: Path
):
    never = threading.Event()

    def answer(_: Received) -> Reply:
        never.wait(20)
        return Reply()

    upstream.answer = answer
    with recording(upstream.url, folder, timeout_s=0.3) as service:
        with pytest.raises(APIStatusError) as silent:
            ask(client(service.url))
        never.set()
    away = recording("http://127.0.0.1:9/v1", folder)
    with away as service, pytest.raises(APIStatusError) as gone:
        ask(client(service.url))
    assert (silent.value.status_code, silent.value.code) == (504, "upstream_timeout")
    assert (gone.value.status_code, gone.value.code) == (502, "upstream_unreachable")
    assert not folder.exists()


def test_an_answer_that_breaks_off_breaks_off(
    http: httpx2.Client, upstream: Upstream, folder: Path
):
    headers = {"content-type": "text/event-stream"}
    upstream.answer = lambda _: Reply(200, headers, [b"data: {}\n\n", BROKEN])
    with recording(upstream.url, folder) as service, pytest.raises(httpx2.RemoteProtocolError):
        http.post(f"{service.url}/chat/completions", json={"stream": True})
    (exchange,) = recordings(folder)
    assert exchange["answer"]["end"] == "broken off"


def test_a_program_that_leaves_ends_the_upstreams_work(
    http: httpx2.Client, upstream: Upstream, folder: Path
):
    headers = {"content-type": "text/event-stream"}
    upstream.answer = lambda _: Reply(200, headers, [b"data: {}\n\n", threading.Event()])
    with recording(upstream.url, folder) as service:
        with http.stream("POST", f"{service.url}/chat/completions", json={"a": 1}) as answer:
            next(answer.iter_raw())
        assert upstream.hung_up.wait(10)
    (exchange,) = recordings(folder)
    assert exchange["answer"]["end"] == "client left"


def test_what_is_too_large_is_passed_on_and_not_recorded(
    client: Client, upstream: Upstream, folder: Path
):
    upstream.answer = lambda _: as_json(completion("Hello."))
    with recording(upstream.url, folder, largest=2**20) as service:
        assert ask(client(service.url), "x" * 2**20).choices[0].message.content == "Hello."
    assert len(upstream.received[0].body) > 2**20
    assert "not recorded: more than 1 MiB" in service.log[0]
    assert not folder.exists()


def test_several_answers_to_one_request_have_one_name_and_numbers(
    client: Client, upstream: Upstream, folder: Path
):
    upstream.answer = lambda _: as_json(completion(str(len(upstream.received))))
    with recording(upstream.url, folder) as service:
        ask(client(service.url))
        ask(client(service.url), temperature=1.0, stream=False)
    with recording(upstream.url, folder) as service:
        ask(client(service.url))
        ask(client(service.url), temperature=0)
    names = sorted(path.name for path in folder.glob("*.json"))
    stems = [name.split(".")[0] for name in names]
    assert sorted(stems.count(stem) for stem in set(stems)) == [1, 3]
    assert sorted(name.split(".")[1] for name in names) == ["1", "1", "2", "3"]


@pytest.mark.parametrize(
    "headers", [{"host": "evil.example"}, {"origin": "https://evil.example"}, {"origin": "null"}]
)
def test_pages_of_the_web_cannot_spend_the_key(
    http: httpx2.Client, upstream: Upstream, folder: Path, headers: dict[str, str]
):
    with recording(upstream.url, folder) as service:
        answer = http.post(f"{service.url}/chat/completions", json={}, headers=headers)
    assert answer.status_code == 403
    assert upstream.received == []
