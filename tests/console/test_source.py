"""The console's source: its own tests, its types, and the library that is made of packages."""

import subprocess
from pathlib import Path

import pytest

from browser import ROOT, node, packages

CONSOLE = ROOT / "console"
WEB = ROOT / "src/dragoman/api/web"


def run(*command: str) -> str:
    """What a command says; it has to succeed."""
    done = subprocess.run(
        command, cwd=CONSOLE, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_what_needs_no_browser_is_right() -> None:
    run(node(), "--test", "tests/")


def test_every_type_is_right() -> None:
    run(node(), str(packages() / "typescript/bin/tsc"), "--project", ".")


def test_every_file_is_formatted() -> None:
    assert node()
    assert packages()
    run("npm", "run", "--silent", "formatted")


def test_the_library_is_what_its_packages_make(tmp_path: Path) -> None:
    assert node()
    assert packages()
    run("npm", "run", "--silent", "build", "--", f"--outfile={tmp_path / 'preact.js'}")
    assert (tmp_path / "preact.js").read_bytes() == (WEB / "library/preact.js").read_bytes()


@pytest.mark.parametrize("path", sorted(WEB.rglob("*.js")), ids=lambda path: path.name)
def test_files_are_small_and_say_what_they_are_for(path: Path) -> None:
    if path.parent.name == "library":
        return
    text = path.read_text(encoding="utf-8")
    assert text.startswith(("/** ", "/**\n"))
    assert len(text.splitlines()) <= 400
