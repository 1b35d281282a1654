"""Requests that are nearly right: valid ones of several endpoints, changed as bytes decide.

`request` makes the bytes of one HTTP request out of any other bytes: a random generator's in the
tests, those of a fuzzer that looks at coverage in `bench/fuzz.py`. No bytes change nothing.
"""

import base64
import io
import json
import wave
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

Item = TypeVar("Item")

TARGETS = ("multipart", "json", "heads")


class Choices:
    """Decisions out of bytes; where these end, the first of each choice."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def below(self, most: int) -> int:
        """A number from 0 to `most` - 1, `most` being 256 at most."""
        self._at += 1
        return self._data[self._at - 1] % most if self._at <= len(self._data) else 0

    def of(self, items: Sequence[Item]) -> Item:
        """One of `items`."""
        return items[self.below(len(items))]

    def raw(self) -> bytes:
        """Some bytes as they come."""
        length = self.below(24)
        self._at += length
        return self._data[self._at - length : self._at]


class Members(list[tuple[str, Any]]):
    """An object of JSON that may have a key twice."""


def _deep(opening: str, closing: str) -> Callable[[], Any]:
    return lambda: json.loads(opening * 60 + "1" + closing * 60)


STRANGE: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2, 5.0, 0.5, 1e308, -(10**30), 10**400, 2**63, float("nan"),
    float("inf"), "", " ", "\0", "\ud800", "\udfff", "\ud83d\ude00", "\u202e", "٣", "a" * 5_000,
    "auto", "none", "required", "user", "tool", "system", "text", "json_schema", "verbose_json",
    "srt", "word", "mp3", "gpt-4o", "whisper-1", "tts-1", "data:image/png;base64,AAAA", "AAAA",
    "data:,", "http://[::1", "http://127.0.0.1/a.png", "file:///etc/passwd", "{", "[1,", "NaN",
    "1e999", [], {}, [None], [[]], [{}], {"": None}, {"type": "text"}, {"type": "object"},
    {"type": "function"}, {"type": ["string", None]}, {"$ref": "#"}, {"anyOf": []},
    _deep("[", "]"), _deep('{"items":', "}"), "_" * 65, ["\ud800"], {"\ud800": "\ud800"},
)  # fmt: skip
KEYS = (
    "model", "messages", "input", "role", "content", "type", "text", "name", "tools", "tool_choice",
    "function", "parameters", "arguments", "tool_calls", "tool_call_id", "response_format",
    "json_schema", "schema", "strict", "stream", "stream_options", "max_tokens", "temperature",
    "logit_bias", "logprobs", "top_logprobs", "n", "stop", "seed", "user", "metadata", "store",
    "voice", "speed", "instructions", "format", "audio", "modalities", "image_url", "url", "detail",
    "input_audio", "data", "file", "file_data", "filename", "previous_response_id", "conversation",
    "include", "reasoning", "effort", "prediction", "call_id", "output", "truncation", "background",
    "id", "status", "summary", "x_progress", "language", "prompt", "timestamp_granularities[]",
    "chunking_strategy", "known_speaker_names[]", "known_speaker_references[]", "extra", "\ud800",
    "", "response_format[type]", "stream_format", "max_completion_tokens", "service_tier",
)  # fmt: skip


def _sound() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(bytes(3_200))
    return file.getvalue()


SOUND = _sound()
TONE = base64.b64encode(SOUND).decode()
FUNCTION = {
    "name": "f",
    "strict": True,
    "parameters": {
        "type": "object",
        "properties": {"a": {"type": "string", "enum": ["x"]}, "b": {"type": "integer"}},
        "required": ["a", "b"],
        "additionalProperties": False,
    },
}
SCHEMA = {"name": "s", "schema": FUNCTION["parameters"], "strict": True}
CALL = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
PNG = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
    "WjR9awAAAABJRU5ErkJggg=="
)
PIXEL = {"type": "image_url", "image_url": {"url": PNG, "detail": "low"}}
BODIES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/v1/chat/completions", {"model": "gpt-4o", "messages": [{"role": "user", "content": "a"}]}),
    (
        "/v1/chat/completions",
        {
            "model": "gpt-4o",
            "messages": [
                {"role": "developer", "content": [{"type": "text", "text": "b"}]},
                {"role": "user", "name": "u", "content": [{"type": "text", "text": "c"}, PIXEL]},
                {"role": "assistant", "content": None, "tool_calls": [CALL]},
                {"role": "tool", "tool_call_id": "c", "content": "d"},
            ],
            "tools": [{"type": "function", "function": FUNCTION}],
            "tool_choice": {"type": "function", "function": {"name": "f"}},
            "parallel_tool_calls": False,
            "max_completion_tokens": 5,
            "stream": True,
            "stream_options": {"include_usage": True},
        },
    ),
    (
        "/v1/chat/completions",
        {
            "model": "gpt-4o",
            "messages": [{"role": "user", "content": "a"}],
            "response_format": {"type": "json_schema", "json_schema": SCHEMA},
            "stop": ["x"],
            "logit_bias": {"1": 1},
            "logprobs": True,
            "top_logprobs": 2,
            "metadata": {"a": "b"},
            "n": 2,
            "seed": 1,
            "temperature": 0.5,
            "top_p": 0.9,
        },
    ),
    (
        "/v1/chat/completions",
        {
            "model": "gpt-4o",
            "modalities": ["text", "audio"],
            "audio": {"voice": "alloy", "format": "wav"},
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "input_audio", "input_audio": {"data": TONE, "format": "wav"}},
                        {"type": "file", "file": {"filename": "a.txt", "file_data": "YQ=="}},
                    ],
                }
            ],
        },
    ),
    ("/v1/responses", {"model": "gpt-4o", "input": "a"}),
    (
        "/v1/responses",
        {
            "model": "gpt-4o",
            "instructions": "i",
            "input": [
                {"role": "user", "content": [{"type": "input_text", "text": "a"}]},
                {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
                {"type": "function_call_output", "call_id": "c", "output": "o"},
            ],
            "tools": [{"type": "function", **FUNCTION}],
            "text": {"format": {"type": "json_schema", **SCHEMA}},
            "include": ["reasoning.encrypted_content"],
            "store": False,
            "stream": True,
            "truncation": "auto",
            "max_output_tokens": 20,
        },
    ),
    (
        "/v1/audio/speech",
        {
            "model": "tts-1",
            "input": "a",
            "voice": "alloy",
            "response_format": "wav",
            "speed": 1.5,
            "instructions": "i",
            "stream_format": "audio",
        },
    ),
    ("/v1/completions", {"model": "gpt-3.5-turbo-instruct", "prompt": ["a"], "max_tokens": 3}),
    ("/v1/responses/input_tokens", {"model": "gpt-4o", "input": "a"}),
    ("/v1/conversations", {"items": [{"role": "user", "content": "a"}], "metadata": {"a": "b"}}),
)


FORMS: tuple[tuple[str, tuple[tuple[str, bytes], ...]], ...] = (
    ("/v1/audio/transcriptions", (("file", SOUND), ("model", b"whisper-1"))),
    (
        "/v1/audio/transcriptions",
        (
            ("model", b"whisper-1"),
            ("file", SOUND),
            ("language", b"en"),
            ("prompt", b"p"),
            ("temperature", b"0.2"),
            ("response_format", b"verbose_json"),
            ("timestamp_granularities[]", b"word"),
            ("timestamp_granularities[]", b"segment"),
            ("chunking_strategy", b'{"type": "server_vad"}'),
            ("stream", b"true"),
        ),
    ),
    ("/v1/audio/translations", (("file", SOUND), ("model", b"whisper-1"), ("prompt", b"p"))),
    ("/v1/audio/voices", (("name", b"n"), ("audio_sample", SOUND), ("consent", b"cons_1"))),
    ("/v1/audio/voice_consents", (("name", b"n"), ("recording", SOUND), ("language", b"en"))),
)
RUINS: tuple[Callable[[bytes], bytes], ...] = (
    lambda body: body[: len(body) // 2],
    lambda body: body[:-3],
    lambda body: body.replace(b"\r\n", b"\n"),
    lambda body: body.replace(b"--bound--", b"--bound"),
    lambda body: b"preamble\r\n" + body + b"epilogue",
    lambda body: body * 3,
    lambda body: body.replace(b"\r\n\r\n", b"\r\n", 1),
    lambda body: body.replace(b"form-data", b"attachment", 1),
    lambda body: body.replace(b"--bound", b"--Bound", 1),
    lambda body: b"",
    lambda body: b"--bound\r\nA: " + b"a" * 20_000 + b"\r\n\r\n" + body,
    lambda body: b"--bound\r\n" + b"A: a\r\n" * 500 + b"\r\n" + body,
)
PART_FIELDS = (
    b'; filename="a.wav"', b'; filename=""', b'; filename="\xff\xfe"', b"; filename*=utf-8''%ff",
    b"; filename*=x'y", b'; filename="../../a"', b'; filename="a\\"b"', b"; name=twice",
    b'; name="',
    b"\r\nContent-Type: text/plain; charset=utf-16", b"\r\nContent-Type: text/plain; charset=none",
    b"\r\nContent-Type: \xff", b"\r\nContent-Transfer-Encoding: base64", b"\r\nA", b"\r\n: b",
    b'; filename="\0"', b"\r\nContent-Type: multipart/mixed; boundary=bound", b'; filename="a\nb"',
    b"\r\nContent-Disposition: form-data; name=model", b"\r\nContent-Length: -1", b";" * 900,
)  # fmt: skip
CONTENT_TYPES = (
    b"multipart/form-data; boundary=bound", b"multipart/form-data",
    b"multipart/form-data; boundary=",
    b'multipart/form-data; boundary="bound"', b"multipart/form-data; boundary=\xff",
    b"multipart/form",
    b"multipart/form-data; boundary=" + b"b" * 300,
    b"multipart/form-data; charset=x; boundary=bound",
    b"application/x-www-form-urlencoded", b"application/json", b"application/json; charset=utf-16",
    b"application/json; charset=\xff", b"text/plain", b"", b"/", b"a/b; " + b'a="\\' * 99,
    b"application/x-www-form-urlencoded; !=" + b'"' * 90,
)  # fmt: skip
PATHS = (
    *(path for path, _ in BODIES), *(path for path, _ in FORMS), "/v1/models", "/v1/models/gpt-4o",
    "/v1/models/%00", "/v1/models/%ff", "/v1/models/a%2Fb", "/v1/chat/completions?limit=-1&order=x",
    "/v1/chat/completions?after=%00&limit=99999999999999999999", "/v1/responses/resp_1", "/v1//x",
    "/v1/responses/%ed%a0%80?stream=true&starting_after=x", "/v1/responses/a/input_items?limit=0",
    "/v1/responses/a/cancel", "/v1/conversations/a/items?order=%ff", "/v1/chat/completions/%00",
    "/healthz", "/readyz", "/metrics", "/openapi.json", "/docs", "/", "/..%2f..%2fetc", "/docs/%00",
    "*", "http://a/v1/models", "http://[::1/v1/models", "//a", "/?" + "a=&" * 900, "/\xff",
    "/v1/compat",
    "/v1/audio/voices?limit=x", "/v1/audio/voices/%F0", "/v1/audio/voice_consents/a?after=\\", "/%",
    "/v1/chat/completions?metadata[a]=b&metadata[\xff]=", "/console/../x", "/v1/models?%ff=%00",
)  # fmt: skip
METHODS = (
    "POST",
    "GET",
    "HEAD",
    "OPTIONS",
    "DELETE",
    "PUT",
    "PATCH",
    "TRACE",
    "PURGE",
    "post",
    "A" * 99,
)
FIELDS = (
    b"authorization", b"content-type", b"content-length", b"transfer-encoding", b"host", b"origin",
    b"expect", b"range", b"traceparent", b"tracestate", b"x-forwarded-for", b"x-forwarded-proto",
    b"x-forwarded-host", b"x-request-id", b"x-client-request-id", b"idempotency-key", b"cookie",
    b"accept", b"accept-encoding", b"content-encoding", b"if-none-match", b"if-modified-since",
    b"connection", b"upgrade", b"openai-organization", b"openai-project", b"user-agent", b"via",
    b"access-control-request-method", b"access-control-request-headers", b"last-event-id",
    b"prefer",
    b"x-stainless-timeout", b"x-stainless-retry-count", b"x-dragoman-keep-alive", b"te", b"trailer",
)  # fmt: skip
VALUES = (
    b"", b"Bearer", b"Bearer ", b"Bearer \xff", b"Basic Og==", b"bearer a b", b"null", b"-1",
    b"1e3",
    b"0", b"+5", b"99999999999999999999", b"chunked", b"gzip, chunked", b"chunked, chunked",
    b"gzip",
    b"bytes=0-", b"bytes=-1", b"bytes=5-2", b"bytes=" + b"0-0," * 900, b"100-continue",
    b"keep-alive",
    b"00-" + b"0" * 32 + b"-" + b"0" * 16 + b"-01", b"00-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01",
    b"00-zz", b"ff-" + b"a" * 32 + b"-" + b"b" * 16 + b"-ff", b"a=" + b"b" * 600, b"a,b=,=c", b"*",
    b"1.2.3.4", b"::1", b"[::1]:80", b"fe80::1%eth0", b"1.2.3.4, \xff", b"unknown", b"https",
    b"x\0y",
    b"localhost", b"evil.example", b"http://localhost:1", b"a:b:c", b"[", b"websocket", b"h2c",
    b"close",
    b"\xf0\x9f\x98\x80", b"\xed\xa0\x80", b'"', b'W/"a"', b"Thu, 99 Foo 0000", b"a" * 9_000,
    b"\t a",
    *CONTENT_TYPES,
)  # fmt: skip


def request(target: str, data: bytes) -> bytes:
    """One of `TARGETS`' requests, with its head, as `data` decides."""
    choices = Choices(data)
    if target == "json":
        return _json(choices)
    if target == "multipart":
        return _multipart(choices)
    return _heads(choices)


