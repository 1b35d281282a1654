"""Operators of Kokoro's graph, replaced by equal ones in which ONNX Runtime is quick.

Nearly all of the work are convolutions of 8-bit numbers (`ConvInteger`). ONNX Runtime multiplies
two unsigned matrices there, of which it prepares the larger one anew in every call. Written as a
product of what the convolution sees, a row for each moment, with signed weights that are prepared
once, the same integers are found two to three times as fast on processors with VNNI. The weights'
values stay what they are: 128 is taken from each and from their zero point.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from onnx import GraphProto, NodeProto, helper, numpy_helper

MICROSOFT = "com.microsoft"
"""The operator domain that has the product of bytes."""


class Graph:
    """A model's graph in which nodes are being replaced."""

    def __init__(self, graph: GraphProto) -> None:
        self._graph = graph
        self._new: dict[str, Sequence[NodeProto]] = {}
        self.constants = {tensor.name: tensor for tensor in graph.initializer}
        self.makers = {name: node for node in graph.node for name in node.output}
        self._users: dict[str, list[NodeProto]] = {}
        for node in graph.node:
            for name in node.input:
                self._users.setdefault(name, []).append(node)

    def array(self, name: str) -> NDArray[Any]:
        """The values of the constant of that name."""
        return numpy_helper.to_array(self.constants[name])

    def keep(self, name: str, values: NDArray[Any]) -> str:
        """Add a constant and return its name."""
        if name not in self.constants:
            tensor = numpy_helper.from_array(values, name)
            self.constants[name] = tensor
        return name

    def only_user(self, node: NodeProto) -> NodeProto:
        """The one node that takes the one output of `node`."""
        (user,) = self._users[node.output[0]]
        return user

    def replace(self, node: NodeProto, others: Sequence[NodeProto]) -> None:
        """Put `others` in the place of `node`; nodes without a use are removed in the end."""
        self._new[node.name] = others

    def needed(self, outputs: Sequence[str], inputs: Collection[str]) -> list[NodeProto]:
        """The nodes that `outputs` need, from the graph's inputs and from `inputs` on."""
        remade = {name for others in self._new.values() for node in others for name in node.output}
        nodes: list[NodeProto] = []
        for node in self._graph.node:
            if node.name in self._new:
                nodes += self._new[node.name]
            elif remade.isdisjoint(node.output):
                nodes.append(node)
        names = set(outputs)
        needed: list[NodeProto] = []
        for node in reversed(nodes):
            if not names.isdisjoint(node.output) and set(inputs).isdisjoint(node.output):
                names.update(node.input)
                needed.append(node)
        needed.reverse()
        return needed

    def hand_over_constants(
        self, other: GraphProto, names: Collection[str], kept: Collection[str]
    ) -> None:
        """Give `other` the constants `names`; those `kept` alone stay: none is held twice."""
        for name in list(self.constants):
            if name not in names and name in kept:
                continue
            tensor = self.constants[name] if name in kept else self.constants.pop(name)
            if name in names:
                other.initializer.append(tensor)


@dataclass(frozen=True, slots=True)
class _Convolution:
    """A quantised convolution as the exporter writes it: integers, bias, cast, scale."""

    name: str
    weights: NDArray[np.uint8]
    """Shape (out, in, taps)."""
    zero: int
    dilation: int
    padding: tuple[int, int]
    scales: tuple[str, str]
    """Of the input and of the weights."""
    bias: str
    """Empty for none."""
    result: str
    """What the last of its nodes gives."""


def _attributes(node: NodeProto) -> dict[str, Any]:
    return {each.name: helper.get_attribute_value(each) for each in node.attribute}


def plain(node: NodeProto) -> bool:
    """Whether the convolution has a stride of 1 and is not one of the three small ones."""
    found = _attributes(node)
    return found["group"] == 1 and found["strides"] == [1]


def _understood(graph: Graph, node: NodeProto) -> _Convolution:
    found = _attributes(node)
    bias, last = "", graph.only_user(node)
    if last.op_type == "Add":
        bias = _divided(graph, next(name for name in last.input if name != node.output[0]))
        last = graph.only_user(last)
    cast_result = last.output[0]
    last = graph.only_user(last)
    (scale,) = (name for name in last.input if name != cast_result)
    factors = graph.makers[scale].input
    return _Convolution(
        name=node.name,
        weights=graph.array(node.input[1]),
        zero=int(graph.array(node.input[3])),
        dilation=found["dilations"][0],
        padding=(found["pads"][0], found["pads"][1]),
        scales=cast("tuple[str, str]", tuple(sorted(factors, key=graph.constants.__contains__))),
        bias=bias,
        result=last.output[0],
    )


def _divided(graph: Graph, name: str) -> str:
    """The constant that `name` was made from: divided by its scale, rounded and shaped."""
    while name not in graph.constants:
        name = graph.makers[name].input[0]
    return name


