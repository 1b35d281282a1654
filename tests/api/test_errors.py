"""Failures of the HTTP shell: paths, methods, bodies, keys, surprises."""

import json
import logging
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from starlette.types import Message, Receive, Scope, Send

from clients import MODEL, Shelf, chat_app, http_client
from dragoman.api import errors
from dragoman.api.errors import LastResort
from dragoman.domain.errors import (
    EngineFailed,
    EngineUnavailable,
    ModelNotFound,
    NotFound,
    Overloaded,
    RequestInvalid,
    ServiceError,
    StorageFailed,
    TooLarge,
)
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Fail, Say
from dragoman.serving.app import Options, create_app
from dragoman.serving.storage.database import Database
from dragoman.serving.storage.responses import SqlResponses
from fake_engines import Held

ASK = {"model": MODEL, "messages": [{"role": "user", "content": "ping"}]}
PATH = "/v1/chat/completions"


async def test_an_unknown_path_is_named() -> None:
    async with http_client(chat_app(FakeChat(()))) as client:
        answer = await client.get("/v1/no/such/path")
    assert answer.status_code == 404
    assert answer.json() == {
        "error": {
            "message": "Invalid URL (GET /v1/no/such/path)",
            "type": "invalid_request_error",
            "param": None,
            "code": None,
        }
    }


@pytest.mark.parametrize("path", [f"{PATH}/", "/v1/audio/speech/", "/livez/"])
async def test_a_slash_too_many_is_another_path(path: str) -> None:
    async with http_client(chat_app(FakeChat(()))) as client:
        answer = await client.get(path)
    assert answer.status_code == 404
    message = answer.json()["error"]["message"]
    assert message.startswith(f"Invalid URL (GET {path})")
    if path != "/v1/audio/speech/":  # there is no such route in this app
        assert f". Did you mean {path[:-1]}?" in message


@pytest.mark.parametrize(
    "path",
    [
        "/chat/completions",
        "/v1/v1/chat/completions",
        "/v1//chat/completions",
        "/v1/chat/completions/",
        "/openai/v1/chat/completions",
        "/openai/deployments/gpt-4o/chat/completions",
        "/v1/deployments/gpt-4o/chat/completions",
        "/openai/v1/deployments/gpt-4o/chat/completions",
    ],
)
async def test_a_base_url_that_is_wrong_is_told_the_right_one(path: str) -> None:
    async with http_client(chat_app(FakeChat(()))) as client:
        answer = await client.post(path, json=ASK)
    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == (
        f"Invalid URL (POST {path}). Did you mean /v1/chat/completions? "
        "Set the base URL to http://test/v1"
    )


@pytest.mark.parametrize("path", ["/v1", "/v1/"])
async def test_the_base_url_itself_says_that_it_is_one(path: str) -> None:
    async with http_client(chat_app(FakeChat(()))) as client:
        answer = await client.get(path)
    assert answer.status_code == 404
    message = answer.json()["error"]["message"]
    assert message.startswith(f"Invalid URL (GET {path}). This is the base URL; the endpoints are")


@pytest.mark.parametrize(
    "path", ["/v1/conversations", "/threads", "/v1/embeddings", "/v1/images/edits"]
)
async def test_what_is_not_served_is_told_plainly(path: str) -> None:
    async with http_client(chat_app(FakeChat(()))) as client:
        answer = await client.post(path, json=ASK)
    assert answer.status_code == 404
    message = answer.json()["error"]["message"]
    assert message.startswith(f"Invalid URL (POST {path}). OpenAI's /v1/")
    assert "is not served by Dragoman" in message


async def test_the_name_of_a_model_is_not_repeated_at_length() -> None:
    async with http_client(chat_app(FakeChat(()))) as client:
        answer = await client.post(PATH, json={**ASK, "model": "m" * 100_000})
    assert answer.status_code == 404
    assert len(answer.content) < 1_000


