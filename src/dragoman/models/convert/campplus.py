"""CAM++, from PyTorch weights to an ONNX graph: a speaker embedding of 192 numbers.

Source: https://github.com/modelscope/3D-Speaker (`speakerlab/models/campplus`), Apache-2.0;
https://arxiv.org/abs/2303.00332
"""

from pathlib import Path

import numpy as np

from dragoman.models.convert.graph import Graph
from dragoman.models.convert.torch_pickle import read_state_dict

BANDS = 80
EMBEDDING = 192
_BLOCKS = ((12, 1), (24, 2), (16, 2))
"""Layers and dilation of the three dense blocks."""
_SEGMENT = 100
"""Frames after the first layer, two seconds, over which the context of a layer is averaged."""
_EPSILON = 1e-5


def campplus(source: Path, target: Path, _variant: str) -> None:
    """Write the network of `source` (`.pt`) to `target` (`.onnx`).

    Input `features`: float32 [batch, frames, 80], log mel energies without their mean, at least
    three frames. Output `embedding`: float32 [batch, 192], of any length.

    Raises:
        ForeignPickle: `source` is not the weights of CAM++.
    """
    net = _Net(Graph(read_state_dict(source)))
    graph = net.graph
    signal = net.dense(net.blocks(net.head("features")))
    graph.write(
        target,
        "campplus",
        ("features", ("batch", "frames", BANDS)),
        (signal, "embedding", ("batch", EMBEDDING)),
    )


