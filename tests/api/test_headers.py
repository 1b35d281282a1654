"""Headers of every response, and the log's one line a request."""

import logging

import pytest

from clients import MODEL, Shelf, chat_app, http_client
from dragoman.domain.chat import CHAT
from dragoman.domain.models import ModelCard
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Say
from dragoman.serving.app import create_app
from fake_engines import Held

ASK = {"model": MODEL, "messages": [{"role": "user", "content": "a secret"}]}
PATH = "/v1/chat/completions"


@pytest.mark.parametrize(
    ("body", "status"),
    [(ASK, 200), ({**ASK, "stream": True}, 200), ({**ASK, "n": 0}, 400), ({}, 400)],
)
async def test_every_response_has_them(body: dict[str, object], status: int) -> None:
    async with http_client(chat_app(FakeChat([Say("a")]))) as client:
        answer = await client.post(PATH, json=body)
    assert answer.status_code == status
    assert answer.headers["x-request-id"].startswith("req_")
    assert answer.headers["openai-version"] == "2020-10-01"
    assert answer.headers["openai-processing-ms"].isdigit()
    assert answer.headers["openai-organization"] == "dragoman"


async def test_the_organization_that_the_client_names_comes_back() -> None:
    async with http_client(chat_app(FakeChat([Say("a")]))) as client:
        answer = await client.get("/livez", headers={"openai-organization": "org-mine"})
    assert answer.headers["openai-organization"] == "org-mine"


async def test_two_requests_have_two_ids() -> None:
    async with http_client(chat_app(FakeChat([Say("a")]))) as client:
        ids = {(await client.get("/livez")).headers["x-request-id"] for _ in range(2)}
    assert len(ids) == 2


async def test_a_callers_own_id_comes_back() -> None:
    async with http_client(chat_app(FakeChat([Say("a")]))) as client:
        answer = await client.get("/livez", headers={"x-request-id": "mine-1"})
    assert answer.headers["x-request-id"] == "mine-1"


@pytest.mark.parametrize("given", ["x" * 129, "x status=200", "naïve".encode(), b"a\tb"])
async def test_an_id_that_could_do_harm_is_replaced(given: str | bytes) -> None:
    async with http_client(chat_app(FakeChat([Say("a")]))) as client:
        answer = await client.get("/livez", headers=[(b"x-request-id", _bytes(given))])
    assert answer.headers["x-request-id"].startswith("req_")


def _bytes(given: str | bytes) -> bytes:
    return given.encode() if isinstance(given, str) else given


async def test_a_stream_is_not_to_be_collected_on_its_way() -> None:
    async with http_client(chat_app(FakeChat([Say("a")]))) as client:
        answer = await client.post(PATH, json={**ASK, "stream": True})
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-accel-buffering"] == "no"
    assert "content-length" not in answer.headers


async def test_each_request_is_one_line_without_what_was_asked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, "dragoman"):
        async with http_client(chat_app(FakeChat([Say("a")]))) as client:
            await client.post(PATH, json=ASK)
            await client.post(PATH, json={**ASK, "n": 0}, headers={"x-request-id": "mine-2"})
    served, line = (record.getMessage() for record in caplog.records)
    assert served.startswith("request done ")
    assert f"client=127.0.0.1 key=- method=POST path={PATH} status=200" in served
    assert "prompt_tokens=2 completion_tokens=1 audio_s=- first_ms=" in served
    assert "secret" not in served
    assert line.startswith("request failed request_id=mine-2 ")
    assert f"method=POST path={PATH} status=400 failure=RequestInvalid" in line
    assert "param=n code=integer_below_min_value model=-" in line
    assert "secret" not in line


async def test_an_unknown_path_and_model_are_in_the_log_as_one_quoted_word_each(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, "dragoman"):
        async with http_client(chat_app(FakeChat([Say("a")]))) as client:
            await client.get("/v1/x%0Astatus=200 y", params={"key": "secret"})
            await client.post(PATH, json={**ASK, "model": "no such\nmodel"})
            await client.get("/" + "x" * 5000)
    first, second, third = (record.getMessage() for record in caplog.records)
    assert 'path="/v1/x\\nstatus=200 y" status=404 failure=InvalidURL' in first
    assert "secret" not in first
    assert 'failure=ModelNotFound param=- code=model_not_found model="no such\\nmodel"' in second
    assert len(third) < 600


@pytest.mark.parametrize("stream", [False, True])
async def test_every_answer_names_the_model_that_made_it(stream: bool) -> None:
    app = create_app(
        Held({CHAT: {MODEL: FakeChat([Say("a")])}}, {MODEL: ModelCard("small", "chat", "fake")}),
        Shelf(),
    )
    async with http_client(app) as client:
        answer = await client.post(PATH, json={**ASK, "stream": stream})
        refused = await client.post(PATH, json={**ASK, "model": "nobody"})
    assert answer.headers["x-dragoman-model"] == "small"
    assert "x-dragoman-model" not in refused.headers
