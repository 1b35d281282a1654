"""The first steps of the README, typed into bare systems; slow, needs root and a network.

    .venv/bin/pytest -m slow tests/install/test_rootfs.py --basetemp=/var/tmp/bare

leaves the transcripts in `/var/tmp/bare`.
"""

import os
import re
import socket
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from install.rootfs import Root, System, lacking
from pages import blocks

DEBIAN = System("bookworm", "main", "3.11")
NEWER_DEBIAN = System("trixie", "main", "3.13")
MIRROR = os.environ.get("UBUNTU_MIRROR", "")
UBUNTU = System("noble", "main,universe", "3.12", as_image=True, mirror=MIRROR)
OLDER = System("jammy", "main,universe", "3.10", as_image=True, mirror=MIRROR)
PACKAGES = ("python3", "make", "curl", "sudo", "ca-certificates")
READY = "Other models: "
"""The last line that the server prints when it is ready."""

pytestmark = [pytest.mark.slow, pytest.mark.model]

Make = Callable[[System, tuple[str, ...]], Root]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The models, fetched by the first system that needs them."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture
def make(tmp_path: Path, store: Path) -> Generator[Make]:
    if reason := lacking():
        pytest.skip(reason)
    made = list[Root]()

    def make(system: System, packages: tuple[str, ...]) -> Root:
        if not system.known:
            pytest.skip(f"debootstrap does not know {system.suite} yet: set UBUNTU_MIRROR")
        done = system.make(tmp_path / "root", packages)
        if done.returncode != 0:
            pytest.skip(f"no {system.suite} to be had: {done.stdout[-300:]}")
        root = Root(tmp_path / "root", store)
        root.settle()
        made.append(root)
        return root

    yield make
    for root in made:
        (tmp_path / "transcript.txt").write_text("\n".join(root.transcript))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def of_readme(language: str, words: str, port: int) -> str:
    """The block of README with these words, for a server on that port."""
    texts = (b.text for b in blocks() if b.page == "README.md" and b.language == language)
    return (
        next(t for t in texts if words in t).strip().replace("localhost:8000", f"localhost:{port}")
    )


def answers(root: Root, port: int) -> None:
    """Type what the README says, to the first answer of each endpoint."""
    status, chat = root.type(of_readme("bash", "/chat/completions", port))
    assert status == 0
    assert '"role":"assistant"' in chat.replace(" ", "")
    status, heard = root.type(of_readme("bash", "audio/speech", port))
    assert status == 0
    assert "반갑습니다" in heard
    status, words = root.type(of_readme("bash", "pip install openai", port))
    assert status == 0, words
    (root.place / "root/dragoman/hello.py").write_text(of_readme("python", "Translation", port))
    status, words = root.type("openai-client/bin/python hello.py")
    assert status == 0, words
    assert "반갑습니다" in words
    assert "hello" in words.lower()


def first_steps(root: Root) -> None:
    port = free_port()
    with root.typing(f"make serve PORT={port}", until=READY) as printed:
        _, ready, last = printed.partition("Dragoman is ready")
        assert max(len(line) for line in (ready + last).splitlines()) <= 80
        assert "except" not in last
        answers(root, port)


@pytest.mark.parametrize("system", [DEBIAN, NEWER_DEBIAN, UBUNTU], ids=lambda system: system.suite)
def test_a_bare_system_says_what_it_lacks_and_answers_after_that(make: Make, system: System):
    root = make(system, PACKAGES)
    status, words = root.type("make serve")
    assert status != 0
    (advice,) = re.findall(r"^ +(sudo apt .*)$", words, re.MULTILINE)
    install = f"sudo apt install python{system.python}-venv libgomp1"
    assert advice == ("sudo apt update && " if system.as_image else "") + install
    assert len(words.splitlines()) <= 4
    status, words = root.type(advice, answer="y\n")
    assert status == 0, words
    first_steps(root)


@pytest.mark.parametrize("system", [DEBIAN, NEWER_DEBIAN, UBUNTU], ids=lambda system: system.suite)
def test_a_system_with_venv_answers_after_two_commands(make: Make, system: System):
    first_steps(make(system, (*PACKAGES, "python3-venv", "libgomp1")))


def test_a_system_whose_python_is_too_old_says_so_and_takes_a_newer_one(make: Make):
    root = make(OLDER, PACKAGES)
    status, words = root.type("make serve")
    assert status != 0
    assert "Python 3.11 or newer; python3 is 3.10" in words
    assert words.splitlines()[2].strip() == "sudo apt update"
    root.type("sudo apt update")
    status, words = root.type("make serve")
    (advice,) = re.findall(r"^ +(sudo apt .*)$", words, re.MULTILINE)
    assert advice.endswith("sudo apt install python3.11 python3.11-venv libgomp1")
    status, words = root.type(advice, answer="y\n")
    assert status == 0, words
    with root.typing(f"make serve PORT={free_port()}", until=READY) as printed:
        assert "Using python3.11" in printed
        assert "except" not in printed
