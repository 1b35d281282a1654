"""The limits of the control groups that this process is in, as containers and services set them.

Both versions of Linux's interface are read. A limit may stand at any level above the process, so
all levels are looked at and the narrowest counts.
"""

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_MEMBERSHIP = Path("proc/self/cgroup")
_MOUNT = Path("sys/fs/cgroup")
_UNLIMITED = 2**60
"""The bytes from which on version 1 means no limit: it writes a number near 2**63."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The narrowest limits of all levels; None: there is none."""

    cores: float | None = None
    """The processors' time, in cores: 1.5 is one core and a half."""
    memory: int | None = None
    """Bytes in all."""
    room: int | None = None
    """Bytes that may still be taken; what the kernel would drop from its cache counts as free."""


def limits(root: Path = Path("/")) -> Limits:
    """Read the limits; `root` is where `/proc` and `/sys` are."""
    cores = [*_quotas(root)]
    memory = [*_memory(root)]
    return Limits(
        min(cores, default=None),
        min((most for most, _ in memory), default=None),
        min((max(0, most - used) for most, used in memory), default=None),
    )


def permitted_cores() -> int:
    """The cores that this process may run on; where nobody tells, all of the machine's."""
    affinity = getattr(os, "sched_getaffinity", None)  # Linux has it
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def usable_cores(root: Path = Path("/")) -> int:
    """The cores that may be used at once, by affinity and by control groups, rounded up."""
    quota = limits(root).cores
    permitted = permitted_cores()
    return permitted if quota is None else min(permitted, max(1, math.ceil(quota)))


def _levels(root: Path, controller: str) -> Iterator[Path]:
    """The directories of a controller, from the process's own up; "" is version 2's hierarchy."""
    for line in _lines(root / _MEMBERSHIP):
        _, _, rest = line.partition(":")
        names, _, path = rest.partition(":")
        if controller not in names.split(","):
            continue
        for mount in _mounts(root, names):
            inner = mount / path.lstrip("/")
            yield from (each for each in (inner, *inner.parents) if each.is_relative_to(mount))


def _mounts(root: Path, names: str) -> Sequence[Path]:
    """The places of a hierarchy; beside version 1 that of version 2 is called `unified`."""
    mount = root / _MOUNT
    return (mount / names,) if names else (mount, mount / "unified")


def _quotas(root: Path) -> Iterator[float]:
    for level in _levels(root, ""):
        match _words(level / "cpu.max"):
            case [quota, period] if quota.isdigit():
                yield int(quota) / int(period)
            case _:
                pass
    for level in _levels(root, "cpu"):
        quota, period = (_number(level / f"cpu.cfs_{name}_us") for name in ("quota", "period"))
        if quota is not None and period and quota > 0:
            yield quota / period


def _memory(root: Path) -> Iterator[tuple[int, int]]:
    """The limit and the use of each level that has a limit, in bytes."""
    for level in _levels(root, ""):
        most = [_number(level / name) for name in ("memory.max", "memory.high")]
        used = _number(level / "memory.current") or 0
        dropped = _of_table(level / "memory.stat", "inactive_file")
        yield from ((each, used - dropped) for each in most if each is not None)
    for level in _levels(root, "memory"):
        most = _number(level / "memory.limit_in_bytes")
        used = _number(level / "memory.usage_in_bytes") or 0
        dropped = _of_table(level / "memory.stat", "total_inactive_file")
        if most is not None and most < _UNLIMITED:
            yield most, used - dropped


def _lines(path: Path) -> Sequence[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()


def _words(path: Path) -> Sequence[str]:
    return " ".join(_lines(path)).split()


def _number(path: Path) -> int | None:
    """The number in a file; None: there is none, or `max`."""
    words = _words(path)
    return int(words[0]) if len(words) == 1 and words[0].lstrip("-").isdigit() else None


def _of_table(path: Path, name: str) -> int:
    pairs = (line.split() for line in _lines(path))
    return next((int(pair[1]) for pair in pairs if pair[:1] == [name]), 0)