class _Net:
    """The parts of CAM++ as they are added to `graph`; every method takes and returns signals."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._time = graph.whole(2)
        self._one = graph.whole(1)

    def head(self, features: str) -> str:
        """Two-dimensional residual layers over bands and frames: [batch, 320, frames]."""
        graph = self.graph
        bands = graph.node("Transpose", [features], {"perm": [0, 2, 1]})
        picture = graph.node("Unsqueeze", [bands, self._one])
        signal = self._relu(self._norm(self._spread(picture, "head.conv1"), "head.bn1"))
        for layer in ("head.layer1", "head.layer2"):
            signal = self._residual(signal, f"{layer}.0", 2)
            signal = self._residual(signal, f"{layer}.1", 1)
        signal = self._relu(self._norm(self._spread(signal, "head.conv2", 2), "head.bn2"))
        return graph.node("Reshape", [signal, graph.whole(0, BANDS // 8 * 32, -1)])

    def blocks(self, signal: str) -> str:
        """Densely connected layers over frames: [batch, 512, half the frames]."""
        signal = self._along(signal, "xvector.tdnn.linear", stride=2)
        signal = self._relu(self._norm(signal, "xvector.tdnn.nonlinear.batchnorm"))
        for number, (layers, dilation) in enumerate(_BLOCKS, start=1):
            for layer in range(1, layers + 1):
                more = self._layer(signal, f"xvector.block{number}.tdnnd{layer}", dilation)
                signal = self.graph.node("Concat", [signal, more], {"axis": 1})
            transit = f"xvector.transit{number}"
            signal = self._relu(self._norm(signal, f"{transit}.nonlinear.batchnorm"))
            signal = self._along(signal, f"{transit}.linear")
        return self._relu(self._norm(signal, "xvector.out_nonlinear.batchnorm"))

    def dense(self, signal: str) -> str:
        """Mean and spread over all frames, and from them the embedding."""
        graph = self.graph
        mean = graph.node("ReduceMean", [signal, self._time])
        apart = graph.node("Sub", [signal, mean])
        squares = graph.node("ReduceSum", [graph.node("Mul", [apart, apart]), self._time])
        frames = graph.node("Shape", [signal], {"start": 2, "end": 3})
        counted = graph.node("Cast", [graph.node("Sub", [frames, self._one])], {"to": 1})
        spread = graph.node("Sqrt", [graph.node("Div", [squares, counted])])
        both = graph.node("Concat", [mean, spread], {"axis": 1})
        dense = self._along(both, "xvector.dense.linear")
        normed = self._norm(dense, "xvector.dense.nonlinear.batchnorm")
        return graph.node("Squeeze", [normed, self._time])

    def _residual(self, signal: str, name: str, stride: int) -> str:
        inner = self._spread(signal, f"{name}.conv1", stride)
        inner = self._relu(self._norm(inner, f"{name}.bn1"))
        inner = self._norm(self._spread(inner, f"{name}.conv2"), f"{name}.bn2")
        if self.graph.has(f"{name}.shortcut.0.weight"):
            beside = self._spread(signal, f"{name}.shortcut.0", stride)
            signal = self._norm(beside, f"{name}.shortcut.1")
        return self._relu(self.graph.node("Add", [inner, signal]))

    def _layer(self, signal: str, name: str, dilation: int) -> str:
        """A local convolution, masked by what goes on around it and in the whole recording."""
        graph = self.graph
        signal = self._relu(self._norm(signal, f"{name}.nonlinear1.batchnorm"))
        signal = self._along(signal, f"{name}.linear1")
        signal = self._relu(self._norm(signal, f"{name}.nonlinear2.batchnorm"))
        local = self._along(signal, f"{name}.cam_layer.linear_local", dilation=dilation)
        whole = graph.node("ReduceMean", [signal, self._time])
        context = graph.node("Add", [segments(graph, signal), whole])
        context = self._relu(self._along(context, f"{name}.cam_layer.linear1"))
        mask = graph.node("Sigmoid", [self._along(context, f"{name}.cam_layer.linear2")])
        return graph.node("Mul", [local, mask])

    def _spread(self, signal: str, name: str, stride: int = 1) -> str:
        """A convolution over bands (with a stride) and frames."""
        weight = self.graph.take(f"{name}.weight")
        side = weight.shape[-1]
        settings = {
            "kernel_shape": [side, side],
            "strides": [stride, 1],
            "pads": [side // 2] * 4,
        }
        return self.graph.node("Conv", [signal, self.graph.constant(weight)], settings)

    def _along(self, signal: str, name: str, *, stride: int = 1, dilation: int = 1) -> str:
        """A convolution over frames."""
        weight = self.graph.take(f"{name}.weight")
        inputs = [signal, self.graph.constant(weight)]
        if self.graph.has(f"{name}.bias"):
            inputs.append(self.graph.weight(f"{name}.bias"))
        width = weight.shape[-1]
        settings = {
            "kernel_shape": [width],
            "strides": [stride],
            "dilations": [dilation],
            "pads": [(width - 1) // 2 * dilation] * 2,
        }
        return self.graph.node("Conv", inputs, settings)

    def _norm(self, signal: str, name: str) -> str:
        graph = self.graph
        mean, variance = graph.take(f"{name}.running_mean"), graph.take(f"{name}.running_var")
        learned = graph.has(f"{name}.weight")
        gain = graph.take(f"{name}.weight") if learned else np.ones_like(mean)
        shift = graph.take(f"{name}.bias") if learned else np.zeros_like(mean)
        parts = [graph.constant(part) for part in (gain, shift, mean, variance)]
        return graph.node("BatchNormalization", [signal, *parts], {"epsilon": _EPSILON})

    def _relu(self, signal: str) -> str:
        return self.graph.node("Relu", [signal])


def segments(graph: Graph, signal: str) -> str:
    """The mean of every hundred frames, repeated for each of them; the last ones may be fewer."""
    settings = {"kernel_shape": [_SEGMENT], "strides": [_SEGMENT], "ceil_mode": 1}
    pooled = graph.node("AveragePool", [signal], settings)
    apart = graph.node("Unsqueeze", [pooled, graph.whole(3)])
    repeated = graph.node("Expand", [apart, graph.whole(1, 1, 1, _SEGMENT)])
    joined = graph.node("Reshape", [repeated, graph.whole(0, 0, -1)])
    frames = graph.node("Shape", [signal], {"start": 2, "end": 3})
    return graph.node("Slice", [joined, graph.whole(0), frames, graph.whole(2)])
