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
"""Samples that the segmentation hears at once: ten seconds."""
FRAME = 270
"""Samples from one of its frames to the next."""
FRAME_WIDTH = 991
"""Samples that a frame sees."""
FRAMES = 589
"""Of a window."""
LOCALS = 3
"""Speakers that it tells apart in one window, at most two of them at once."""

SETS = np.array(
    [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]], np.bool_
)
"""What each of its classes means: who of the three speaks."""

Activity = NDArray[np.bool_]
"""Who speaks: shape (frames, speakers)."""
Voice = NDArray[np.float32]
"""What a voice is like: shape (192,), length 1. The dot product of two is their likeness."""


class _Session(Protocol):
    def run(self, names: None, feeds: dict[str, NDArray[np.float32]]) -> Sequence[Any]: ...


class Networks:
    """Both, loaded; may be used from several threads."""

    def __init__(self, directory: Path, *, threads: int) -> None:
        self._segmentation = _session(directory / SEGMENTATION, threads)
        self._embedding = _session(directory / EMBEDDING, threads)

    def activity(self, samples: NDArray[np.float32]) -> Activity:
        """Who of at most three speaks in a window, shape (589, 3); `samples`: −1 … 1."""
        (classes,) = self._segmentation.run(None, {"sound": samples[None, None]})
        return SETS[cast("NDArray[np.float32]", classes)[0].argmax(axis=-1)]

    def voice(self, features: Features) -> Voice:
        """The voice in `features`, which should be somebody's alone: at least 0.2 s of it."""
        centred = features - features.mean(axis=0)
        (found,) = self._embedding.run(None, {"features": centred[None]})
        embedding = cast("NDArray[np.float32]", found)[0]
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
