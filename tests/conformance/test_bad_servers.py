"""Servers with every kind of fault: each is seen, named in one line, and holds nothing up."""

import json
import random
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

import pytest

from dragoman.conformance.checks import CHECKS
from dragoman.conformance.report import LONGEST_LINE, Result
from raw_server import Raw, Request, running
from scripted_upstream import completion

Look = Callable[..., dict[str, Result]]
LIST: dict[str, object] = {"object": "list", "data": []}


def answer(body: bytes, kind: str = "application/json", status: int = 200, *heads: str) -> bytes:
    """A whole answer."""
    lines = [f"HTTP/1.1 {status} X", f"content-type: {kind}", "connection: close", *heads]
    length = [] if any(head.startswith("content-length") for head in heads) else [len(body)]
    lines += [f"content-length: {number}" for number in length]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def as_json(document: object, status: int = 200) -> bytes:
    return answer(json.dumps(document).encode(), status=status)


def on_chat(reply: Callable[[Request], Iterable[bytes]]) -> Callable[[Request], Iterable[bytes]]:
    """Lists no models, and answers what has messages as `reply` does."""

    def choose(request: Request) -> Iterable[bytes]:
        if request.line.startswith("GET"):
            return [as_json(LIST)]
        if request.body == b"{}":  # whether the endpoint is there
            return [as_json({"error": {"message": "no model"}}, 400)]
        return reply(request)

    return choose


def chunk(**delta: object) -> bytes:
    document = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "delta": delta, "finish_reason": None}],
    }
    return b"data: " + json.dumps(document).encode() + b"\n\n"


def stream(*pieces: bytes) -> bytes:
    return answer(b"".join(pieces), "text/event-stream")


