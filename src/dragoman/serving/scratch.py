"""The place of a server's temporary files: one directory, which goes with the server.

Uploads, sockets of engines and what engines write for a moment lie in it. A server that is killed
cannot remove it: the next one does.
"""

import contextlib
import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

log = logging.getLogger("dragoman.server")

_PREFIX = "dragoman-"
_ALIVE = ".alive"
"""The file that a server has locked as long as it lives; the system lets go of it with the
process."""


@contextmanager
def scratch() -> Generator[None]:
    """Have this process and its children make temporary files in a place of their own."""
    system = tempfile.gettempdir()
    _sweep(Path(system))
    with contextlib.ExitStack() as stack:
        try:
            place = Path(tempfile.mkdtemp(prefix=_PREFIX))
            stack.callback(shutil.rmtree, place, ignore_errors=True)
            fresh = place / f"{_ALIVE}.new"
            file = stack.enter_context(fresh.open("w"))
            # Locked before it has its name: nobody takes it for that of a dead server.
            fcntl.flock(file, fcntl.LOCK_EX)
            fresh.replace(place / _ALIVE)
        except OSError as error:
            log.warning("there is no place for temporary files: %s", error)
            yield
            return
        before = os.environ.get("TMPDIR")
        os.environ["TMPDIR"] = tempfile.tempdir = str(place)
        try:
            yield
        finally:
            tempfile.tempdir = system
            if before is None:
                del os.environ["TMPDIR"]
            else:
                os.environ["TMPDIR"] = before


def _sweep(system: Path) -> None:
    """Remove the places of servers that are dead; what others own is left alone."""
    for alive in system.glob(f"{_PREFIX}*/{_ALIVE}"):
        with contextlib.suppress(OSError):
            if alive.lstat().st_uid != os.getuid() or alive.is_symlink():
                continue
        with contextlib.suppress(OSError), alive.open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(alive.parent, ignore_errors=True)
