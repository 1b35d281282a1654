from pathlib import Path
from typing import Any, cast

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from dragoman.models.convert import campplus, pyannote_segmentation
from dragoman.models.convert.graph import Graph
from dragoman.models.convert.torch_pickle import ForeignPickle


def run(model: Path, **given: NDArray[np.float32]) -> NDArray[np.float32]:
    runtime = cast("Any", onnxruntime)  # it has no annotations
    session = runtime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return session.run(None, given)[0]


def doubled(graph: Graph, target: Path) -> None:
    signal = graph.node("Mul", ["x", graph.weight("w")])
    graph.write(target, "double", ("x", ("n",)), (signal, "y", ("n",)))


def test_a_graph_runs_and_is_the_same_to_the_byte(tmp_path: Path) -> None:
    first, second = tmp_path / "a.onnx", tmp_path / "b.onnx"
    for target in (first, second):
        doubled(Graph({"w": np.full(1, 2.0, np.float32)}), target)
    assert first.read_bytes() == second.read_bytes()
    np.testing.assert_array_equal(run(first, x=np.array([1, 3], np.float32)), [2, 6])


def test_a_tensor_without_a_place_is_refused(tmp_path: Path) -> None:
    tensors: dict[str, NDArray[Any]] = {"w": np.ones(1), "more": np.ones(1)}
    with pytest.raises(ForeignPickle, match="more has no place"):
        doubled(Graph(tensors), tmp_path / "a.onnx")
    assert not (tmp_path / "a.onnx").exists()


def test_a_tensor_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ForeignPickle, match="no tensor 'w'"):
        doubled(Graph({}), tmp_path / "a.onnx")


@pytest.mark.parametrize("frames", [1, 60, 100, 101, 250])
def test_the_context_of_campplus_is_the_mean_of_every_hundred_frames(
    tmp_path: Path, frames: int
) -> None:
    graph = Graph({})
    signal = campplus.segments(graph, "x")
    graph.write(tmp_path / "a.onnx", "means", ("x", (1, 2, "n")), (signal, "y", (1, 2, "m")))
    given = np.random.default_rng(0).standard_normal((1, 2, frames)).astype(np.float32)
    wanted = np.empty_like(given)
    for start in range(0, frames, 100):
        part = given[..., start : start + 100]
        wanted[..., start : start + 100] = part.mean(axis=-1, keepdims=True)
    np.testing.assert_allclose(run(tmp_path / "a.onnx", x=given), wanted, atol=1e-5)


def test_the_filters_of_the_segmentation_let_their_band_through() -> None:
    half = 2 * np.pi * np.arange(-125, 0)[None] / 16_000
    window = np.hamming(251)[:125][None]
    low, band = np.array([[950.0]]), np.array([[50.0]])  # with 50 Hz more each: 1000 to 1100 Hz
    even, odd = pyannote_segmentation.filters(low, band, window, half)[:, 0]
    time_s = np.arange(-125, 126) / 16_000

    def loudness(hertz: float) -> float:
        wave = np.exp(2j * np.pi * hertz * time_s)
        return abs(np.dot(even, wave)) + abs(np.dot(odd, wave))

    assert loudness(1050) > 5 * max(loudness(700), loudness(1400))
    np.testing.assert_allclose(even, even[::-1])
    np.testing.assert_allclose(odd, -odd[::-1])
