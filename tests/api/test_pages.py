"""Pages in a browser, which may read only what the server lets them."""

import hashlib
import re

import pytest
from starlette.applications import Starlette

from clients import MODEL, Shelf, http_client
from dragoman.api import pages
from dragoman.domain.chat import CHAT
from dragoman.domain.keys import PlainKeys
from dragoman.domain.models import ModelCard
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Say
from dragoman.serving.app import Options, create_app
from fake_engines import Held

PATH = "/v1/chat/completions"
UNGUARDED = ("openapi.json",)
"""No page, and no script either."""
ASK = {"model": MODEL, "messages": [{"role": "user", "content": "ping"}]}
KEYS = Options(keyring=PlainKeys(("sk-one",)), hosts=())
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


async def test_a_page_of_the_web_may_ask_a_server_at_home() -> None:
    headers = {"origin": ELSEWHERE, **PREFLIGHT, "access-control-request-private-network": "true"}
    async with http_client(app(KEYS)) as client:
        answer = await client.options(PATH, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-private-network"] == "true"


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
async def test_pages_for_people_load_nothing_from_elsewhere_and_need_no_key(
    path: str, options: Options
) -> None:
    async with http_client(app(options)) as client:
        page = await client.get(path, headers={"host": "localhost:8000", "accept": "text/html"})
        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert set(re.findall(r"https?://[^/\s]+", page.text)) <= {"http://localhost:8000"}
        assert not re.findall(r"<script(?![^>]*src=)", page.text)
        for link in re.findall(r'(?:src|href)="([^"]+)"', page.text):
            if link != "data:,":
                found = await client.get(link, headers={"host": "localhost:8000"})
                assert found.status_code == 200, link
                assert found.headers.get("x-content-type-options") == "nosniff" or link in UNGUARDED


async def test_what_the_docs_are_shown_with_is_as_it_was_published() -> None:
    readme = (pages.FOLDER / "README.md").read_text()
    sums = dict(re.findall(r"`([\w.-]+)` \| `([0-9a-f]{64})`", readme))
    assert {*sums} == {*pages.ASSETS} - {"start.js"}
    for name, value in sums.items():
        assert hashlib.sha256((pages.FOLDER / name).read_bytes()).hexdigest() == value
    assert "http" not in (pages.FOLDER / "start.js").read_text()


async def test_the_first_page_names_what_answers_only_where_no_key_is_needed() -> None:
    card = ModelCard("small", "chat", "fake", names=(MODEL,))
    for options, shown in ((NO_KEYS, True), (KEYS, False)):
        made = create_app(Held({}), Shelf(card), options=options)
        async with http_client(made) as client:
            page = await client.get("/", headers={"host": "localhost", "accept": "text/html"})
        assert ("small" in page.text) is shown


async def test_programs_get_json_at_the_root() -> None:
    async with http_client(app(NO_KEYS)) as client:
        root = await client.get("/", headers={"host": "localhost"})
        icon = await client.get("/favicon.ico", headers={"host": "localhost"})
    assert root.json()["base_url"] == "http://localhost/v1"
    assert root.json()["openapi"] == "/openapi.json"
    assert icon.status_code == 204
