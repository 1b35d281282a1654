"""The fence around a worker."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dragoman.serving.process.fence import caches, passed

PROBE = """
import json, os, resource, socket, subprocess, sys, tempfile
from pathlib import Path
from dragoman.serving.process.fence import close
listener = socket.create_server(("127.0.0.1", 0))
shut = close(network=sys.argv[1] == "network", writable=sys.argv[2:3])
def tried(act):
    try:
        act()
    except PermissionError:
        return False
    return True
allowed, other = map(Path, sys.argv[2:])
done = {
    "write": tried(lambda: (other / "new").write_text("a")),
    "remove": tried(lambda: (other / "old").unlink()),
    "change": tried(lambda: (other / "kept").write_text("a")),
    "write where allowed": tried(lambda: (allowed / "a").write_text("a")),
    "temporary": tried(lambda: tempfile.TemporaryFile().write(b"a")),
    "null": tried(lambda: open(os.devnull, "w").write("a")),
    "read": tried(lambda: Path(sys.executable).read_bytes()),
    "start": tried(lambda: subprocess.run([sys.executable, "-c", ""])),
    "connect": tried(lambda: socket.create_connection(listener.getsockname())),
    "listen": tried(lambda: socket.create_server(("127.0.0.1", 0))),
    "unix": tried(lambda: socket.socketpair()),
    "udp": tried(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)),
    "ipv6": tried(lambda: socket.socket(socket.AF_INET6)),
    "mptcp": tried(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)),
    "signal": tried(lambda: os.kill(os.getppid(), 0)),
}
status = Path("/proc/self/status").read_text() if sys.platform == "linux" else ""
core = resource.getrlimit(resource.RLIMIT_CORE)
found = {"new": "NoNewPrivs:\\t1" in status, "core": core}
print(json.dumps({"shut": sorted(shut), "done": done, **found}))
"""


@pytest.mark.parametrize("network", ["network", "none"])
def test_a_process_that_is_fenced_in_reads_and_works_and_does_nothing_else(
    network: str, tmp_path: Path
) -> None:
    temporary, allowed, other = (tmp_path / name for name in ("temporary", "allowed", "other"))
    for directory in (temporary, allowed, other):
        directory.mkdir()
    (other / "old").touch()
    (other / "kept").touch()
    command = [sys.executable, "-c", PROBE, network, str(allowed), str(other)]
    environment = {**os.environ, "TMPDIR": str(temporary)}
    printed = subprocess.run(command, capture_output=True, check=True, env=environment).stdout
    done = json.loads(printed)
    shut, can = set(done["shut"]), done["done"]
    assert all(can[each] for each in ("temporary", "null", "read", "unix", "write where allowed"))
    assert ("privileges" in shut) == done["new"]
    assert done["core"] == [0, 0]
    for each in ("write", "remove", "change", "start"):
        assert can[each] == ("files" not in shut), each
    for each in ("connect", "listen", "udp", "ipv6", "mptcp"):
        assert can[each] == ("network" not in shut), each
    assert "network" not in shut or network == "none"


def test_a_worker_knows_no_keys() -> None:
    known = {
        "PATH": "/bin",
        "LC_ALL": "C.UTF-8",
        "OMP_NUM_THREADS": "2",
        "CUDA_VISIBLE_DEVICES": "0",
        "DRAGOMAN_API_KEYS": "sk-one",
        "OPENAI_API_KEY": "sk-two",
        "AWS_SECRET_ACCESS_KEY": "three",
        "GITHUB_TOKEN": "four",
        "LLAMA_API_KEY": "five",
        "PYTHONSTARTUP": "/x.py",
        "DATABASE_URL": "postgres://me:six@x",
        "HTTPS_PROXY": "http://me:seven@x",
        "XDG_PASSPHRASE": "eight",
        "LLAMA_PASSWD": "nine",
    }
    names = {"PATH", "LC_ALL", "OMP_NUM_THREADS", "CUDA_VISIBLE_DEVICES"}
    assert passed(known).keys() == names
    assert passed(known, network=True).keys() == names | {"HTTPS_PROXY"}


def test_a_package_has_its_own_cache_and_one_that_is_not_there_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert caches(["pytest", "no_such_package"]) == [str(tmp_path / "cache/pytest")]
    assert (tmp_path / "cache/pytest").is_dir()
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert caches(["pytest"]) == [str(tmp_path / "file/pytest")]