def _json(choices: Choices) -> bytes:
    path, body = choices.of(BODIES)
    text = _written(_changed(choices, body))
    raw = text.encode("utf-8", "surrogatepass")
    if choices.below(12) == 11:
        at = choices.below(256) % max(len(raw), 1)
        raw = raw[:at] + choices.raw() + raw[at + choices.below(3) :]
    elif choices.below(40) == 39:
        raw = text.encode(choices.of(("utf-8-sig", "utf-16", "utf-32", "latin-1")), "replace")
    return _request("POST", path, [(b"content-type", b"application/json")], raw)


def _changed(choices: Choices, value: Any) -> Any:
    if isinstance(value, dict):
        members = Members()
        for key, inner in cast("dict[str, Any]", value).items():
            act = choices.below(24)
            if act == 19:
                continue
            name = choices.of(KEYS) if act == 20 else key
            members.append((name, _strange(choices) if act == 21 else _changed(choices, inner)))
            if act == 22:
                members.append((key, _strange(choices)))
            if act == 23:
                members.append((choices.of(KEYS), _strange(choices)))
        return members
    if isinstance(value, list):
        items = [_changed(choices, item) for item in cast("list[Any]", value)]
        act = choices.below(12)
        return [*items, _strange(choices)] if act == 10 else items * 40 if act == 11 else items
    return _strange(choices) if choices.below(12) == 11 else value


