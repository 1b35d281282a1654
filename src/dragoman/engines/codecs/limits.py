"""How much memory decoders may take."""

import sys
from pathlib import Path


def limit_memory(memory_bytes: int) -> None:
    """Let this process address `memory_bytes` more than it does now; on Linux alone.

    Counted from now, as what libraries reserve when they are loaded grows with the machine's cores.
    Elsewhere nothing is done: macOS takes such a limit and does not keep it.
    """
    if sys.platform != "linux":
        return
    import resource  # noqa: PLC0415 - not everywhere

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