@pytest.mark.parametrize(
    ("reply", "check", "reason"),
    [
        (answer(b"<html>Oops</html>", "text/html"), "chat.shape", "no JSON (200, text/html)"),
        (answer(b"{}", "text/plain"), "chat.shape", "JSON comes as text/plain"),
        (answer(b"[" * 100_000), "chat.shape", "no JSON"),
        (answer(b"null"), "chat.shape", "id is missing"),
        (as_json({"error": "no"}, 500), "chat.shape", 'status 500: "no"'),
        (as_json({**completion("Hi"), "created": "now"}), "chat.shape", "created is text"),
        (as_json({**completion("Hi"), "choices": []}), "chat.no_calls", "choices.0.message is"),
        (as_json({**completion("Hi"), "id": "\ud800"}), "chat.shape", "half of a character"),
        (as_json({**completion("Hi"), "created": 10**400}), "chat.shape", "created is larger"),
        (as_json(completion("Hi")), "chat.id", "same id"),
        (as_json(completion("Hi")), "errors.temperature", "as if nothing were wrong"),
        (
            as_json({"detail": [{"msg": "bad"}]}, 422),
            "errors.temperature",
            'not 400, but 422: "bad"',
        ),
        (as_json({"detail": "bad"}, 400), "errors.temperature", "error is missing"),
        (as_json({"error": {"message": "bad"}}, 400), "errors.temperature", "param is missing"),
        (as_json({"error": {"message": "bad", "type": "x"}}, 400), "errors.object", "error.param"),
        (as_json(completion("Hi")), "stream.done", "the stream comes as application/json"),
        (stream(chunk(content="Hi")), "stream.done", "without [DONE]"),
        (stream(b"data: [DONE]\n\n", chunk(content="Hi")), "stream.done", "after [DONE]"),
        (stream(b"data: {oops\n\n"), "stream.done", "an event is no JSON"),
        (stream(b'data: "\xec\x95"\n\n'), "stream.done", "a character is broken"),
        (stream(b"<p>Oops</p>\n\n"), "stream.done", "none of an event's"),
        (stream(b'data: {"error": {"message": "out"}}\n\n'), "stream.done", "is an error"),
        (stream(b"data: " + b"x" * 3_000_000), "stream.done", "does not end"),
        (stream(chunk(content="a\ufffd")), "stream.unicode", "U+FFFD"),
        (answer(b"", "application/json", 307, "location: /v1/x"), "chat.shape", "redirects (307)"),
        (answer(b"x", "a/b", 200, "content-length: 10000000000"), "chat.shape", "10000000000 byte"),
        (answer(b"x", "a/b", 200, "content-length: 9" + "9" * 60), "chat.shape", "no HTTP"),
        (answer(b"x", "a/b", 200, "content-encoding: gzip"), "chat.shape", "compressed"),
        (answer(b"{}", "a/b", 200, "content-length: 50"), "chat.shape", "breaks off"),
        (b"SSH-2.0-OpenSSH\r\n", "chat.shape", "no HTTP"),
        (b"", "chat.shape", "breaks off"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_a_fault_is_named(raw: Raw, verdicts: Look, reply: bytes, check: str, reason: str):
    raw.reply = on_chat(lambda _: [reply])
    result = verdicts(raw.url, check)[check]
    assert (result.verdict, reason in result.reason) == ("differs", True), result
    assert len(result.reason) <= LONGEST_LINE


@pytest.mark.parametrize(
    ("reply", "verdict", "reason"),
    [
        (as_json({"error": {"message": "no tools"}}, 400), "refused", '400: "no tools"'),
        (as_json({"detail": "Not Found"}, 404), "not_there", '404: "Not Found"'),
        (as_json({"error": {"message": "model x not found"}}, 404), "not_tried", "no model of"),
    ],
)
def test_what_is_refused_or_not_there_is_told_apart(
    raw: Raw, verdicts: Look, reply: bytes, verdict: str, reason: str
):
    raw.reply = on_chat(lambda _: [reply])
    result = verdicts(raw.url, "tools.required")["tools.required"]
    assert (result.verdict, reason in result.reason) == (verdict, True), result


def test_an_endpoint_that_is_not_there_is_looked_for_once(raw: Raw, verdicts: Look):
    raw.reply = lambda _: [as_json({"detail": "Not Found"}, 404)]
    results = verdicts(raw.url, "speech.mp3", "speech.opus", "speech.wav")
    assert {each.verdict for each in results.values()} == {"not_there"}
    assert [request.line.split()[:2] for request in raw.seen] == [
        ["GET", "/v1/models"],
        ["POST", "/v1/audio/speech"],
    ]


def test_what_never_ends_is_left_in_time(raw: Raw, verdicts: Look):
    def endless(request: Request) -> Iterable[bytes]:
        kind = "text/event-stream" if b'"stream"' in request.body else "application/json"
        yield f"HTTP/1.1 200 X\r\ncontent-type: {kind}\r\n\r\n".encode()
        while not request.is_over.wait(0.02):
            yield chunk(content="a")

    raw.reply = on_chat(endless)
    begin = time.monotonic()
    results = verdicts(raw.url, "chat.shape", "stream.done", check_s=0.5)
    assert {each.reason for each in results.values()} == {"no end within 0.5 s"}
    assert time.monotonic() - begin < 60


def test_a_head_that_drips_is_left_in_time(raw: Raw, verdicts: Look):
    def dripping(request: Request) -> Iterable[bytes]:
        yield b"HTTP/1.1 200 X\r\n"
        while not request.is_over.wait(0.02):
            yield b"x: y\r\n"

    raw.reply = on_chat(dripping)
    assert verdicts(raw.url, "chat.shape", check_s=0.5)["chat.shape"].reason.startswith("no end")


def test_a_flood_is_cut(raw: Raw, verdicts: Look):
    def flood(request: Request) -> Iterable[bytes]:
        yield b"HTTP/1.1 200 X\r\ncontent-type: application/json\r\n\r\n"
        while not request.is_over.is_set():
            yield b" " * 1_000_000

    raw.reply = on_chat(flood)
    assert "longer than 16 MiB" in verdicts(raw.url, "chat.shape")["chat.shape"].reason


def test_the_whole_run_has_an_end(raw: Raw, verdicts: Look):
    raw.reply = on_chat(lambda request: [b"x"] if request.is_over.wait(5) else [])
    ids = ("chat.shape", "chat.usage", "chat.parts", "chat.developer")
    results = verdicts(raw.url, *ids, check_s=0.3, limit_s=0.5)
    assert [each.verdict for each in results.values()][-1] == "not_tried"
    assert results["chat.developer"].reason == "the whole run had 0.5 s"


def test_nobody_else_is_called_by_the_kit_nor_by_the_client(raw: Raw, verdicts: Look):
    with running() as other:
        head = f"location: {other.url}/chat/completions"
        raw.reply = on_chat(lambda _: [answer(b"", "a/b", 307, head)])
        results = verdicts(raw.url, "chat.shape", "client.chat")
        assert "redirects (307)" in results["chat.shape"].reason
        assert results["client.chat"].verdict == "differs"
        assert other.seen == []


def test_a_key_that_a_server_repeats_is_not_shown(raw: Raw, verdicts: Look):
    key = "sk-" + "secret" * 9
    words = json.dumps({"error": {"message": f"Wrong key {key}"}}).encode()
    raw.reply = on_chat(lambda _: [answer(words, status=400)])
    results = verdicts(raw.url, "chat.shape", "stream.done", "errors.temperature", key=key)
    assert f"Bearer {key}" in raw.seen[0].head
    assert all("secret" not in result.reason for result in results.values())
    assert "[key]" in results["chat.shape"].reason


def test_a_model_that_the_server_lists_is_used(raw: Raw, verdicts: Look):
    names = ("nomic-embed", "whisper-1", "kokoro", "llama-3")
    listed = [{"id": name, "object": "model", "created": 1, "owned_by": "me"} for name in names]
    raw.reply = lambda _: [as_json({"object": "list", "data": listed})]
    verdicts(raw.url, "chat.shape", "speech.mp3")
    sent = [json.loads(request.body).get("model") for request in raw.seen if request.body]
    assert sent == [None, "llama-3", None, "kokoro"]


WEIRD: Sequence[Any] = (
    None,
    True,
    -1,
    10**400,
    float("inf"),
    float("nan"),
    "\ud800",
    "",
    [],
    {},
    [[]],
    [{}],
    "\x1b",
)


def spoilt(document: Any, chance: random.Random) -> Any:
    """The document with something else in some of its places."""
    if chance.random() < 0.15:
        return chance.choice(WEIRD)
    if isinstance(document, dict):
        parts = cast("dict[str, Any]", document)
        return {name: spoilt(value, chance) for name, value in parts.items()}
    if isinstance(document, list):
        return [spoilt(value, chance) for value in cast("list[Any]", document)]
    return document


@pytest.mark.parametrize("seed", range(3))
def test_no_answer_however_spoilt_ends_the_run(raw: Raw, verdicts: Look, seed: int):
    chance = random.Random(seed)
    call = {"id": "c", "index": 0, "type": "function", "function": {"name": "f", "arguments": "{}"}}
    token: dict[str, Any] = {"token": "a", "logprob": -1, "bytes": [97], "top_logprobs": []}
    message = {"role": "assistant", "content": "Hi", "refusal": None, "tool_calls": [call]}
    choice = {
        "index": 0,
        "message": message,
        "delta": message,
        "text": "Hi",
        "finish_reason": "stop",
        "logprobs": {"content": [token], "tokens": ["a"], "token_logprobs": [-1.0]},
    }
    part: dict[str, Any] = {"type": "output_text", "text": "Hi", "annotations": []}
    output: dict[str, Any] = {
        "type": "message",
        "role": "assistant",
        "content": [part],
        "arguments": "{}",
    }
    good: dict[str, Any] = {
        **completion("Hi"),
        "data": [{"id": "m", "object": "model", "created": 1, "owned_by": "me"}],
        "choices": [choice, {**choice, "index": 1}],
        "status": "completed",
        "output": [output, {**output, "type": "function_call", "name": "f"}],
        "type": "response.created",
        "sequence_number": 0,
        "delta": "Hi",
        "audio": "aGk=",
        "text": "Hi",
        "language": "english",
        "duration": 1.0,
        "segments": [{"start": 0, "end": 1, "text": "Hi"}],
        "words": [{"word": "Hi", "start": 0, "end": 1}],
        "error": {"message": "no", "type": "x", "param": None, "code": None},
    }

    def reply(request: Request) -> Iterable[bytes]:
        body = json.dumps(spoilt(good, chance)).encode()
        if b'"stream"' in request.body or b"sse" in request.body:
            return [stream(b"data: " + body + b"\n\n")]
        return [answer(body, status=chance.choice((200, 200, 200, 400)))]

    raw.reply = reply
    ids = [check.id for check in CHECKS]
    assert verdicts(raw.url, *ids, check_s=2.0).keys() == set(ids)
