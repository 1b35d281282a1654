"""`dragoman serve`, started as a user starts it, and what tests know of it."""

import os
import re
import subprocess
import sysconfig
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Server:
    """A running `dragoman serve`."""

    base_url: str
    log: Path
    process: subprocess.Popen[str]

    def pid_of(self, engine: str) -> int:
        """The process of an engine that was loaded, as the log tells."""
        pids = re.findall(
            rf"engine={re.escape(engine)} event=ready pid=(\d+)", self.log.read_text()
        )
        return int(pids[-1])


@contextmanager
def serving(
    *arguments: str, log: Path, before: Sequence[str] = (), **settings: str
) -> Generator[Server, None, None]:
    """On a free port, up when it says so; told to stop at the end, which it does in order.

    `before` is a command that runs the server, a tracer's for example.
    """
    dragoman = str(Path(sysconfig.get_path("scripts")) / "dragoman")
    command = [*before, dragoman, "serve", "--port", "0", *arguments]
    # Models are shared with the user who runs the tests; what the server keeps is not.
    kept_apart = {
        "DRAGOMAN_COMPLETIONS": str(log.with_suffix(".completions")),
        "DRAGOMAN_KEY_FILE": str(log.with_suffix(".keys")),
        "DRAGOMAN_VOICES": str(log.with_suffix(".voices")),
        "DRAGOMAN_CONFIG": os.devnull,
    }
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command,
            env={**os.environ, **kept_apart, **settings},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            assert process.stdout is not None
            line = ""
            while "OPENAI_BASE_URL" not in line:
                line = process.stdout.readline()
                assert line, f"the server ended early:\n{log.read_text()}"
            yield Server(_base_url(line), log, process)
        finally:
            process.terminate()
            assert process.wait(30) == 0, log.read_text()


def _base_url(line: str) -> str:
    (word,) = [word for word in line.split() if word.startswith("OPENAI_BASE_URL=")]
    return word.removeprefix("OPENAI_BASE_URL=").replace("localhost", "127.0.0.1")
