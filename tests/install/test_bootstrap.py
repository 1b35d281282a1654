"""`scripts/bootstrap.sh`, which makes `.venv`, as far as it goes without a network."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "bootstrap.sh"


def bootstrap(
    checkout: Path, python: str, *, path: str | None = None
) -> "subprocess.CompletedProcess[str]":
    (checkout / "scripts").mkdir(exist_ok=True)
    script = shutil.copy(SCRIPT, checkout / "scripts")
    return subprocess.run(
        ["/bin/sh", script, python, "venv"],
        env={**os.environ, "PATH": path or os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def has_pip(checkout: Path) -> bool:
    command = [checkout / ".venv/bin/python", "-m", "pip", "--version"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A PATH with an old `python3`, and nothing else that is Python or uv."""
    place = tmp_path / "tools"
    place.mkdir()
    (place / "python3").write_text(
        '#!/bin/sh\ncase "$*" in *print*) echo 3.10;; *) exit 1;; esac\n'
    )
    (place / "python3").chmod(0o755)
    (place / "dirname").symlink_to(shutil.which("dirname") or "")
    return place


def test_a_python_that_is_too_old_is_one_line(tmp_path: Path, tools: Path):
    done = bootstrap(tmp_path, "python3", path=str(tools))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "3.11 or newer; python3 is 3.10" in done.stderr


def test_a_newer_python_on_the_path_is_taken_and_named(tmp_path: Path, tools: Path):
    newer = tools / "python3.12"
    newer.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    newer.chmod(0o755)
    done = bootstrap(tmp_path, "python3", path=str(tools))
    assert done.stderr.startswith("Using python3.12: python3 is 3.10")
    assert done.returncode == 0
    assert has_pip(tmp_path)


def test_a_half_made_environment_is_mended(tmp_path: Path):
    make = [sys.executable, "-m", "venv", "--without-pip", str(tmp_path / ".venv")]
    subprocess.run(make, check=True)
    assert not has_pip(tmp_path)
    assert bootstrap(tmp_path, sys.executable).returncode == 0
    assert has_pip(tmp_path)


@pytest.mark.skipif(not Path("/etc/debian_version").exists(), reason="what to type on Debian")
@pytest.mark.parametrize("with_venv", [True, False])
def test_a_debian_without_openmp_is_told_all_that_it_lacks_at_once(
    tmp_path: Path, tools: Path, with_venv: bool
):
    lacking = "*libgomp*" if with_venv else "*libgomp*|*ensurepip*"
    python = tools / "python3"
    python.write_text(
        f'#!/bin/sh\ncase "$*" in {lacking}) exit 1;; esac\nexec {sys.executable} "$@"\n'
    )
    done = bootstrap(tmp_path, "python3", path=str(tools))
    assert done.returncode == 1
    venv = "" if with_venv else f"python{sys.version_info.major}.{sys.version_info.minor}-venv "
    assert done.stderr.splitlines()[-1].endswith(f"apt install {venv}libgomp1")


@pytest.mark.skipif(not Path("/etc/debian_version").exists(), reason="what to type on Debian")
def test_a_debian_without_venv_is_given_the_line_to_type(tmp_path: Path, tools: Path):
    lacking = tools / "python3"
    lacking.write_text(
        f'#!/bin/sh\ncase "$*" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"\n'
    )
    done = bootstrap(tmp_path, "python3", path=str(tools))
    assert done.returncode == 1
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"apt install python{version}-venv" in done.stderr
    assert not (tmp_path / ".venv").exists()
