"""The memory that a worker may take: what it had when it was loaded, and a margin.

A limit of the kernel on addresses (`RLIMIT_AS`) would count the weights, which are mapped from
files, and reservations that are never used; one on a control group needs rights that most servers
do not have. So the pages that are the worker's own are looked at, and a worker that has too many is
ended, before the kernel ends whatever it likes.
"""

import resource
from pathlib import Path

import anyio

LOOK_S = 0.25
"""Seconds between two looks; in that time 0.5 GB can be filled at most, about."""
MIB = 2**20


def own_bytes(pid: int) -> int | None:
    """Return the memory that a process shares with no file and no other; None: nobody tells.

    Only Linux does.
    """
    try:
        sizes = Path(f"/proc/{pid}/statm").read_text().split()
    except OSError:
        return None
    resident, shared = int(sizes[1]), int(sizes[2])
    return (resident - shared) * resource.getpagesize()


class Ceiling:
    """The most that the process `pid`, which has loaded its engine, may have from now on."""

    def __init__(self, pid: int, margin_bytes: int) -> None:
        loaded = own_bytes(pid)
        self._pid = pid
        self._most = None if loaded is None or not margin_bytes else loaded + margin_bytes

    async def exceeded(self) -> str:
        """Wait until it has more, and return the sizes in words; without a limit, for ever."""
        if self._most is None:
            await anyio.sleep_forever()
            raise AssertionError
        while True:
            now = own_bytes(self._pid) or 0
            if now > self._most:
                return f"{now // MIB} MiB, and it may have {self._most // MIB}"
            await anyio.sleep(LOOK_S)
