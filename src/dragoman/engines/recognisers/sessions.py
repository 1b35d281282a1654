"""ONNX Runtime, typed: float32 arrays in, float32 arrays out."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray


class _Session(Protocol):
    def get_outputs(self) -> Sequence[Any]: ...

    def run(self, names: None, feeds: Mapping[str, NDArray[np.float32]]) -> Sequence[Any]: ...


class Network:
    """A loaded graph; may be run from several threads."""

    def __init__(self, path: Path, *, threads: int) -> None:
        runtime = cast("Any", onnxruntime)  # it has no annotations
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Freed memory goes back to the system: pictures come rarely.
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        self._session: _Session = runtime.InferenceSession(
            path, options, providers=["CPUExecutionProvider"]
        )
        self._outputs = [str(output.name) for output in self._session.get_outputs()]

    def run(self, **inputs: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """The graph's outputs by name."""
        return dict(zip(self._outputs, self._session.run(None, inputs), strict=True))
