import base64
import io
import threading
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

import anyio
import pytest
from PIL import Image

from dragoman.domain.errors import RequestInvalid
from dragoman.images.connections import CheckedBackend
from dragoman.images.fetch import UrlFetcher
from dragoman.images.policy import FetchPolicy
from fake_network import Network


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (4, 3), "red").save(file, "PNG")
    return file.getvalue()


class Site(ThreadingHTTPServer):
    """A web site on loopback; `paths` are those that were asked for, `headers` the last ones."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.headers: dict[str, str] = {}
        self.gate = threading.Event()
        super().__init__(("127.0.0.1", 0), Page)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class Page(BaseHTTPRequestHandler):
    server: Site  # pyright: ignore[reportIncompatibleVariableOverride] - it is one

    def do_GET(self) -> None:
        self.server.paths.append(self.path)
        self.server.headers = dict(self.headers)
        name, _, rest = self.path[1:].partition("/")
        match name:
            case "moved":
                self._answer(302, b"", {"Location": f"/{rest}"})
            case "away":
                self._answer(302, b"", {"Location": rest})
            case "loop":
                self._answer(307, b"", {"Location": "/loop"})
            case "picture":
                self._answer(200, png(), {"Content-Type": "text/html"})
            case "text":
                self._answer(200, b"hello world", {"Content-Type": "image/png"})
            case "announced":
                self._answer(200, b"", {"Content-Length": "99999999"})
            case "endless":
                self._answer(200, b"\x89PNG\r\n\x1a\n" + b"0" * 300_000, {})
            case "silent":
                self.server.gate.wait(10)
            case _:
                self._answer(404, b"no", {})

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        pass


@pytest.fixture
def site() -> Generator[Site]:
    with Site() as site:
        thread = threading.Thread(target=site.serve_forever, args=(0.01,))
        thread.start()
        yield site
        site.gate.set()
        site.shutdown()
        thread.join()


LOCAL = FetchPolicy(networks=(ip_network("127.0.0.0/8"),), most_bytes=200_000)


@asynccontextmanager
async def fetching(policy: FetchPolicy = LOCAL) -> AsyncGenerator[UrlFetcher]:
    fetcher = UrlFetcher(policy)
    try:
        yield fetcher
    finally:
        await fetcher.aclose()


async def refusal(url: str, policy: FetchPolicy = LOCAL) -> RequestInvalid:
    async with fetching(policy) as fetcher:
        with pytest.raises(RequestInvalid) as caught:
            await fetcher.fetch(url)
    assert caught.value.param is None
    return caught.value


async def test_a_picture_is_fetched_whatever_its_label_says(site: Site) -> None:
    async with fetching() as fetcher:
        assert await fetcher.fetch(site.url("/picture")) == png()
    assert site.headers["Host"] == f"127.0.0.1:{site.server_port}"
    assert "Cookie" not in site.headers


async def test_a_data_url_needs_no_network() -> None:
    async with fetching(FetchPolicy("off")) as fetcher:
        url = "data:image/jpeg;base64," + base64.b64encode(png()).decode()
        assert await fetcher.fetch(url) == png()


async def test_up_to_three_redirects_are_followed(site: Site) -> None:
    async with fetching() as fetcher:
        assert await fetcher.fetch(site.url("/moved/moved/moved/picture")) == png()
    error = await refusal(site.url("/moved/moved/moved/moved/picture"))
    assert error.code == "invalid_image_url"


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/loop",
        "/away/ftp://a.example/x",
        "/away/file:///etc/passwd",
        "/away/http://169.254.169.254/latest/meta-data",
        "/away/http://[::1]:80/",
        "/away/http://10.0.0.1/",
    ],
)
async def test_what_cannot_be_had_is_told_in_openais_words(site: Site, path: str) -> None:
    url = site.url(path)
    error = await refusal(url)
    assert error.message == f"Error while downloading {url}."
    assert error.code == "invalid_image_url"


async def test_a_redirect_is_checked_like_the_first_address(site: Site) -> None:
    policy = FetchPolicy(hosts=frozenset(["localhost"]))
    start = f"http://localhost:{site.server_port}/away/{site.url('/picture')}"
    assert (await refusal(start, policy)).code == "invalid_image_url"
    assert site.paths == [f"/away/{site.url('/picture')}"]


async def test_a_local_server_is_not_connected_to_by_default(site: Site) -> None:
    error = await refusal(site.url("/picture"), FetchPolicy())
    assert error.code == "invalid_image_url"
    assert site.paths == []


async def test_fetching_can_be_switched_off(site: Site) -> None:
    error = await refusal(site.url("/picture"), FetchPolicy("off"))
    assert "downloads no images" in error.message
    assert site.paths == []


@pytest.mark.parametrize("path", ["/announced", "/endless"])
async def test_too_many_bytes_are_not_taken(site: Site, path: str) -> None:
    assert (await refusal(site.url(path))).code == "image_too_large"


async def test_there_is_one_deadline_for_everything(site: Site) -> None:
    policy = FetchPolicy(networks=LOCAL.networks, deadline_s=0.05)
    assert (await refusal(site.url("/silent"), policy)).code == "invalid_image_url"


async def test_a_slow_host_does_not_delay_the_pictures_of_others(site: Site) -> None:
    policy = FetchPolicy(networks=LOCAL.networks, hosts=frozenset(["localhost"]), deadline_s=30)
    async with fetching(policy) as fetcher, anyio.create_task_group() as tasks:
        for _ in range(40):
            tasks.start_soon(fetcher.fetch, site.url("/silent"))
        await anyio.wait_all_tasks_blocked()
        other = f"http://localhost:{site.server_port}/picture"
        with anyio.fail_after(10):
            assert await fetcher.fetch(other) == png()
        assert site.paths.count("/silent") == 2
        tasks.cancel_scope.cancel()


async def test_what_is_no_picture_is_refused_whatever_its_label_says(site: Site) -> None:
    for url in (site.url("/text"), "data:image/png;base64,aGVsbG8gd29ybGQsIG5vIGltYWdl"):
        error = await refusal(url)
        assert error.code == "invalid_image_format"
        assert error.message.startswith("You uploaded an unsupported image.")


async def test_a_url_that_is_none_is_refused() -> None:
    assert (await refusal("file:///etc/passwd")).code == "invalid_image_url"


async def test_no_proxy_of_the_environment_is_asked(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with fetching() as fetcher:
        assert await fetcher.fetch(site.url("/picture")) == png()


async def test_a_long_url_is_repeated_in_part() -> None:
    error = await refusal("http://no-such-host.invalid/" + "x" * 1000)
    assert len(error.message) < 400


FORMS = [
    *("127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "0.0.0.0"),
    *("localhost", "localhost.", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
    *("[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::7f00:1]"),
    *("[2002:7f00:1::]", "[2001:0:7f00:1::]", "169.254.169.254", "2852039166", "[fe80::1]"),
    *("[fe80::1%25lo]", "[fd00:ec2::254]", "100.64.0.1", "192.0.0.192", "198.18.0.1"),
    *("224.0.0.1", "[ff02::1]", "255.255.255.255", "192.168.1.1", "10.0.0.1", "172.16.0.1"),
    *("①②⑦.⓪.⓪.①", "127。0。0。1", "0300.0250.1.1", "168.63.129.16", "[fec0::1]"),
    *("%31%32%37.0.0.1", "user@127.0.0.1"),
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_no_form_of_an_address_inside_is_connected_to(form: str, scheme: str) -> None:
    policy, network = FetchPolicy(), Network()
    fetcher = UrlFetcher(policy, CheckedBackend(policy, network=network))
    with pytest.raises(RequestInvalid) as caught:
        await fetcher.fetch(f"{scheme}://{form}/latest/meta-data")
    assert caught.value.code == "invalid_image_url"
    assert network.connected == []