def product(graph: Graph, node: NodeProto) -> list[NodeProto]:
    """The nodes that do the work of the convolution and of those after it, up to its scale."""
    what = _understood(graph, node)
    maker = Maker(what.name)
    taps = what.weights.shape[2]
    seen = maker.node("Transpose", [node.input[0]], perm=[0, 2, 1])
    zero = node.input[2]
    if any(what.padding):
        before, after = what.padding
        pads = graph.keep(f"pads {before} {after}", np.array([0, before, 0, 0, after, 0]))
        seen = maker.node("Pad", [seen, pads, zero])
    if taps > 1:
        seen = _windows(graph, maker, seen, what)
    signed = (what.weights.astype(np.int16) - 128).astype(np.int8)
    rows = np.ascontiguousarray(signed.transpose(2, 1, 0).reshape(-1, signed.shape[0]))
    weights = graph.keep(f"{what.name} signed", rows)
    offset = graph.keep(f"zero {what.zero - 128}", np.array(what.zero - 128, np.int8))
    inputs = [seen, weights, *what.scales, zero, offset, what.bias]
    product = maker.node("MatMulIntegerToFloat", inputs, domain=MICROSOFT)
    maker.node("Transpose", [product], result=what.result, perm=[0, 2, 1])
    return maker.nodes


def _windows(graph: Graph, maker: "Maker", seen: str, what: _Convolution) -> str:
    """What each moment sees, from (1, length, in) to (1, length, taps × in)."""
    _, channels, taps = what.weights.shape
    reach = (taps - 1) * what.dilation
    length = maker.node("Shape", [seen], start=1, end=2)
    count = maker.node("Sub", [length, graph.keep(f"reach {reach}", np.array([reach]))])
    zero, one = (graph.keep(f"number {n}", np.array(n)) for n in (0, 1))
    moments = maker.node("Range", [zero, maker.node("Squeeze", [count]), one])
    column = maker.node("Unsqueeze", [moments, graph.keep("axis 1", np.array([1]))])
    steps = np.array([[tap * what.dilation for tap in range(taps)]])
    places = maker.node("Add", [column, graph.keep(f"steps {reach} {what.dilation}", steps)])
    windows = maker.node("Gather", [seen, places], axis=1)
    shape = graph.keep(f"rows of {taps * channels}", np.array([1, -1, taps * channels]))
    return maker.node("Reshape", [windows, shape])


def transform(graph: Graph, node: NodeProto) -> list[NodeProto]:
    """The short-time Fourier transform as a convolution, which runs on all cores."""
    signal, step, window = node.input[:3]
    values = graph.array(window).astype(np.float64)
    angles = 2 * np.pi * np.outer(np.arange(values.size // 2 + 1), np.arange(values.size))
    angles /= values.size
    waves = np.concatenate([np.cos(angles), -np.sin(angles)]) * values
    kernels = graph.keep("waves", waves[:, None].round(12).astype(np.float32))
    # The imaginary parts of the first and last frequency are 0. The graph takes the phase of a
    # negative number with a 0 for −π; the voices were trained with +π.
    hint = np.zeros(len(waves), np.float32)
    hint[[len(waves) // 2, -1]] = 1e-20
    maker = Maker(node.name)
    shape = graph.keep("one channel", np.array([1, 1, -1]))
    channel = maker.node("Reshape", [signal, shape])
    inputs = [channel, kernels, graph.keep("above 0", hint)]
    product = maker.node("Conv", inputs, strides=[int(graph.array(step))])
    shape = graph.keep("parts", np.array([1, 2, values.size // 2 + 1, -1]))
    parts = maker.node("Reshape", [product, shape])
    maker.node("Transpose", [parts], result=node.output[0], perm=[0, 3, 2, 1])
    return maker.nodes


def windowed(graph: Graph, node: NodeProto, name: str, first: str, last: str) -> list[NodeProto]:
    """`node`, and of its output under that name only the part from `first` to before `last`."""
    maker = Maker(node.name)
    whole = NodeProto()
    whole.CopyFrom(node)
    whole.output[:] = [f"{each} whole" if each == name else each for each in node.output]
    axis = graph.keep("last axis", np.array([2]))
    maker.node("Slice", [f"{name} whole", first, last, axis], result=name)
    return [whole, *maker.nodes]


class Maker:
    """Makes the nodes that stand in the place of another one."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.nodes: list[NodeProto] = []

    def node(
        self,
        kind: str,
        inputs: Sequence[str],
        result: str = "",
        domain: str = "",
        **settings: float | list[int],
    ) -> str:
        """Add one node and return the name of its output."""
        name = f"{self._name} {len(self.nodes)}"
        result = result or name
        node = helper.make_node(kind, inputs, [result], name, domain=domain)
        node.attribute.extend(helper.make_attribute(key, value) for key, value in settings.items())
        self.nodes.append(node)
        return result
