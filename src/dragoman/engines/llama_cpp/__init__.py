"""Chat on llama.cpp: GGUF weights, on the processor."""

import os
from pathlib import Path

from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import EngineUnavailable
from dragoman.engines.llama_cpp import gguf, settings
from dragoman.engines.llama_cpp.binding import Binding
from dragoman.engines.llama_cpp.engine import LlamaCpp

__all__ = ["LlamaCpp", "load"]


def load(spec: EngineSpec) -> LlamaCpp:
    """Load the one `.gguf` file in the model's directory.

    Raises:
        EngineUnavailable: there is not exactly one, it is broken, or an option is wrong.
    """
    # Two busy processes on few cores: threads that spin while they wait take the other's time.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ.setdefault("GOMP_SPINCOUNT", "0")
    files = sorted(Path(spec.directory).glob("*.gguf"))
    if len(files) != 1:
        raise EngineUnavailable(f"{spec.directory} holds {len(files)} .gguf files, not one")
    wanted = settings.of(spec)
    head = gguf.read(files[0])
    return LlamaCpp(Binding(files[0], head, wanted, spec.threads), head, wanted)
