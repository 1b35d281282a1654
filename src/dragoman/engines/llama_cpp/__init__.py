"""Chat on llama.cpp: GGUF weights, on the processor."""

import logging
import os
from dataclasses import replace
from pathlib import Path

from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import EngineUnavailable
from dragoman.engines.llama_cpp import gguf, settings
from dragoman.engines.llama_cpp.decoding.backend import Backend
from dragoman.engines.llama_cpp.decoding.loop import DecodeLoop
from dragoman.engines.llama_cpp.decoding.server import LlamaServer
from dragoman.engines.llama_cpp.decoding.speculative.verifier import SharedVerifier
from dragoman.engines.llama_cpp.engine import LlamaCpp
from dragoman.engines.llama_cpp.prompt.vision import check_projector

__all__ = ["LlamaCpp", "load"]

log = logging.getLogger(__name__)

SPINS = "300"
"""How often a thread that waits for the others looks again before it sleeps.

Threads meet some hundred times a token. Spinning saves wake-ups where the cores are free, and takes
the time of whoever else is busy, and of the thread that is waited for. So many is nearly all of the
gain at hardly any loss (`docs/measurements/chat_speed.md`). The environment goes first.
"""

WAITS = "active"
"""The policy of waiting threads. With `SPINS` set, `passive` differs from it in one thing: there
are no spins where there are more threads than cores, as soon as the second copy of the model has
its own."""


def load(spec: EngineSpec) -> LlamaCpp:
    """Load the one `.gguf` file in the model's directory, with the projector that options name.

    Raises:
        EngineUnavailable: there is not exactly one, one is broken, an option is wrong, or this
            process has loaded another model before.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", WAITS)
    os.environ.setdefault("GOMP_SPINCOUNT", SPINS)
    chosen = settings.of(spec)
    every = sorted(Path(spec.directory).glob("*.gguf"))
    projectors = [path for path in every if path.name == chosen.mmproj]
    if chosen.mmproj and not projectors:
        raise EngineUnavailable(f"{spec.directory} holds no projector {chosen.mmproj!r}")
    files = [path for path in every if path not in projectors]
    if len(files) != 1:
        raise EngineUnavailable(f"{spec.directory} holds {len(files)} .gguf files, not one")
    digests = [check_projector(path) for path in projectors]
    head = gguf.read(files[0])
    chosen = chosen.within(head.context)
    binding = _backend(files[0], head, chosen, spec.threads)
    identity = replace(head, digest=" ".join([head.digest, *digests]))
    if not chosen.predictions or chosen.reasoning or binding.scorer:
        return LlamaCpp(binding, identity, chosen)
    return LlamaCpp(binding, identity, chosen, SharedVerifier(files[0], chosen, spec.threads))


def _backend(path: Path, head: gguf.Head, chosen: settings.Settings, threads: int) -> Backend:
    """Who decodes; the log says who it is where that was left to us.

    Raises:
        EngineUnavailable: nobody can load the model.
    """
    if chosen.decoder == "loop" or (chosen.decoder == "auto" and not chosen.mmproj):
        try:
            return DecodeLoop(path, head, chosen, threads)
        except EngineUnavailable as error:
            if chosen.decoder == "loop":
                raise
            log.warning("%s is decoded by llama.cpp's server: %s", path.name, error)
    elif chosen.decoder == "auto":
        log.info("%s is decoded by llama.cpp's server: it sees", path.name)
    return LlamaServer(path, head, chosen, threads)
