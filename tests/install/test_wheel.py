"""The wheel that `python -m build` makes: it carries everything, and runs without the checkout."""

import email
import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from pages import ROOT

SOURCES = "src/"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made as pip makes it, with what is locked and no network."""
    made = tmp_path_factory.mktemp("wheel")
    pip("wheel", str(ROOT), "--no-build-isolation", "--no-index", "--wheel-dir", str(made))
    (path,) = made.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the commands of an environment are that has the wheel.

    The libraries are lent by this one: a `.pth` file's directory is searched for packages, and what
    points from it to the checkout is not read.
    """
    place = tmp_path_factory.mktemp("installed")
    venv.create(place, symlinks=True)
    paths = {"base": str(place), "platbase": str(place)}
    packages = Path(sysconfig.get_path("purelib", vars=paths))
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    python = Path(sysconfig.get_path("scripts", vars=paths)) / "python"
    pip("install", str(wheel), "--no-index", "--ignore-installed", "--no-compile", python=python)
    return python.parent


def pip(*words: str, python: Path = Path(sys.executable)) -> None:
    """Run a command of pip for the environment of `python`, without dependencies."""
    command = [sys.executable, "-m", "pip", "--python", str(python), "--quiet", *words, "--no-deps"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def environment(**more: str) -> dict[str, str]:
    """Without this checkout, and without whatever would start another kind of server."""
    mine = ("PYTHONPATH", "DRAGOMAN_", "OPENAI_", "COVERAGE_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(mine)}
    return {**kept, **more}


def typed(scripts: Path, place: Path, *words: str) -> str:
    """What a command prints that must succeed, in `place`."""
    done = subprocess.run(
        [str(scripts / words[0]), *words[1:]],
        cwd=place,
        env=environment(XDG_DATA_HOME=str(place), HOME=str(place)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def demonstration(scripts: Path, place: Path) -> Generator[int, None, None]:
    """`dragoman serve --demo` in `place`, by its port."""
    with (
        (place / "log").open("w") as log,
        subprocess.Popen(
            [str(scripts / "dragoman"), "serve", "--demo", "--port", "0"],
            cwd=place,
            env=environment(HOME=str(place)),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as server,
    ):
        try:
            assert server.stdout is not None
            printed = ""
            while not (port := re.search(r"OPENAI_BASE_URL=\S+:(\d+)/", printed)):
                line = server.stdout.readline()
                assert line, (place / "log").read_text()
                printed += line
            yield int(port[1])
        finally:
            server.terminate()
            assert server.wait(30) == 0


def test_the_wheel_has_every_file_of_the_package_and_no_other(wheel: Path):
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", SOURCES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        about = [name for name in archive.namelist() if ".dist-info/" in name]
    assert names == {name.removeprefix(SOURCES) for name in listed}
    assert {"LICENSE", "NOTICE"} <= {Path(name).name for name in about}


def test_the_wheel_asks_for_what_the_lock_has(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        about = email.message_from_bytes(archive.read(name))
    needs = {
        re.split(r"[^A-Za-z0-9_-]", need)[0]
        for need in about.get_all("Requires-Dist", [])
        if "extra ==" not in need
    }
    locked = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert needs <= set(re.findall(r"^([A-Za-z0-9._-]+)==", locked, re.MULTILINE))
    assert "pip" in needs, "what `uv tool install` makes has no pip, which fetches the weights"


def test_the_commands_of_the_wheel_run_without_the_checkout(scripts: Path, tmp_path: Path):
    where = "import dragoman, sys; print(dragoman.__file__, *sys.path)"
    assert str(ROOT / "src") not in typed(scripts, tmp_path, "python", "-c", where)
    assert "dragoman serve" in typed(scripts, tmp_path, "dragoman", "--help")
    assert "whisper-base" in typed(scripts, tmp_path, "dragoman", "models", "list")


def test_the_server_of_the_wheel_has_its_pages_and_answers(scripts: Path, tmp_path: Path):
    with (
        demonstration(scripts, tmp_path) as port,
        httpx2.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client,
    ):
        page = client.get("/", headers={"accept": "text/html"}).text
        linked = re.findall(r'(?:src|href)="(/?[\w./-]+\.(?:js|css|svg))"', page)
        assert linked
        pages = [client.get(f"/{path.lstrip('/')}").status_code for path in linked]
        assert set(pages) == {200}
        assert client.get("/docs").status_code == 200
        chat = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
        assert client.post("/v1/chat/completions", json=chat).status_code == 200
