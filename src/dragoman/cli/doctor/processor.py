"""The processor: its name, the cores that may be used, the instructions that matter."""

import math
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dragoman.cli.doctor.finding import Finding, ok, warning
from dragoman.serving.control_groups import Limits, permitted_cores

INSTRUCTIONS: Mapping[str, str] = {
    "avx2": "AVX2",
    "fma": "FMA",
    "f16c": "F16C",
    "avx512f": "AVX-512",
    "avx512_vnni": "AVX-512 VNNI",
    "avx_vnni": "AVX-VNNI",
    "amx_int8": "AMX",
    "asimd": "NEON",
    "asimddp": "dot products",
    "i8mm": "I8MM",
    "sve": "SVE",
}
"""The kernel's words for what the engines' libraries choose by → people's."""
FEWEST_CORES = 2
X86 = ("x86_64", "amd64")
_ASK_S = 2.0


@dataclass(frozen=True, slots=True)
class Processor:
    """What is known of the processor."""

    name: str
    machine: str
    """The architecture: x86_64, arm64."""
    cores: int
    """All that the machine has."""
    permitted: int
    """The cores that this process may run on."""
    quota: float | None
    """The time of cores that its control group may take; None: all."""
    instructions: Sequence[str] | None
    """People's words; None: nobody tells."""

    @classmethod
    def read(cls, limits: Limits, root: Path = Path("/")) -> "Processor":
        """Look at this machine; `root` is where `/proc` is."""
        about = _cpuinfo(root)
        flags = about.get("flags") or about.get("Features")
        return cls(
            name=about.get("model name") or _name() or platform.machine(),
            machine=platform.machine(),
            cores=os.cpu_count() or 1,
            permitted=permitted_cores(),
            quota=limits.cores,
            instructions=None if flags is None else instructions(flags.split()),
        )

    @property
    def usable(self) -> float:
        """The cores that may be used at once."""
        return min(self.permitted, self.quota or math.inf)


def instructions(flags: Sequence[str]) -> Sequence[str]:
    """The instructions among the kernel's flags that matter here, in people's words."""
    return tuple(words for flag, words in INSTRUCTIONS.items() if flag in flags)


def findings(processor: Processor, threads: int) -> Sequence[Finding]:
    """Judge the processor; `threads` are those that each engine is set to compute with."""
    return (_instructions(processor), _cores(processor), _threads(processor, threads))


def _instructions(processor: Processor) -> Finding:
    known = processor.instructions
    facts = {"name": processor.name, "machine": processor.machine, "instructions": known}
    text = ", ".join((processor.name, *(known or ())))
    if known is not None and processor.machine.lower() in X86 and INSTRUCTIONS["avx2"] not in known:
        return warning(
            "processor",
            f"{text}: no AVX2",
            "The libraries are several times slower without it, or do not start. A virtual "
            "machine may hide it: give it the host's type of processor.",
            **facts,
        )
    return ok("processor", text, **facts)


def _cores(processor: Processor) -> Finding:
    usable = processor.usable
    facts = {
        "cores": processor.cores,
        "permitted": processor.permitted,
        "quota": processor.quota,
        "usable": usable,
    }
    text = f"{usable:g} of {processor.cores} may be used"
    if processor.quota is not None and processor.quota < processor.permitted:
        text += ", by the limit of the control group"
    if usable < FEWEST_CORES:
        return warning(
            "cores",
            text,
            f"Answers take twice as long as with {FEWEST_CORES}: allow more (in a container "
            f"--cpus={FEWEST_CORES}, in a service CPUQuota={FEWEST_CORES}00%).",
            **facts,
        )
    return ok("cores", text, **facts)


def _threads(processor: Processor, threads: int) -> Finding:
    most = max(1, math.ceil(processor.usable))
    if threads > most:
        return warning(
            "threads",
            f"{threads} for each engine, and only {processor.usable:g} cores may be used",
            f"Threads that wait for each other make everything slower: DRAGOMAN_THREADS={most}.",
            threads=threads,
        )
    return ok("threads", f"{threads} for each engine", threads=threads)


def _cpuinfo(root: Path) -> Mapping[str, str]:
    """What Linux tells of the first core; elsewhere nothing."""
    try:
        text = (root / "proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    pairs = (line.partition(":") for line in text.split("\n\n")[0].splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _name() -> str:
    """The processor's name where Linux does not tell it; empty: nobody does."""
    if platform.system() != "Darwin":
        return platform.processor()
    words = ("sysctl", "-n", "machdep.cpu.brand_string")
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=_ASK_S)  # noqa: S603 - fixed words
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
