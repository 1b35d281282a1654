"""A server without keys answers its own machine, not whatever page a browser has open."""

import httpx2
import pytest
from starlette.types import ASGIApp, Message, Scope

from dragoman.domain.chat import CHAT
from dragoman.domain.keys import PlainKeys
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import demonstration
from dragoman.serving.app import Options, create_app
from dragoman.serving.in_process import InProcessEngines
from fake_engines import Held


async def asked(host: str, options: Options, origin: str | None = None) -> int:
    return (await answered(host, options, origin)).status_code


async def answered(host: str, options: Options, origin: str | None = None) -> httpx2.Response:
    engines = Held({CHAT: {"m": FakeChat(demonstration)}})
    app = create_app(engines, InProcessEngines([]), options=options)
    headers = {"host": host} | ({} if origin is None else {"origin": origin})
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.get("/v1/models", headers=headers)


async def status_of(app: ASGIApp, scope: Scope) -> int:
    """Of an answer to a request that no client's library would write."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"]


@pytest.mark.parametrize(
    "host",
    [
        "localhost:8000",
        "localhost:",
        "localhost.",
        "localhost.:8000",
        "a.localhost.",
        "127.0.0.1:8000",
        "127.0.0.2",
        "[::1]:8000",
        "LOCALHOST",
        "my.box",
        "my.box.",
    ],
)
async def test_names_of_this_machine_are_answered(host: str):
    assert await asked(host, Options(hosts=("my.box",))) == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "10.0.0.1",
        "",
        ".",
        "[::",
        "[::1",
        "::1",
        "[localhost]",
        "localhost#evil",
        "localhost/",
        "localhost/evil",
        "localhost?evil",
        "localhost\\evil",
        "localhost..",
        "evil@localhost",
        "localhost:80:80",
        "localhost:port",
        "localhost:123456",
        "localhost localhost",
        "localhost, localhost",
        "loc%61lhost",
        ".localhost:x",
        "http://localhost",
    ],
)
async def test_other_names_are_refused(host: str):
    assert await asked(host, Options(hosts=("my.box",))) == 403


@pytest.mark.parametrize(("origin", "status"), [(None, 200), ("https://evil.example", 403)])
async def test_a_health_check_without_a_name_is_answered(origin: str | None, status: int):
    engines = Held({CHAT: {"m": FakeChat(demonstration)}})
    app = create_app(engines, InProcessEngines([]), options=Options(hosts=()))
    headers = [] if origin is None else [(b"origin", origin.encode())]
    place = {"http_version": "1.0", "scheme": "http", "path": "/readyz", "raw_path": b"/readyz"}
    scope: Scope = {"type": "http", "method": "GET", **place, "query_string": b"", "root_path": ""}
    assert await status_of(app, {**scope, "headers": headers}) == status


async def test_two_hosts_are_refused():
    app = create_app(Held({}), InProcessEngines([]), options=Options(hosts=()))
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        for second in ("localhost", "evil.example"):
            headers = [("host", "localhost"), ("host", second)]
            refused = await client.get("/v1/models", headers=headers)
            assert refused.status_code == 403
            assert f"the Host 'localhost, {second}'" in refused.json()["error"]["message"]


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "",
        "localhost",
        "http://localhost.evil",
        "http://localhost#evil",
        "http://localhost/",
        "http://evil@localhost",
        "http://localhost, http://evil.example",
        "tauri:evil",
    ],
)
async def test_a_page_of_another_site_is_refused(origin: str):
    assert await asked("localhost", Options(hosts=()), origin) == 403


async def test_a_page_of_this_machine_is_answered():
    assert await asked("localhost:8000", Options(hosts=()), "http://localhost:3000") == 200


async def test_with_keys_the_key_decides():
    assert await asked("evil.example", Options(hosts=(), keyring=PlainKeys(("sk-one",)))) == 401


@pytest.mark.parametrize(
    "origin",
    [
        "app://obsidian.md",
        "tauri://localhost",
        "http://tauri.localhost",
        "vscode-webview://0a1b2c",
        "chrome-extension://abcdefgh",
        "http://host.docker.internal",
    ],
)
async def test_installed_programs_are_answered(origin: str):
    assert await asked("localhost", Options(hosts=()), origin) == 200


async def test_a_container_is_answered():
    assert await asked("host.docker.internal:8000", Options(hosts=())) == 200


async def test_a_refusal_says_which_value_and_how_to_allow_it():
    host = (await answered("evil.example:80", Options(hosts=()))).json()["error"]
    origin = (await answered("localhost", Options(hosts=()), "https://a.example")).json()["error"]
    assert "the Host 'evil.example:80'" in host["message"]
    assert "DRAGOMAN_ALLOWED_HOSTS=evil.example " in host["message"]
    assert host["code"] == "host_not_allowed"
    assert "the Origin 'https://a.example'" in origin["message"]
    assert origin["code"] == "origin_not_allowed"


async def test_a_refusal_writes_no_line_to_paste_with_signs_of_a_shell():
    host = (await answered("$(reboot)", Options(hosts=()))).json()["error"]
    assert "DRAGOMAN_ALLOWED_HOSTS" not in host["message"]
