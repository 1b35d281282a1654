"""Pages in a browser, which may read only what the server lets them."""

import re

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from clients import MODEL, Shelf, http_client
from dragoman.api.draining import Draining
from dragoman.domain.chat import CHAT
from dragoman.domain.models import ModelCard
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Say
from dragoman.serving.app import Options, create_app
from dragoman.serving.demo import demo_app
from dragoman.serving.settings import Settings
from fake_engines import Held

PATH = "/v1/chat/completions"
UNLISTED = ("/favicon.ico", "/tokenize", "/detokenize", "/tokenizer_info")
"""Not for people, and the names that vLLM has for what is below `/v1`."""
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


def app(options: Options) -> Starlette:
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


@pytest.mark.parametrize("path", ["/", "/docs"])
@pytest.mark.parametrize("options", [KEYS, NO_KEYS])
async def test_pages_for_people_load_nothing_and_need_no_key(path: str, options: Options) -> None:
    async with http_client(app(options)) as client:
        page = await client.get(path, headers={"host": "localhost:8000", "accept": "text/html"})
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.findall(r'(?:src|href)="(?!/docs"|data:,")', page.text)
    assert "<script" not in page.text
    assert set(re.findall(r"https?://[^/\s]+", page.text)) <= {"http://localhost:8000"}


async def test_the_first_page_names_what_answers_only_where_no_key_is_needed() -> None:
    card = ModelCard("small", "chat", "fake", names=(MODEL,))
    for options, shown in ((NO_KEYS, True), (KEYS, False)):
        made = create_app(Held({}), Shelf(card), options=options)
        async with http_client(made) as client:
            page = await client.get("/", headers={"host": "localhost", "accept": "text/html"})
        assert ("small" in page.text) is shown


async def test_programs_get_json_at_the_root_and_no_schema() -> None:
    async with http_client(app(NO_KEYS)) as client:
        root = await client.get("/", headers={"host": "localhost"})
        schema = await client.get("/openapi.json", headers={"host": "localhost"})
        icon = await client.get("/favicon.ico", headers={"host": "localhost"})
    assert root.json()["base_url"] == "http://localhost/v1"
    assert (schema.status_code, icon.status_code) == (404, 204)


async def test_the_list_of_endpoints_has_every_route() -> None:
    made = demo_app(Settings(), Draining())
    async with made.router.lifespan_context(made), http_client(made) as client:
        page = await client.get("/docs", headers={"host": "localhost"})
    routes = [route for route in made.routes if isinstance(route, Route)]
    paths = {route.path.replace(":path", "") for route in routes} - {*UNLISTED}
    assert {path for path in paths if f"<code>{path}</code>" not in page.text} == set()
