"""How much memory and work decoders may take."""

import sys
from collections.abc import Callable
from pathlib import Path

from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import EngineUnavailable, RequestInvalid

SPARE_S = 20.0
"""Seconds of work, of one core, that any file of sound may take."""
FASTER = 40
"""How many times as fast as it is heard a long file must be decoded: what people record is so
hundreds of times, and thousands of channels and samples that nobody hears are not."""


class Work:
    """The work on one file of sound: it may take as much as the sound is worth that came of it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` tells the seconds that this thread has worked."""
        self._clock = clock
        self._began = clock()

    def check(self, sound_s: float) -> None:
        """Compare the work so far with the sound that came of it, in seconds without pauses.

        Raises:
            RequestInvalid: it is too much.
        """
        worked_s = self._clock() - self._began
        if worked_s > SPARE_S + sound_s / FASTER:
            raise RequestInvalid(
                f"Audio file takes too much work to decode: after {worked_s:.0f} seconds "
                f"{sound_s:.0f} seconds of sound were decoded. Send it with fewer channels or at a "
                "lower sample rate.",
                param="file",
                code="audio_too_long",
            )


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
