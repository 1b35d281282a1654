"""The memory: how much there is, what the default models take, which others would fit."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dragoman.cli.doctor.finding import Finding, ok, problem, warning
from dragoman.domain.kinds import SERVED_KINDS
from dragoman.models.entry import Model
from dragoman.models.files import how_much
from dragoman.serving.control_groups import Limits

MB = 10**6
SERVER_MB = 400
"""The memory of the server's own process and those that decode files, about."""
_KIB = 1024


@dataclass(frozen=True, slots=True)
class Memory:
    """The memory of the machine, in bytes, and what of it this process may have."""

    total: int
    available: int | None
    """What may be taken without anything being pushed out; None: nobody tells."""
    limit: int | None
    """What the control group may have; None: all."""
    room: int | None
    """What the control group may still take; None: all."""

    @classmethod
    def read(cls, limits: Limits, root: Path = Path("/")) -> "Memory":
        """Look at this machine; `root` is where `/proc` is."""
        known = _meminfo(root)
        total = known.get("MemTotal") or os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        return cls(total, known.get("MemAvailable"), limits.memory, limits.room)

    @property
    def usable(self) -> int:
        """The bytes that this process and the engines may have in all."""
        return min(self.total, self.limit or self.total)

    @property
    def free(self) -> int | None:
        """The bytes that are free of them now; None: nobody tells."""
        known = [each for each in (self.available, self.room) if each is not None]
        return min(known, default=None)


def findings(
    memory: Memory, models: Sequence[Model], present: Sequence[Model], *, running: bool
) -> Sequence[Finding]:
    """Judge the memory by what the first model of each kind takes.

    `models` are those of the catalogue, `present` those that are here or would be pulled;
    `running` says whether a server holds them in memory already.
    """
    return (_enough(memory, needed(present), running=running), _fitting(memory, models, present))


def needed(present: Sequence[Model]) -> int:
    """The bytes that the first model of each kind and the server take, about."""
    first = {model.kind: model.memory_mb for model in reversed(present)}
    return (SERVER_MB + sum(first.values())) * MB


def _enough(memory: Memory, most: int, *, running: bool) -> Finding:
    usable, free = memory.usable, memory.free
    text = f"{how_much(usable)} may be used"
    if memory.limit is not None and memory.limit < memory.total:
        text += f", by the limit of the control group, of {how_much(memory.total)}"
    text += "" if free is None else f"; {how_much(free)} are free"
    facts = {
        "total": memory.total,
        "limit": memory.limit,
        "usable": usable,
        "free": free,
        "needed": most,
    }
    takes = f"the models of the first choice take about {how_much(most)}"
    if usable < most:
        advice = (
            f"More than is there: {takes}. Raise the limit, or take smaller models "
            "(`dragoman models list`) and unload what is idle (DRAGOMAN_IDLE_S=60)."
        )
        return problem("memory", text, advice, **facts)
    if free is not None and free < most and not running:
        advice = f"Too little now: {takes}. End other programs before the server starts."
        return warning("memory", text, advice, **facts)
    return ok("memory", f"{text}; {takes}", **facts)


def _fitting(memory: Memory, models: Sequence[Model], present: Sequence[Model]) -> Finding:
    """Which models would have room, each in the place of the one of its kind."""
    first = {model.kind: model.memory_mb for model in reversed(present)}
    base = SERVER_MB + sum(first.values())
    fitting, larger = list[str](), list[str]()
    for model in models:
        if model.files and model.kind in SERVED_KINDS:
            takes = (base - first.get(model.kind, 0) + model.memory_mb) * MB
            (fitting if takes <= memory.usable else larger).append(model.id)
    text = f"have room beside the rest: {', '.join(fitting) or 'none'}"
    if larger:
        text += f"; have none: {', '.join(larger)}"
    return ok("would fit", text, fits=fitting, too_large=larger)


def _meminfo(root: Path) -> dict[str, int]:
    """The sizes that Linux tells, in bytes; elsewhere none."""
    try:
        lines = (root / "proc/meminfo").read_text().splitlines()
    except OSError:
        return {}
    pairs = (line.split() for line in lines)
    return {pair[0].rstrip(":"): int(pair[1]) * _KIB for pair in pairs if len(pair) > 1}
