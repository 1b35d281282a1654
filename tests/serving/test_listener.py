"""What a server listens on, and the certificate that it shows."""

import asyncio
import re
import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import pytest
from pydantic import ValidationError

from dragoman.serving import certificate
from dragoman.serving.certificate import Certificate, CertificateWrong
from dragoman.serving.front_door import UNIX, Limits
from dragoman.serving.listener import PortTaken, forget, listen
from dragoman.serving.run import limits
from dragoman.serving.settings import Settings

OPENSSL = shutil.which("openssl")


def test_a_file_that_is_no_socket_stays(tmp_path: Path) -> None:
    place = tmp_path / "notes"
    place.write_text("mine")
    with pytest.raises(PortTaken, match=f"Cannot listen on {place}: File exists."):
        listen(Settings(uds=place))
    forget(Settings(uds=place))
    assert place.read_text() == "mine"


def test_the_end_of_one_server_leaves_the_socket_of_the_next(tmp_path: Path) -> None:
    settings = Settings(uds=tmp_path / "socket")
    listen(settings).close()
    with listen(settings):
        forget(settings)
        assert (tmp_path / "socket").exists()
    forget(settings)
    assert not (tmp_path / "socket").exists()


def test_a_server_that_is_too_busy_to_answer_is_there_all_the_same(tmp_path: Path) -> None:
    place = tmp_path / "socket"
    busy, *waiting = (socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) for _ in range(3))
    with busy, waiting[0], waiting[1]:
        busy.bind(str(place))
        busy.listen(0)
        for each in waiting:
            each.settimeout(0)
        waiting[0].connect(str(place))
        with pytest.raises(BlockingIOError):
            waiting[1].connect(str(place))
        with pytest.raises(PortTaken, match="Address already in use"):
            listen(Settings(uds=place))
        assert place.exists()


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PortTaken, match="No such file or directory"):
        listen(Settings(uds=tmp_path / "nowhere" / "socket"))


def test_a_busy_port_is_named_with_the_next_that_is_free() -> None:
    with listen(Settings(port=0)) as busy:
        port = busy.getsockname()[1]
        with pytest.raises(
            PortTaken, match=rf"port {port} of .*: Address already in use\."
        ) as caught:
            listen(Settings(port=port))
        advice = re.search(r"serve --port (\d+)", str(caught.value))
        assert advice
        listen(Settings(port=int(advice[1]))).close()


def test_proxies_and_files_have_no_limit_of_connections_of_their_own() -> None:
    door = limits(Settings(connections_per_address=2, trusted_proxies=("192.0.2.0/24", "*")))
    many = [door.are_many(address, 3) for address in ("192.0.2.7", UNIX, "", "::1", "192.0.3.7")]
    assert many == [False, False, False, False, True]
    assert not Limits(connections_per_address=3).are_many("192.0.3.7", 3)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("root_path", "dragoman"),
        ("root_path", "/a b"),
        ("root_path", "/v1"),
        ("trusted_proxies", "nginx"),
        ("cors_origins", "chat.example"),
        ("cors_origins", "https://chat.example/path"),
        ("ssl_keyfile", "/key.pem"),
        ("uds", "socket"),
    ],
)
def test_what_could_not_work_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({name: value})


def test_a_path_ends_without_a_slash() -> None:
    assert Settings(root_path="/a/b/").root_path == "/a/b"
    assert Settings(root_path="/").root_path == ""


def make(there: Path, name: str) -> None:
    command = [str(OPENSSL), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", f"/CN={name}"]
    command += ["-keyout", str(there / "key.pem"), "-out", str(there / "certificate.pem")]
    subprocess.run(command, check=True, capture_output=True)


@pytest.mark.skipif(OPENSSL is None, reason="NOT TESTED: no openssl on this machine")
def test_a_certificate_that_does_not_fit_its_key_is_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        make(tmp_path / name, name)
        Certificate(tmp_path / name / "certificate.pem", tmp_path / name / "key.pem").check()
    with pytest.raises(CertificateWrong, match="is no certificate to serve with: KEY_VALUES_"):
        Certificate(tmp_path / "one/certificate.pem", tmp_path / "two/key.pem").check()


@pytest.mark.skipif(OPENSSL is None, reason="NOT TESTED: no openssl on this machine")
async def test_a_renewed_certificate_is_shown_and_a_broken_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(certificate, "LOOK_S", 0.01)
    make(tmp_path, "one")
    files = Certificate(tmp_path / "certificate.pem", tmp_path / "key.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", ssl=context)
    async with server:
        port = server.sockets[0].getsockname()[1]
        first = await shown(port)
        files.keep_fresh(context, asyncio.get_running_loop())
        files.certificate.write_text("broken")
        while "stays in use" not in caplog.text:
            await shown(port)
        assert await shown(port) == first
        make(tmp_path, "two")
        while await shown(port) == first:
            pass


async def shown(port: int) -> bytes | None:
    """The certificate that a client meets."""
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting)
    found = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    await writer.wait_closed()
    return found
