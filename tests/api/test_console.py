"""The console at `/`: what a browser gets of it, and that nothing comes from anywhere else."""

import json
import re

import pytest
from starlette.applications import Starlette

from clients import MODEL, Shelf, http_client
from dragoman.api import console
from dragoman.domain.chat import CHAT
from dragoman.domain.keys import PlainKeys
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Say
from dragoman.serving.app import Options, create_app
from fake_engines import Held

HTML = {"host": "localhost", "accept": "text/html"}
FILES = sorted(
    path.relative_to(console.FOLDER).as_posix()
    for path in console.FOLDER.rglob("*")
    if path.suffix in console.KINDS
)


def app(*keys: str) -> Starlette:
    options = Options(keyring=PlainKeys(keys), hosts=(), console=console.Console())
    return create_app(Held({CHAT: {MODEL: FakeChat([Say("a")])}}), Shelf(), options=options)


@pytest.mark.parametrize("keys", [(), ("sk-one",)])
async def test_a_browser_gets_the_console_and_all_of_its_files_without_a_key(
    keys: tuple[str, ...],
) -> None:
    async with http_client(app(*keys)) as client:
        page = await client.get("/", headers=HTML)
        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")
        for link in re.findall(r'(?:src|href)="([^"]+)"', page.text):
            assert (await client.get(f"/{link}", headers=HTML)).status_code == 200, link
        for name in FILES:
            file = await client.get(console.PREFIX + name, headers=HTML)
            assert file.status_code == 200, name
            assert file.headers["content-type"] == console.KINDS[f".{name.rsplit('.')[-1]}"]
            assert file.headers["x-content-type-options"] == "nosniff"


async def test_the_policy_lets_in_this_server_alone_and_nothing_inline() -> None:
    async with http_client(app()) as client:
        page = await client.get("/", headers=HTML)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"https?:", policy)
    assert not re.findall(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=", page.text)


@pytest.mark.parametrize("name", FILES)
def test_no_file_of_the_console_knows_another_host(name: str) -> None:
    text = (console.FOLDER / name).read_text(encoding="utf-8")
    places = set(re.findall(r"(?:https?|wss?):?//[\w.-]+", text))
    # Names of XML's vocabularies, which nothing fetches.
    assert places <= {"http://www.w3.org"}
    assert not re.search(r"eval\(|new Function|insertAdjacentHTML|document\.write", text)


def test_every_import_of_a_module_is_a_file_that_is_served() -> None:
    for name in FILES:
        if not name.endswith(".js") or name.startswith("library/"):
            continue
        path = console.FOLDER / name
        for target in re.findall(r'^import .*? from "([^"]+)";', path.read_text(), re.MULTILINE):
            assert target.startswith("."), (name, target)
            assert (path.parent / target).is_file(), (name, target)


@pytest.mark.parametrize("tags", ["{}", "W/{}", '"other", W/{}', "*"])
async def test_a_file_is_not_sent_again_while_it_is_the_same(tags: str) -> None:
    async with http_client(app()) as client:
        first = await client.get("/console/main.js", headers=HTML)
        tags = tags.format(first.headers["etag"])
        again = await client.get("/console/main.js", headers={**HTML, "if-none-match": tags})
        other = await client.get("/console/main.js", headers={**HTML, "if-none-match": '"other"'})
    assert first.headers["cache-control"] == "no-cache"
    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200


async def test_the_head_of_a_file_may_be_asked_for() -> None:
    async with http_client(app()) as client:
        for path in ("/console/main.js", "/openapi.json", "/docs/swagger-ui.css"):
            head = await client.head(path, headers=HTML)
            assert head.status_code == 200, path  # uvicorn leaves the body out


@pytest.mark.parametrize(
    "path",
    ["/console/", "/console/none.js", "/console/../console.py", "/console/library/LICENSES.md"],
)
async def test_nothing_else_is_served_below_it(path: str) -> None:
    async with http_client(app()) as client:
        answer = await client.get(path.replace("..", "%2e%2e"), headers=HTML)
    assert answer.status_code == 404
    assert answer.json()["error"]["message"].startswith("Invalid URL")


async def test_programs_get_json_at_the_root_as_before() -> None:
    async with http_client(app()) as client:
        for accept in ("*/*", "application/json"):
            root = await client.get("/", headers={"host": "localhost", "accept": accept})
            assert root.json()["base_url"] == "http://localhost/v1"
            assert "Accept" in root.headers["vary"]


async def test_a_server_with_keys_answers_the_console_nothing_without_one() -> None:
    async with http_client(app("sk-one")) as client:
        refused = await client.get("/v1/models", headers=HTML)
        key = {"authorization": "Bearer sk-one"}
        answered = await client.get("/v1/models", headers={**HTML, **key})
    assert (refused.status_code, answered.status_code) == (401, 200)


async def test_without_the_console_a_plain_page_is_there_and_no_file() -> None:
    made = create_app(Held({}), Shelf(), options=Options(hosts=()))
    async with http_client(made) as client:
        page = await client.get("/", headers=HTML)
        file = await client.get("/console/main.js", headers=HTML)
    assert "export OPENAI_BASE_URL" in page.text
    assert "<script" not in page.text
    assert file.status_code == 404


def test_the_library_is_recorded_with_its_versions_and_licences() -> None:
    package = json.loads((console.FOLDER.parents[3] / "console/package.json").read_text())
    record = (console.FOLDER / "library/LICENSES.md").read_text()
    for name, version in package["dependencies"].items():
        assert f"{name} {version}" in record
