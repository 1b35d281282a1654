"""What the live tests know of the server they talk to."""

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Server:
    """A running `dragoman serve`."""

    base_url: str
    log: Path

    def pid_of(self, engine: str) -> int:
        """The process of an engine that was loaded, as the log tells."""
        pids = re.findall(
            rf"engine={re.escape(engine)} event=ready pid=(\d+)", self.log.read_text()
        )
        return int(pids[-1])