async def test_a_wrong_method_is_told_which_is_right() -> None:
    async with http_client(chat_app(FakeChat(()))) as client:
        answer = await client.put(PATH)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    error = answer.json()["error"]
    assert error["message"].startswith("Not allowed to PUT on /v1/chat/completions (HINT: ")
    assert error["code"] == "method_not_supported"


async def test_who_wants_a_websocket_is_told_to_use_http() -> None:
    async with http_client(chat_app(FakeChat(()))) as client:
        wanted = {"connection": "Upgrade", "upgrade": "websocket"}
        answer = await client.get("/v1/responses", headers=wanted)
    assert answer.status_code == 426
    assert (answer.headers["allow"], answer.headers["upgrade"]) == ("POST", "HTTP/1.1")
    assert answer.json()["error"]["code"] == "method_not_supported"


async def test_allow_counts_every_route_of_a_path() -> None:
    async with http_client(chat_app(FakeChat(()))) as client:
        answer = await client.post("/v1/models/x")
        options = await client.options("/v1/models/x")
    assert answer.headers["allow"] == "GET, HEAD, DELETE"
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, DELETE")


async def test_a_path_that_looks_like_a_name_has_methods_of_its_own(tmp_path: Path) -> None:
    kept = Options(responses=SqlResponses(Database.in_file(tmp_path / "kept.sqlite3")))
    app = create_app(Held({}), Shelf(), options=kept)
    async with http_client(app) as client:
        options = await client.options("/v1/responses/input_tokens")
        one = await client.options("/v1/responses/resp_1")
    assert (options.status_code, options.headers["allow"]) == (204, "POST")
    assert one.headers["allow"] == "GET, DELETE"


@pytest.mark.parametrize(
    "body",
    [
        b"{nope",
        b"",
        b"\xff\xfe",
        b'{"temperature": NaN}',
        b'{"temperature": -Infinity}',
        b'{"temperature": 1e999}',
        b'{"model": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'{"a":' + b"[" * 200 + b"]" * 200 + b"}",
        b"[" * 100_000,
        b'{"n": ' + b"9" * 5000 + b"}",
    ],
)
async def test_what_is_not_json_is_refused(body: bytes) -> None:
    async with http_client(chat_app(FakeChat(()))) as client:
        answer = await client.post(PATH, content=body)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["message"].startswith("We could not parse the JSON body of your request. (HINT: ")
    assert (error["type"], error["param"], error["code"]) == ("invalid_request_error", None, None)


async def test_a_compressed_body_is_refused_by_its_encoding() -> None:
    async with http_client(chat_app(FakeChat(()))) as client:
        answer = await client.post(PATH, content=b"x", headers={"content-encoding": "gzip"})
    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == (
        "Unsupported Content-Encoding: 'gzip'. Send the body as it is."
    )


@pytest.mark.parametrize("body", [b"[]", b"7", b"null", b'"text"'])
async def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    async with http_client(chat_app(FakeChat(()))) as client:
        answer = await client.post(PATH, content=body)
    assert answer.status_code == 400
    assert "must be an object" in answer.json()["error"]["message"]


async def test_a_body_above_the_limit_is_refused_unread() -> None:
    async with http_client(chat_app(FakeChat(()))) as client:
        announced = await client.post(PATH, content=b"{}", headers={"content-length": "67108865"})
    assert announced.status_code == 413
    error = announced.json()["error"]
    assert error["type"] == "server_error"
    assert error["message"] == (
        "Maximum content size limit (67108864) exceeded (67108865 bytes read)"
    )


async def test_a_body_that_grows_above_the_limit_is_refused() -> None:
    async def pieces() -> AsyncGenerator[bytes]:  # whose length is not known before
        for _ in range(65):
            yield b" " * 2**20

    async with http_client(chat_app(FakeChat(()))) as client:
        answer = await client.post(PATH, content=pieces())
    assert "content-length" not in answer.request.headers
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("error", "status", "kind", "code"),
    [
        (RequestInvalid("x"), 400, "invalid_request_error", None),
        (RequestInvalid("x", code="own"), 400, "invalid_request_error", "own"),
        (TooLarge("x"), 413, "server_error", None),
        (NotFound("x"), 404, "invalid_request_error", None),
        (ModelNotFound("x"), 404, "invalid_request_error", "model_not_found"),
        (Overloaded("x"), 429, "requests", "rate_limit_exceeded"),
        (EngineUnavailable("x"), 503, "server_error", None),
        (EngineFailed("x"), 500, "server_error", None),
        (StorageFailed("x"), 503, "server_error", None),
        (ServiceError("x"), 500, "server_error", None),
    ],
)
async def test_every_failure_of_an_engine_has_its_status(
    error: ServiceError, status: int, kind: str, code: str | None
) -> None:
    async with http_client(chat_app(FakeChat([Fail(error)]))) as client:
        answer = await client.post(PATH, json=ASK)
        streamed = await client.post(PATH, json={**ASK, "stream": True})
    assert answer.status_code == streamed.status_code == status
    assert answer.json() == streamed.json()
    assert answer.json()["error"] == {
        "message": "x",
        "type": kind,
        "param": error.param,
        "code": code,
    }
    assert ("retry-after" in answer.headers) == (status in {429, 503})


