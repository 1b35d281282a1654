"""Pages in a browser, which may read only what the server lets them."""

import pytest
from fastapi import FastAPI

from clients import MODEL, Shelf, http_client
from dragoman.domain.chat import CHAT
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Say
from dragoman.serving.app import Options, create_app
from fake_engines import Held

PATH = "/v1/chat/completions"
ASK = {"model": MODEL, "messages": [{"role": "user", "content": "ping"}]}
KEYS = Options(api_keys=("sk-one",), hosts=())
NO_KEYS = Options(hosts=())
ELSEWHERE = "https://app.example"
HERE = "http://localhost:3000"
PREFLIGHT = {
    "host": "localhost",
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type,x-stainless-lang",
}


def app(options: Options) -> FastAPI:
    return create_app(Held({CHAT: {MODEL: FakeChat([Say("a")])}}), Shelf(), options=options)


@pytest.mark.parametrize(("options", "origin"), [(KEYS, ELSEWHERE), (NO_KEYS, HERE)])
async def test_a_page_may_ask_without_a_key_whether_it_may_ask(
    options: Options, origin: str
) -> None:
    async with http_client(app(options)) as client:
        answer = await client.options(PATH, headers={"origin": origin, **PREFLIGHT})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"]
    allowed = answer.headers["access-control-allow-headers"].lower()
    assert all(name in allowed for name in ("authorization", "content-type", "x-stainless-lang"))


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("key", "status"), [("sk-one", 200), ("sk-two", 401)])
async def test_a_page_reads_answers_faults_and_headers(key: str, status: int, stream: bool) -> None:
    headers = {"origin": ELSEWHERE, "authorization": f"Bearer {key}"}
    async with http_client(app(KEYS)) as client:
        answer = await client.post(PATH, json={**ASK, "stream": stream}, headers=headers)
    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-expose-headers"] == "*"


async def test_without_keys_a_page_from_elsewhere_may_not_even_ask() -> None:
    async with http_client(app(NO_KEYS)) as client:
        answer = await client.options(PATH, headers={"origin": ELSEWHERE, **PREFLIGHT})
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


async def test_options_of_no_page_are_the_methods() -> None:
    async with http_client(app(NO_KEYS)) as client:
        answer = await client.options(PATH, headers={"host": "localhost"})
    assert (answer.status_code, answer.headers["allow"]) == (204, "POST")
