"""Who is let in."""

import pytest
from starlette.routing import Route

from clients import MODEL, chat_app, http_client
from dragoman.api import pages
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Say

KEYS = ("sk-one-of-two-long-keys", "sk-two")
ASK = {"model": MODEL, "messages": [{"role": "user", "content": "ping"}]}
PATH = "/v1/chat/completions"


@pytest.mark.parametrize("key", KEYS)
async def test_each_key_is_let_in(key: str) -> None:
    async with http_client(chat_app(FakeChat([Say("a")]), KEYS)) as client:
        answer = await client.post(PATH, json=ASK, headers={"authorization": f"Bearer {key}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("headers", [{}, {"authorization": "Basic eA=="}, {"authorization": ""}])
async def test_without_a_key_nobody_is(headers: dict[str, str]) -> None:
    async with http_client(chat_app(FakeChat([Say("a")]), KEYS)) as client:
        answer = await client.post(PATH, json=ASK, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    error = answer.json()["error"]
    assert error["message"].startswith("You didn't provide an API key. ")
    assert (error["type"], error["param"], error["code"]) == ("invalid_request_error", None, None)


async def test_a_client_for_azure_is_told_that_it_is_one() -> None:
    async with http_client(chat_app(FakeChat([Say("a")]), KEYS)) as client:
        answer = await client.post(PATH, json=ASK, headers={"api-key": KEYS[0]})
    assert answer.status_code == 401
    assert "The header api-key is Azure's" in answer.json()["error"]["message"]
    assert KEYS[0] not in answer.text


@pytest.mark.parametrize(
    ("key", "shown"), [("sk-wrong-but-long-enough", "sk-wr***ough"), ("sk-on", "***")]
)
async def test_a_wrong_key_is_refused_and_not_repeated(key: str, shown: str) -> None:
    async with http_client(chat_app(FakeChat([Say("a")]), KEYS)) as client:
        answer = await client.post(PATH, json=ASK, headers={"authorization": f"Bearer {key}"})
    assert answer.status_code == 401
    error = answer.json()["error"]
    assert error["message"].startswith(f"Incorrect API key provided: {shown}.")
    assert error["code"] == "invalid_api_key"
    assert key not in answer.text


async def test_only_the_health_checks_are_open_when_keys_are_set() -> None:
    app = chat_app(FakeChat([Say("a")]), KEYS)
    async with http_client(app) as client:
        paths = {route.path for route in app.routes if isinstance(route, Route)} - {*pages.PATHS}
        status = {path: (await client.get(path)).status_code for path in paths}
    assert {path for path in status if status[path] != 401} == {"/health", "/livez", "/readyz"}


async def test_without_keys_any_key_will_do() -> None:
    async with http_client(chat_app(FakeChat([Say("a")]))) as client:
        answer = await client.post(PATH, json=ASK, headers={"authorization": "Bearer anything"})
    assert answer.status_code == 200
