"""A bare Debian or Ubuntu in a directory, in which commands are typed as a newcomer types them."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pages import ROOT

SCRIPTS = Path("/usr/share/debootstrap/scripts")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
REACH = ("cert", "default-timeout", "extra-index-url", "index-url", "proxy", "trusted-host")
"""pip's settings that are about the way to its index."""
CHECKOUT = "/root/dragoman"
STORE = "/root/.local/share/dragoman/models"
ENTER = 'for d in dev proc sys; do mount --rbind /$d "$1/$d"; done; '


@dataclass(frozen=True, slots=True)
class System:
    """What debootstrap makes; `python` is the version of its `python3`."""

    suite: str
    components: str
    python: str
    as_image: bool = False
    """As images of containers are: with the updates among the sources, and no lists of packages."""
    mirror: str = ""
    """Empty: debootstrap's own choice. It needs one for a suite that is younger than itself."""

    @property
    def known(self) -> bool:
        """Whether debootstrap here knows the suite, or was told where it is."""
        return bool(self.mirror) or (SCRIPTS / self.suite).exists()

    def make(self, place: Path, packages: Iterable[str]) -> "subprocess.CompletedProcess[str]":
        """A minimal system with `packages` besides."""
        done = self._make(place, packages)
        if done.returncode == 0 and self.as_image:
            sources = place / "etc/apt/sources.list"
            line = sources.read_text().splitlines()[0]
            updates = line.replace(f" {self.suite} ", f" {self.suite}-updates ")
            sources.write_text(f"{line}\n{updates}\n")
            for packed in (place / "var/lib/apt/lists").glob("*Packages*"):
                packed.unlink()
        return done

    def _make(self, place: Path, packages: Iterable[str]) -> "subprocess.CompletedProcess[str]":
        script = () if (SCRIPTS / self.suite).exists() else ("gutsy",)  # all of Ubuntu's are this
        return subprocess.run(
            [
                *("debootstrap", "--variant=minbase", f"--components={self.components}"),
                *(f"--include={','.join(packages)}", self.suite, str(place)),
                *((self.mirror, *script) if self.mirror else ()),
            ],
            capture_output=True,
            text=True,
            check=False,
        )


def lacking() -> str | None:
    """Why no such system can be made here."""
    if os.geteuid() != 0:
        return "only root can make a root file system"
    missing = [tool for tool in ("debootstrap", "unshare", "chroot") if not shutil.which(tool)]
    return f"{', '.join(missing)} not here" if missing else None


@dataclass(slots=True)
class Root:
    """The system in `place`, with this checkout; models are kept in `store`, outside of it."""

    place: Path
    store: Path
    transcript: list[str] = field(default_factory=list[str])

    def settle(self) -> None:
        """Put the working tree where the newcomer has cloned it, and pip's settings of here."""
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for name in filter(None, listed.split("\0")):
            if (ROOT / name).is_file():
                target = self._inside(CHECKOUT) / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, target)
        self.store.mkdir(parents=True, exist_ok=True)
        for outside, inside in self._shared():
            target = self._inside(inside)
            target.parent.mkdir(parents=True, exist_ok=True)
            if outside.is_dir():
                target.mkdir(exist_ok=True)
            else:
                target.touch()

    def type(self, line: str, answer: str = "", limit_s: float = 900) -> tuple[int, str]:
        """What a line typed in the checkout ends with: its status, and all that it printed."""
        began = time.monotonic()
        done = subprocess.run(
            self._command(line),
            input=answer,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=limit_s,
        )
        self._note(line, done.stdout, time.monotonic() - began)
        return done.returncode, done.stdout

    @contextmanager
    def typing(self, line: str, until: str) -> Generator[str]:
        """A line whose program goes on, from the moment it printed `until` to Ctrl-C."""
        began = time.monotonic()
        with subprocess.Popen(
            self._command(line),
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            assert process.stdout is not None
            printed = ""
            try:
                while until not in printed:
                    word = process.stdout.readline()
                    printed += word
                    assert word, f"`{line}` ended early:\n{printed}"
                self._note(line, printed, time.monotonic() - began)
                yield printed
            finally:
                os.killpg(process.pid, signal.SIGINT)
                process.communicate(timeout=60)

    def _note(self, line: str, printed: str, seconds: float) -> None:
        self.transcript += [f"$ {line}", printed.rstrip(), f"[{seconds:.0f} s]", ""]

    def _inside(self, path: str) -> Path:
        return self.place / path.lstrip("/")

    def _command(self, line: str) -> list[str]:
        binds = "".join(
            f'mount --bind {outside} "$1{inside}"; ' for outside, inside in self._shared()
        )
        typed = f"cd {CHECKOUT} && {line}"
        enter = f'set -e; {ENTER}{binds}exec chroot "$1" sh -c "$2"'
        return ["unshare", "--mount", "sh", "-c", enter, "sh", str(self.place), typed]

    def _shared(self) -> list[tuple[Path, str]]:
        """What is lent to the system: outside → inside."""
        lent = (Path("/etc/resolv.conf"), Path("/etc/hosts"), CERTIFICATES)
        return [(self.store, STORE), *((path, str(path)) for path in lent if path.exists())]

    def _environment(self) -> dict[str, str]:
        path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        return {"HOME": "/root", "PATH": path, "LANG": "C.UTF-8", **_pip()}


def _pip() -> dict[str, str]:
    """How pip reaches its index here; directories of this machine are not lent."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    pairs = re.findall(r"^(?:global|:env:)\.([a-z-]+)='(.*)'$", listed, re.MULTILINE)
    return {
        f"PIP_{name.upper().replace('-', '_')}": value
        for name, value in pairs
        if name in REACH and "file:" not in value
    }
