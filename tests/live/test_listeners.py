"""Where a server listens, and what it believes of a proxy: fake models in real processes."""

import shutil
import signal
import socket
import ssl
import stat
import subprocess
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from openai import OpenAI

from live_server import serving

DRAGOMAN = str(Path(sysconfig.get_path("scripts")) / "dragoman")
OPENSSL = shutil.which("openssl")
HELLO = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hello"}]}


def say_hello(client: OpenAI) -> str | None:
    answer = client.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": "hello"}]
    )
    return answer.choices[0].message.content


def certificate(there: Path, name: str) -> tuple[Path, Path]:
    """A certificate for localhost that vouches for itself, and its key."""
    made, key = there / "certificate.pem", there / "key.pem"
    command = [str(OPENSSL), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-keyout", str(key), "-out", str(made), "-subj"]
    command += [f"/CN={name}", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run(command, check=True, capture_output=True)
    return made, key


@pytest.mark.skipif(OPENSSL is None, reason="NOT TESTED: no openssl on this machine")
def test_the_official_client_speaks_tls_and_a_stream_streams(tmp_path: Path) -> None:
    made, key = certificate(tmp_path, "one")
    trust = ssl.create_default_context(cafile=str(made))
    files = ("--ssl-certfile", str(made), "--ssl-keyfile", str(key))
    with serving("--demo", *files, log=tmp_path / "log") as server:
        assert server.base_url.startswith("https://127.0.0.1:")
        with httpx2.Client(verify=trust) as http:
            client = OpenAI(base_url=server.base_url, api_key="x", http_client=http, max_retries=0)
            stream = client.chat.completions.create(
                model="gpt-4o", messages=[{"role": "user", "content": "hello"}], stream=True
            )
            assert len([chunk for chunk in stream if chunk.choices]) > 2
        plain = server.base_url.replace("https", "http")
        with pytest.raises(httpx2.TransportError):
            httpx2.get(f"{plain}/models")


def test_a_file_is_listened_on_by_those_who_may_write_to_it(tmp_path: Path) -> None:
    place = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(place))  # of a server that was killed: its file is there, and nobody listens
    command = [DRAGOMAN, "serve", "--demo", "--uds", str(place)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert any(f"is ready on {place}" in line for line in process.stdout)
            assert stat.S_IMODE(place.stat().st_mode) == 0o660
            transport = httpx2.HTTPTransport(uds=str(place))
            with httpx2.Client(transport=transport, base_url="http://localhost") as http:
                _until(lambda: http.get("/livez").status_code == 200)
                far = {"x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https"}
                start = http.get("/", headers=far).json()
                assert start["base_url"] == "https://localhost/v1"
                client = OpenAI(base_url="http://localhost/v1", api_key="x", http_client=http)
                assert say_hello(client)
            second = subprocess.run(command, capture_output=True, text=True, check=False)
            assert (second.returncode, second.stderr) == (
                1,
                f"Cannot listen on {place}: Address already in use.\n",
            )
        finally:
            process.send_signal(signal.SIGTERM)
            _, log = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "client=203.0.113.9" in log
    assert not place.exists()


@pytest.mark.parametrize(
    ("proxies", "client"),
    [("127.0.0.1", "203.0.113.9"), ("192.0.2.0/24", "127.0.0.1"), ("*", "198.51.100.1")],
)
def test_only_a_proxy_that_is_trusted_says_who_the_client_is(
    tmp_path: Path, proxies: str, client: str
) -> None:
    log = tmp_path / "log"
    with serving("--demo", log=log, DRAGOMAN_TRUSTED_PROXIES=proxies) as server:
        # What the client wrote itself stands before what the proxy has seen.
        chain = {"x-forwarded-for": "198.51.100.1, 203.0.113.9"}
        httpx2.post(f"{server.base_url}/chat/completions", json=HELLO, headers=chain, timeout=60)
        _until(lambda: "request done" in log.read_text())
    assert f"client={client}" in log.read_text()


def test_a_path_before_all_others_is_taken_off_and_stands_in_links(tmp_path: Path) -> None:
    log = tmp_path / "log"
    settings = {"DRAGOMAN_API_KEYS": "sk-one", "DRAGOMAN_CORS_ORIGINS": "https://chat.example"}
    with serving("--demo", "--root-path", "/ai/dragoman", log=log, **settings) as server:
        origin = server.base_url.removesuffix("/v1")
        for base_url in (f"{origin}/ai/dragoman/v1", server.base_url):
            client = OpenAI(base_url=base_url, api_key="sk-one", max_retries=0)
            assert say_hello(client)
        under = f"{origin}/ai/dragoman"
        assert httpx2.get(f"{under}/livez").status_code == 200
        assert httpx2.get(f"{under}/v1/models").status_code == 401
        assert httpx2.get(under).headers["location"] == "/ai/dragoman/"
        start = httpx2.get(f"{under}/").json()
        assert start["base_url"] == f"{under}/v1"
        assert start["docs"] == "/ai/dragoman/docs"
        assert httpx2.get(f"{origin}{start['docs']}").status_code == 200
        described = httpx2.get(f"{origin}{start['openapi']}").json()
        assert described["servers"] == [{"url": "/ai/dragoman"}]
        for page, let_in in (("https://chat.example", True), ("https://evil.example", False)):
            answer = httpx2.get(f"{origin}/livez", headers={"origin": page})
            assert (answer.headers.get("access-control-allow-origin") == page) is let_in
    assert "path=/v1/chat/completions" in log.read_text()


def _until(true: Callable[[], bool]) -> None:
    """Ask again and again, half a minute at most."""
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
