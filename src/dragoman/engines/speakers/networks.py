"""The two networks on ONNX Runtime: who speaks when in ten seconds, and whose voice it is."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from dragoman.engines.speakers.fbank import Features

SEGMENTATION = "pyannote-segmentation-3.0.onnx"
EMBEDDING = "campplus.onnx"

WINDOW = 160_000
"""The samples (ten seconds) that the segmentation takes at once."""
FRAME = 270
"""The samples from one frame of the segmentation to the next."""
FRAME_WIDTH = 991
"""The samples that one frame sees."""
FRAMES = 589
"""The number of frames of a window."""
LOCAL_SPEAKERS = 3
"""The speakers that it tells apart in one window, at most two of them at once."""

POWERSET = np.array(
    [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]], np.bool_
)
"""The speakers of each class of the powerset: who of the three speaks."""

Activity = NDArray[np.bool_]
"""Who speaks when, shape (frames, speakers)."""
Embedding = NDArray[np.float32]
"""A speaker embedding, shape (192,), of length 1: the dot product of two is their likeness."""


class _Session(Protocol):
    def run(self, names: None, feeds: dict[str, NDArray[np.float32]]) -> Sequence[Any]: ...


class Networks:
    """Both networks, loaded; several threads may use them at once."""

    def __init__(self, directory: Path, *, threads: int) -> None:
        self._segmentation = _session(directory / SEGMENTATION, threads)
        self._embedding = _session(directory / EMBEDDING, threads)

    def activity(self, samples: NDArray[np.float32]) -> Activity:
        """Who of at most three speaks in a window, shape (589, 3); `samples`: −1 … 1."""
        (classes,) = self._segmentation.run(None, {"sound": samples[None, None]})
        return POWERSET[cast("NDArray[np.float32]", classes)[0].argmax(axis=-1)]

    def voice(self, features: Features) -> Embedding:
        """The voice in `features`, which should be somebody's alone: at least 0.2 s of it."""
        centred = features - features.mean(axis=0)
        (output,) = self._embedding.run(None, {"features": centred[None]})
        embedding = cast("NDArray[np.float32]", output)[0]
        return embedding / np.linalg.norm(embedding)


def _session(path: Path, threads: int) -> _Session:
    runtime = cast("Any", onnxruntime)  # it has no annotations
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Freed memory goes back to the system: recordings come rarely.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return runtime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