def _strange(choices: Choices) -> Any:
    value = choices.of(STRANGE)
    if choices.below(8) == 7:
        return Members([(choices.of(KEYS), choices.of(STRANGE)), (choices.of(KEYS), value)])
    return value


def _written(value: Any) -> str:
    if callable(value):
        return _written(value())
    if isinstance(value, Members):
        members = ",".join(f"{json.dumps(key)}:{_written(each)}" for key, each in value)
        return f"{{{members}}}"
    if isinstance(value, list):
        return f"[{','.join(map(_written, cast('list[Any]', value)))}]"
    if isinstance(value, int) and value > 2**64:
        return "1" + "0" * 400  # Python refuses to write more than 4,300 digits, and others fewer
    return json.dumps(value)


def _multipart(choices: Choices) -> bytes:
    path, form = choices.of(FORMS)
    pieces: list[bytes] = []
    for name, value in form:
        act, label, content = choices.below(20), name.encode(), value
        if act == 14:
            continue
        if act == 15:
            label = choices.of(KEYS).encode("utf-8", "surrogatepass")
        if act == 16:
            content = _written(_strange(choices)).strip('"').encode("utf-8", "surrogatepass")
        if act == 17:
            content = choices.raw()
        if act == 18:
            at = choices.below(64)
            content = value[:at] + choices.raw() + value[at + choices.below(8) :]
        fields = b'; filename="a.wav"' if value is SOUND else b""
        if choices.below(8) == 7:
            fields = choices.of(PART_FIELDS)
        head = b'Content-Disposition: form-data; name="' + label + b'"' + fields
        pieces += [b"--bound\r\n" + head + b"\r\n\r\n" + content + b"\r\n"] * (
            2 if act == 19 else 1
        )
    body = b"".join(pieces) + b"--bound--\r\n"
    if choices.below(6) == 5:
        body = choices.of(RUINS)(body)
    kind = choices.of(CONTENT_TYPES) if choices.below(8) == 7 else CONTENT_TYPES[0]
    return _request("POST", path, [(b"content-type", kind)], body)


