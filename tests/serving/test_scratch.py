"""Where a server has its temporary files."""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from live_server import serving

PROGRAM = """
import sys, tempfile
from dragoman.serving.scratch import scratch
with scratch():
    print(tempfile.mkdtemp(), flush=True)
    sys.stdin.read()
"""


@contextmanager
def another(system: Path) -> Generator[tuple[subprocess.Popen[str], Path]]:
    """A process with such a place, and a directory in it."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "TMPDIR": str(system)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process, Path(process.stdout.readline().strip())


def test_what_a_killed_server_left_goes_with_the_next_start_and_nothing_else(
    tmp_path: Path,
) -> None:
    system = tmp_path / "system"
    (system / "dragoman-of-somebody").mkdir(parents=True)
    with another(system) as (killed, left), another(system) as (_, kept):
        killed.kill()
        killed.wait()
        assert left.parent.parent == system
        assert left.is_dir()
        with serving("--demo", log=tmp_path / "log", TMPDIR=str(system)):
            assert not left.parent.exists()
            assert kept.is_dir()
            assert len(list(system.iterdir())) == 3
        assert len(list(system.iterdir())) == 2
    assert [path.name for path in system.iterdir()] == ["dragoman-of-somebody"]
