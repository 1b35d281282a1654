"""pyannote's segmentation 3.0, from PyTorch weights to ONNX: who speaks when in ten seconds.

Source: https://github.com/pyannote/pyannote-audio (`PyanNet`), MIT, and the filters of
https://github.com/asteroid-team/asteroid-filterbanks (`ParamSincFB`), MIT.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dragoman.models.convert.graph import Graph
from dragoman.models.convert.torch_pickle import ForeignPickle, read_state_dict

CLASSES = 7
"""The number of classes: nobody, one of three speakers, two of them at once."""
_RATE = 16_000
_STRIDE = 10
_LOWEST_HZ = 50.0
_NARROWEST_HZ = 50.0
_LAYERS = 4
_HIDDEN = 128
_SLOPE = 0.01
_EPSILON = 1e-5


def pyannote_segmentation(source: Path, target: Path, _variant: str) -> None:
    """Write the network of `source` (`.pt`) to `target` (`.onnx`).

    Input `sound`: float32 [batch, 1, samples] at 16 kHz, −1 … 1. Output `classes`: float32
    [batch, frames, 7], natural log-probabilities; a frame sees 991 samples, the next one begins 270
    later.

    Raises:
        ForeignPickle: `source` is not the weights of that network.
    """
    graph = Graph(read_state_dict(source))
    signal = _classes(graph, _lstm(graph, _sincnet(graph, "sound")))
    graph.write(
        target,
        "pyannote-segmentation",
        ("sound", ("batch", 1, "samples")),
        (signal, "classes", ("batch", "frames", CLASSES)),
    )


def filters(
    low_hz: NDArray[Any], band_hz: NDArray[Any], window: NDArray[Any], angles: NDArray[Any]
) -> NDArray[np.float32]:
    """The first layer, [80, 1, 251]: even and odd band-pass filters from their cut-offs.

    `window` is half a Hamming window, `angles` 2π times the half's moments in seconds.
    """
    low = _LOWEST_HZ + np.abs(low_hz.astype(np.float64))
    high = np.clip(low + _NARROWEST_HZ + np.abs(band_hz), _LOWEST_HZ, _RATE / 2)
    band = high - low
    below, above = low @ angles, high @ angles
    even = (np.sin(above) - np.sin(below)) / (angles / 2) * window
    odd = (np.cos(below) - np.cos(above)) / (angles / 2) * window
    both = np.concatenate(
        [
            np.concatenate([even, 2 * band, even[:, ::-1]], axis=1) / (2 * band),
            np.concatenate([odd, 0 * band, -odd[:, ::-1]], axis=1) / (2 * band),
        ]
    )
    return both[:, None].astype(np.float32)


def _sincnet(graph: Graph, sound: str) -> str:
    """[batch, 60, frames]."""
    signal = _instance_norm(graph, sound, "sincnet.wav_norm1d")
    bank = "sincnet.conv1d.0.filterbank"
    parts = (graph.take(f"{bank}.{part}") for part in ("low_hz_", "band_hz_", "window_", "n_"))
    first = graph.constant(filters(*parts))
    signal = graph.node("Conv", [signal, first], {"kernel_shape": [251], "strides": [_STRIDE]})
    signal = _pooled(graph, graph.node("Abs", [signal]), 0)
    for number in (1, 2):
        name = f"sincnet.conv1d.{number}"
        inputs = [signal, graph.weight(f"{name}.weight"), graph.weight(f"{name}.bias")]
        signal = _pooled(graph, graph.node("Conv", inputs, {"kernel_shape": [5]}), number)
    return signal


def _pooled(graph: Graph, signal: str, number: int) -> str:
    pooled = graph.node("MaxPool", [signal], {"kernel_shape": [3], "strides": [3]})
    return _leaky(graph, _instance_norm(graph, pooled, f"sincnet.norm1d.{number}"))


def _instance_norm(graph: Graph, signal: str, name: str) -> str:
    inputs = [signal, graph.weight(f"{name}.weight"), graph.weight(f"{name}.bias")]
    return graph.node("InstanceNormalization", inputs, {"epsilon": _EPSILON})


def _lstm(graph: Graph, signal: str) -> str:
    """Both directions, four layers: [batch, frames, 256]."""
    signal = graph.node("Transpose", [signal], {"perm": [2, 0, 1]})
    for layer in range(_LAYERS):
        ways = [_direction(graph, f"_l{layer}{way}") for way in ("", "_reverse")]
        inputs = [graph.constant(np.stack(part)) for part in zip(*ways, strict=True)]
        settings = {"direction": "bidirectional", "hidden_size": _HIDDEN}
        states = graph.node("LSTM", [signal, *inputs], settings)
        beside = graph.node("Transpose", [states], {"perm": [0, 2, 1, 3]})
        signal = graph.node("Reshape", [beside, graph.whole(0, 0, 2 * _HIDDEN)])
    return graph.node("Transpose", [signal], {"perm": [1, 0, 2]})


def _direction(graph: Graph, name: str) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Input weights, recurrent weights and both biases of one direction, with ONNX's gates."""
    given, before = (_gates(graph.take(f"lstm.weight_{kind}{name}")) for kind in ("ih", "hh"))
    biases = [_gates(graph.take(f"lstm.bias_{kind}{name}")) for kind in ("ih", "hh")]
    return given, before, np.concatenate(biases)


def _gates(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """PyTorch has input, forget, cell, output; ONNX has input, output, forget, cell."""
    if values.shape[0] != 4 * _HIDDEN:
        raise ForeignPickle("an LSTM of another size")
    enter, forget, cell, out = np.split(values, 4)
    return np.concatenate([enter, out, forget, cell])


def _classes(graph: Graph, signal: str) -> str:
    for number in (0, 1):
        signal = _leaky(graph, _linear(graph, signal, f"linear.{number}"))
    return graph.node("LogSoftmax", [_linear(graph, signal, "classifier")], {"axis": -1})


def _linear(graph: Graph, signal: str, name: str) -> str:
    weight = graph.constant(graph.take(f"{name}.weight").T)
    product = graph.node("MatMul", [signal, weight])
    return graph.node("Add", [product, graph.weight(f"{name}.bias")])


def _leaky(graph: Graph, signal: str) -> str:
    return graph.node("LeakyRelu", [signal], {"alpha": _SLOPE})
