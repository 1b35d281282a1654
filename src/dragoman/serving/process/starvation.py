"""How long a process waited for a processor that others had.

On a machine that is asked for more than it has, a worker that is well answers late. To kill it ends
its answers and has its engine loaded again, which makes the machine busier still. The kernel counts
how long each thread was ready to run and did not, and the supervisor's patience leaves that out. A
process that is stopped or waits for a lock is not ready to run.
"""

import contextlib
from pathlib import Path

import anyio

MOST = 6
"""How many times as long as its patience says a starved process is waited for, at most."""
LOOKS = 30
"""How often a load is looked at within its patience."""
_NS = 1e9


class Starvation:
    """The time for which a process was starved, looked at now and then; only Linux counts it."""

    def __init__(self, pid: int, proc: Path = Path("/proc")) -> None:
        self._tasks = proc / str(pid) / "task"
        self._waits = self._read()

    def since(self) -> float:
        """Return for how many seconds since the last look its most starved thread has waited."""
        before, self._waits = self._waits, self._read()
        grown = (wait - before.get(task, 0.0) for task, wait in self._waits.items())
        return max(grown, default=0.0)

    def _read(self) -> dict[str, float]:
        """The seconds that each thread has waited; what has ended meanwhile is left out."""
        waits: dict[str, float] = {}
        for task in self._tasks.glob("*"):
            with contextlib.suppress(OSError, ValueError, IndexError):
                _, waited, _ = (task / "schedstat").read_text().split()
                waits[task.name] = int(waited) / _NS
        return waits


async def prolong(scope: anyio.CancelScope, pid: int, patience_s: float) -> None:
    """Move the deadline of `scope` by the time for which a process starves, within `MOST`."""
    starvation = Starvation(pid)
    left_s = (MOST - 1) * patience_s
    while left_s > 0:
        await anyio.sleep(patience_s / LOOKS)
        starved_s = min(starvation.since(), left_s)
        left_s -= starved_s
        scope.deadline += starved_s
