"""Where ONNX Runtime does the work: on processors or on a GPU."""

import logging
import re
from collections.abc import Collection, Sequence
from typing import Any, Protocol

from dragoman.domain.errors import EngineUnavailable

log = logging.getLogger(__name__)

CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"

DEVICE = re.compile(r"auto|cpu|cuda(:[0-9]{1,3})?")

NOT_BUILT = (
    "the installed ONNX Runtime is the one for processors: for a GPU, docs/install.md "
    "says how onnxruntime-gpu takes its place"
)
NOT_STARTED = (
    "ONNX Runtime does not start its CUDA provider: is NVIDIA's driver installed (nvidia-smi), and "
    "CUDA and cuDNN in the versions that onnxruntime-gpu needs?"
)

Provider = str | tuple[str, dict[str, Any]]


class Library(Protocol):
    """The part of ONNX Runtime that knows devices."""

    def get_available_providers(self) -> Collection[str]:
        """The providers that ONNX Runtime was built for."""
        ...


class Session(Protocol):
    """The part of a loaded graph that knows devices."""

    def get_providers(self) -> Collection[str]:
        """The providers that the session runs on, which may be fewer than it was given."""
        ...


def providers(library: Library, device: str) -> Sequence[Provider]:
    """The providers for the option `device`; `auto` takes a GPU if it can.

    Raises:
        EngineUnavailable: a GPU was named, and ONNX Runtime is built for none.
    """
    if device == "cpu":
        return (CPU,)
    if CUDA not in library.get_available_providers():
        if device != "auto":
            raise EngineUnavailable(f"kokoro-onnx: device {device!r}: {NOT_BUILT}")
        log.info("kokoro-onnx: works on the processor: %s", NOT_BUILT)
        return (CPU,)
    return ((CUDA, {"device_id": int(device.partition(":")[2] or 0)}), CPU)


def check(session: Session, device: str, chosen: Sequence[Provider]) -> None:
    """Check that a session runs on the providers that it was given.

    Raises:
        EngineUnavailable: a GPU was named, and the session has none.
    """
    if len(chosen) == 1 or CUDA in session.get_providers():
        return
    if device != "auto":
        raise EngineUnavailable(f"kokoro-onnx: device {device!r}: {NOT_STARTED}")
    log.info("kokoro-onnx: works on the processor: %s", NOT_STARTED)
