"""The device of the model, a processor or a GPU, and the type of its weights."""

import ctypes
import logging
import re
import sysconfig
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from dragoman.domain.errors import EngineUnavailable

log = logging.getLogger(__name__)

LIBRARIES = ("libcublasLt.so.12", "libcublas.so.12")
"""The libraries that CTranslate2 opens first on a GPU, in the order of their dependencies."""

WHEELS = Path("nvidia/cublas/lib")
"""The folder of NVIDIA's package that holds them; no linker looks there."""

GPU_TYPES = ("float16", "bfloat16", "float32")
"""The types of weights on a GPU; the first that it supports is taken."""

MISSING = (
    "cuBLAS of CUDA 12 ({name}) does not load: pip install 'nvidia-cublas-cu12>=12,<13', which is "
    "the extra 'cuda'"
)

DEVICE = re.compile(r"auto|cpu|cuda(:[0-9]{1,3})?")


class Library(Protocol):
    """The part of CTranslate2 that knows devices."""

    def get_cuda_device_count(self) -> int:
        """The number of GPUs that its driver and its build let it use."""
        ...

    def get_supported_compute_types(self, device: str, device_index: int) -> Collection[str]:
        """The types that a device supports."""
        ...


@dataclass(frozen=True, slots=True)
class Device:
    """The device on which a model is loaded."""

    name: Literal["cpu", "cuda"]
    index: int
    compute_type: str


def device(
    library: Library,
    option: str,
    compute_type: str | None,
    missing: Callable[[], str | None] | None = None,
) -> Device:
    """The device that an option names; `auto` takes a GPU where all that it needs is there.

    `missing`: which of NVIDIA's libraries does not load; None: `missing_library`.

    Raises:
        EngineUnavailable: a GPU was named that cannot be used, or a type that the device lacks.
    """
    fault, index = None, int(option.partition(":")[2] or 0)
    if option != "cpu":
        fault = _fault(library.get_cuda_device_count(), index, missing or missing_library)
    if fault is not None and option != "auto":
        raise EngineUnavailable(f"whisper-ct2: device {option!r}: {fault}")
    if fault is not None:
        log.info("whisper-ct2: works on the processor: %s", fault)
    name = "cpu" if option == "cpu" or fault is not None else "cuda"
    supported = library.get_supported_compute_types(name, index)
    if compute_type is None:
        usual = ("int8",) if name == "cpu" else GPU_TYPES
        compute_type = next((each for each in usual if each in supported), "float32")
    elif compute_type not in supported:
        raise EngineUnavailable(
            f"whisper-ct2: compute_type {compute_type!r} is not one that {name} can do here: "
            f"{', '.join(sorted(supported))}"
        )
    return Device(name, index, compute_type)


def missing_library() -> str | None:
    """Load NVIDIA's libraries, from their own package or the system's; the first that is not there.

    CTranslate2 looks for them by their name and finds what is loaded already.
    """
    for name in LIBRARIES:
        if not any(_loads(place) for place in _places(name)):
            return name
    return None


def _fault(count: int, index: int, missing: Callable[[], str | None]) -> str | None:
    """Why that GPU cannot be used; None: it can."""
    if not count:
        return "CTranslate2 sees no GPU: is NVIDIA's driver installed (nvidia-smi)?"
    if index >= count:
        return f"there {'is 1 GPU' if count == 1 else f'are {count} GPUs'}, counted from 0"
    name = missing()
    return MISSING.format(name=name) if name is not None else None


def _places(name: str) -> Sequence[str]:
    return (str(Path(sysconfig.get_path("purelib")) / WHEELS / name), name)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library, ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True
