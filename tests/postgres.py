"""A PostgreSQL of the tests' own, from what the system has installed."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

SEARCH = os.pathsep.join(str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin")))
INITDB = shutil.which("initdb", path=SEARCH) or shutil.which("initdb")
USER = "dragoman"


@contextmanager
def running() -> Generator[str]:
    """The URL of a server that is reached by a socket in its own directory, and in no other way.

    PostgreSQL refuses to run as root: there it is `nobody`.
    """
    assert INITDB is not None
    with tempfile.TemporaryDirectory(prefix="postgres-") as place:
        user = "nobody" if os.geteuid() == 0 else None
        if user is not None:
            shutil.chown(place, user)
        data, log = f"{place}/data", Path(place) / "log"
        options = ["-D", data, "-U", USER, "-A", "trust", "--no-sync", "--no-instructions"]
        subprocess.run(
            [INITDB, *options], check=True, user=user, stdout=subprocess.DEVNULL, cwd=place
        )
        command = [str(Path(INITDB).with_name("postgres")), "-D", data, "-k", place]
        with (
            log.open("w") as errors,
            subprocess.Popen(
                [*command, "-c", "listen_addresses="], user=user, stderr=errors, cwd=place
            ) as process,
        ):
            try:
                while "ready to accept connections" not in log.read_text():
                    assert process.poll() is None, log.read_text()
                yield f"postgresql://{USER}@/postgres?host={place}"
            finally:
                process.terminate()