def _heads(choices: Choices) -> bytes:
    path, body = choices.of(BODIES[:1] + BODIES[6:7])
    raw = json.dumps(body).encode()
    fields = [(b"content-type", b"application/json")]
    method = choices.of(METHODS) if choices.below(2) else "POST"
    if choices.below(3):
        path = choices.of(PATHS)
    for _ in range(choices.below(6)):
        value = choices.raw() if choices.below(8) == 7 else choices.of(VALUES)
        fields.append((choices.of(FIELDS), value))
    whole = _request(method, path, fields, raw if method == "POST" else b"")
    act = choices.below(10)
    if act == 8:
        at = choices.below(256) % len(whole)
        whole = whole[:at] + choices.raw() + whole[at + choices.below(4) :]
    if act == 9:
        whole = whole.replace(b"\r\n", choices.of((b"\n", b"\r", b"\r\n ", b"\r\n\r\n")), 3)
    return whole


def _request(method: str, path: str, fields: list[tuple[bytes, bytes]], body: bytes) -> bytes:
    lines = [
        f"{method} {path} HTTP/1.1".encode("latin-1"),
        b"host: localhost",
        b"connection: close",
    ]
    lines.append(b"content-length: %d" % len(body))
    lines += [name + b": " + value for name, value in fields]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body
