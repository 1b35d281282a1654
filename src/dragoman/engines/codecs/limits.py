"""How much memory decoders may take."""

import sys
from pathlib import Path

from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import EngineUnavailable


def memory_limit(spec: EngineSpec) -> int | None:
    """The option `memory_bytes`, the only one of a codec.

    Raises:
        EngineUnavailable: there is another, or it is no positive number.
    """
    options = dict(spec.options)
    memory: object = options.pop("memory_bytes", None)
    if options:
        raise EngineUnavailable(f"{spec.engine} has no option {min(options)!r}: memory_bytes")
    if memory is None:
        return None
    if not isinstance(memory, int) or isinstance(memory, bool) or memory <= 0:
        raise EngineUnavailable(
            f"{spec.engine}: memory_bytes is a positive integer, not {memory!r}"
        )
    return memory


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
