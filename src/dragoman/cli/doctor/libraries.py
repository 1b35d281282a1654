"""The libraries of the engines: their versions, whether they load, whether they see a GPU.

Each is loaded in a process of its own: one that is built for another processor ends its process.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from dragoman.cli.doctor.finding import Finding, ok, problem, warning
from dragoman.engines import OFFLINE

LOAD_S = 60.0
"""The seconds that a library has to load; from a slow disk some take ten."""
OLDEST = (3, 11)
PROGRAM = "import json, {module} as library; print(json.dumps({fact}))"


@dataclass(frozen=True, slots=True)
class Library:
    """A library that an engine stands on."""

    module: str
    packages: Sequence[str]
    """The packages that may have it."""
    purpose: str
    fact: str = "None"
    """An expression of what it sees of GPUs."""


LIBRARIES: Sequence[Library] = (
    Library("xllamacpp", ("xllamacpp",), "chat"),
    Library("ctranslate2", ("ctranslate2",), "transcription", "library.get_cuda_device_count()"),
    Library(
        "onnxruntime",
        ("onnxruntime", "onnxruntime-gpu"),
        "speech, pictures, speakers",
        "library.get_available_providers()",
    ),
    Library("av", ("av",), "files of sound"),
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of loading a library."""

    library: Library
    version: str | None
    """None: it is not installed."""
    fault: str | None = None
    """Why it does not load; None: it does."""
    fact: Any = None


@dataclass(frozen=True, slots=True)
class Graphics:
    """The GPUs of NVIDIA that the system sees, and the parts that could work on them."""

    names: Sequence[str] = ()
    parts: Mapping[str, bool] = field(default_factory=dict[str, bool])
    """Library → whether it could."""


def load_all(libraries: Sequence[Library] = LIBRARIES) -> Sequence[Loaded]:
    """Load the libraries, each in a process, two at a time."""
    with ThreadPoolExecutor(2) as threads:
        return tuple(threads.map(load, libraries))


def load(library: Library) -> Loaded:
    """Load one library in a process of its own."""
    installed = _version(library)
    if installed is None:
        return Loaded(library, None)
    program = PROGRAM.format(module=library.module, fact=library.fact)
    try:
        done = subprocess.run(  # noqa: S603 - a module of the table
            [sys.executable, "-c", program],
            env={**os.environ, **OFFLINE},
            capture_output=True,
            text=True,
            check=False,
            timeout=LOAD_S,
        )
    except subprocess.TimeoutExpired:
        return Loaded(library, installed, f"has not loaded after {LOAD_S:g} s")
    if done.returncode:
        return Loaded(library, installed, _fault(done.returncode, done.stderr))
    return Loaded(library, installed, fact=json.loads(done.stdout.splitlines()[-1]))


def graphics(loaded: Sequence[Loaded], root: Path = Path("/")) -> Graphics:
    """Look for GPUs; `root` is where `/proc` is."""
    cards = sorted((root / "proc/driver/nvidia/gpus").glob("*/information"))
    facts = {each.library.module: each.fact for each in loaded}
    parts = {
        "Whisper": bool(facts.get("ctranslate2")),
        "Kokoro": "CUDAExecutionProvider" in (facts.get("onnxruntime") or ()),
    }
    return Graphics(tuple(_card(path) for path in cards), parts)


def findings(loaded: Sequence[Loaded], seen: Graphics) -> Sequence[Finding]:
    """Judge Python, the libraries and the GPU."""
    return (_python(sys.version_info[:3]), *map(_library, loaded), gpu_finding(seen))


def _python(running: tuple[int, ...]) -> Finding:
    text = ".".join(map(str, running))
    if running < OLDEST:
        return problem("python", text, "Python 3.11 or newer is needed.", version=text)
    return ok("python", text, version=text)


def _library(loaded: Loaded) -> Finding:
    library = loaded.library
    facts = {"version": loaded.version, "purpose": library.purpose}
    again = "Install again what is locked: `make serve`, or docs/install.md."
    if loaded.version is None:
        text = f"is not installed: no {library.purpose}"
        return problem(library.module, text, again, **facts)
    if loaded.fault is not None:
        text = f"{loaded.version} {loaded.fault}: no {library.purpose}"
        return problem(library.module, text, again, **facts)
    return ok(library.module, f"{loaded.version}, for {library.purpose}", **facts)


def gpu_finding(seen: Graphics) -> Finding:
    """Judge the GPUs; a machine without any is as good."""
    facts = {"names": seen.names, "usable": seen.parts}
    if not seen.names:
        return ok("GPU", "none of NVIDIA's is seen: everything works on the processor", **facts)
    text = ", ".join(seen.names)
    idle = [part for part, usable in seen.parts.items() if not usable]
    if idle:
        advice = "docs/install.md#a-gpu says which libraries they need."
        return warning("GPU", f"{text}, not for {', '.join(idle)}", advice, **facts)
    return ok("GPU", f"{text}, for {', '.join(seen.parts)}; chat works on the processor", **facts)


def _version(library: Library) -> str | None:
    for package in library.packages:
        try:
            return version(package)
        except PackageNotFoundError:
            continue
    return None


def _fault(status: int, errors: str) -> str:
    """Why a process ended: by a signal, or with the last line of its errors."""
    if status < 0:
        name = signal.Signals(-status).name
        cause = ": it needs instructions that this processor lacks" if name == "SIGILL" else ""
        return f"ends with {name}{cause}"
    lines = errors.strip().splitlines()
    return f"does not load ({lines[-1][:200] if lines else f'status {status}'})"


def _card(path: Path) -> str:
    """The name of a GPU, as its driver writes it."""
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "Model":
            return value.strip()
    return path.parent.name