@pytest.mark.parametrize(
    ("seconds", "header"), [(None, "1"), (0.2, "1"), (12.1, "13"), (300, "300")]
)
async def test_a_failure_that_knows_how_long_it_lasts_says_so(
    seconds: float | None, header: str
) -> None:
    error = EngineUnavailable("x", retry_s=seconds)
    async with http_client(chat_app(FakeChat([Fail(error)]))) as client:
        for ask in (ASK, {**ASK, "stream": True}):
            assert (await client.post(PATH, json=ask)).headers["retry-after"] == header


async def test_an_engine_that_raises_anything_else_is_a_500_without_its_text() -> None:
    async with http_client(chat_app(FakeChat([Say("a"), Fail(ValueError("secret"))]))) as client:
        answer = await client.post(PATH, json=ASK)
    assert answer.status_code == 500
    assert answer.json()["error"]["type"] == "server_error"
    assert "secret" not in answer.text


async def test_a_failure_after_the_start_is_the_last_event() -> None:
    script = [Say("a"), Fail(EngineFailed("it broke"))]
    async with http_client(chat_app(FakeChat(script))) as client:
        answer = await client.post(PATH, json={**ASK, "stream": True})
    assert answer.status_code == 200
    events = [line.removeprefix("data: ") for line in answer.text.split("\n\n") if line]
    assert json.loads(events[-1]) == {
        "error": {"message": "it broke", "type": "server_error", "param": None, "code": None}
    }
    assert "[DONE]" not in answer.text


async def test_a_surprise_is_a_500_with_the_request_id_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise ZeroDivisionError("secret")

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    with caplog.at_level(logging.ERROR):
        scope = {"type": "http", "state": {"request_id": "req_7"}}
        await LastResort(broken)(scope, receive, send)
    assert sent[0]["status"] == 500
    error = json.loads(sent[1]["body"])["error"]
    assert error["type"] == "server_error"
    assert "req_7" in error["message"]
    assert "secret" not in error["message"]
    assert [record.getMessage() for record in caplog.records] == [
        "unexpected failure request_id=req_7"
    ]


async def test_a_surprise_after_the_start_breaks_the_body_off() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ZeroDivisionError

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    await LastResort(broken)({"type": "http"}, receive, send)
    assert [message["type"] for message in sent] == ["http.response.start"]


def test_every_error_class_has_its_own_row() -> None:
    def tree(kind: type[ServiceError]) -> set[type[ServiceError]]:
        return {kind}.union(*(tree(below) for below in kind.__subclasses__()))

    assert tree(ServiceError) == set(errors.TABLE)
