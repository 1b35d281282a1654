"""Kokoro's graph as it is run: the same sums in a form that ONNX Runtime is quick at.

Nearly all of the work are convolutions of 8-bit numbers (`ConvInteger`). ONNX Runtime multiplies
two unsigned matrices there, of which it prepares the larger one anew in every call. Written as a
product of what the convolution sees, a row for each moment, with signed weights that are prepared
once, the same integers are found two to three times as fast on processors with VNNI. The weights'
values stay what they are: 128 is taken from each and from their zero point.

It is run in two halves. The first, a twenty-fifth of the work, finds the melody of a whole chunk;
the second makes the sound of any part of it. So a long sentence is said in one breath and is heard
at once.
"""

from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass
from typing import Any, cast

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import GraphProto, NodeProto, TensorProto, helper, numpy_helper

from dragoman.domain.errors import EngineUnavailable

MICROSOFT = "com.microsoft"
"""Whose operators the product is among."""


@dataclass(frozen=True, slots=True)
class Tensors:
    """The names in a published graph of what its first half knows, shapes for n frames of sound."""

    durations: str = "/encoder/Clip_output_0"
    """Frames of each symbol and of the silence at both ends, shape (symbols + 2,)."""
    features: str = "/encoder/MatMul_1_output_0"
    """What is said, shape (1, 512, n)."""
    pitch: str = "/encoder/Reshape_output_0"
    """Hz, shape (1, 2n)."""
    loudness: str = "/encoder/Reshape_1_output_0"
    """Shape (1, 2n)."""
    source: str = "/decoder/decoder/generator/m_source/l_tanh/Tanh_output_0"
    """What the voice's cords do, shape (1, 600n, 1): its phase runs on from part to part."""

    @property
    def handed_over(self) -> tuple[str, str, str, str]:
        """Those that the second half takes."""
        return self.features, self.pitch, self.loudness, self.source


@dataclass(frozen=True, slots=True)
class Halves:
    """Two models, serialised."""

    melody: bytes
    """Symbols, a style and a speed in; `Tensors` out, in the order of the class."""
    sound: bytes
    """The tensors handed over, or as long a part of each, and the style in; samples out."""


PUBLISHED = Tensors()


def prepared(published: bytes, tensors: Tensors = PUBLISHED, *, products: bool = True) -> Halves:
    """The graph's two halves.

    `products`: whether to write convolutions as products, which not every processor gets right.

    Raises:
        EngineUnavailable: the graph has not all of the `tensors`.
    """
    model = onnx.load_model_from_string(published)
    graph = _Graph(model.graph)
    for name in astuple(tensors):
        if name not in graph.makers:
            raise EngineUnavailable(f"The graph has no tensor '{name}'.")
    for node in model.graph.node:
        if products and node.op_type == "ConvInteger" and _plain(node):
            graph.replace(node, _product(graph, node))
        elif node.op_type == "STFT":
            graph.replace(node, _transform(graph, node))
    (samples,) = (value.name for value in model.graph.output)
    sound = graph.needed([samples], tensors.handed_over)
    melody = graph.needed(astuple(tensors), ())
    return Halves(
        _model(model, graph, melody, astuple(tensors), shared=sound),
        _model(model, graph, sound, [samples]),
    )


def _model(
    published: onnx.ModelProto,
    graph: "_Graph",
    nodes: Sequence[NodeProto],
    outputs: Sequence[str],
    shared: Sequence[NodeProto] = (),
) -> bytes:
    """The `nodes` as a model of their own; what is `shared` with other nodes is left to them, too.

    Of its own: what is taken out of the published one stays in memory with the rest.
    """
    made = {name for node in nodes for name in node.output}
    taken = {name for node in nodes for name in node.input if name}
    own = {value.name: value for value in published.graph.input}
    inputs = [
        own.get(name) or helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
        for name in sorted(taken - made - graph.constants.keys())
    ]
    given = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
    named = helper.make_graph(nodes, published.graph.name, inputs, given)
    opsets = [opset for opset in published.opset_import if opset.domain != MICROSOFT]
    opsets.append(helper.make_opsetid(MICROSOFT, 1))
    whole = helper.make_model(named, opset_imports=opsets, ir_version=published.ir_version)
    kept = {name for node in shared for name in node.input}
    graph.hand_over_constants(whole.graph, taken, kept)
    return whole.SerializeToString()


def product_of_bytes() -> bytes:
    """A graph that multiplies `bytes`, shape (n, 64), unsigned, with a matrix of 127, signed."""
    weights = numpy_helper.from_array(np.full((64, 32), 127, np.int8), "weights")
    node = helper.make_node("MatMulInteger", ["bytes", "weights"], ["sums"])
    taken = helper.make_tensor_value_info("bytes", TensorProto.UINT8, ["n", 64])
    given = helper.make_tensor_value_info("sums", TensorProto.INT32, ["n", 32])
    graph = helper.make_graph([node], "product", [taken], [given], [weights])
    opset = [helper.make_opsetid("", 20)]
    return helper.make_model(graph, opset_imports=opset, ir_version=10).SerializeToString()


class _Graph:
    """A model's graph, while nodes of it are replaced."""

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
        """The constant of that name."""
        return numpy_helper.to_array(self.constants[name])

    def keep(self, name: str, values: NDArray[Any]) -> str:
        """A new constant's name."""
        if name not in self.constants:
            tensor = numpy_helper.from_array(values, name)
            self.constants[name] = tensor
        return name

    def only_user(self, node: NodeProto) -> NodeProto:
        """What takes the one output of `node`."""
        (user,) = self._users[node.output[0]]
        return user

    def replace(self, node: NodeProto, others: Sequence[NodeProto]) -> None:
        """Put `others` where `node` is; what nobody needs any more goes in the end."""
        self._new[node.name] = others

    def needed(self, outputs: Sequence[str], given: Collection[str]) -> list[NodeProto]:
        """The nodes that `outputs` need, where what is `given` needs none."""
        remade = {name for others in self._new.values() for node in others for name in node.output}
        nodes: list[NodeProto] = []
        for node in self._graph.node:
            if node.name in self._new:
                nodes += self._new[node.name]
            elif remade.isdisjoint(node.output):
                nodes.append(node)
        taken = set(outputs)
        needed: list[NodeProto] = []
        for node in reversed(nodes):
            if not taken.isdisjoint(node.output) and set(given).isdisjoint(node.output):
                taken.update(node.input)
                needed.append(node)
        needed.reverse()
        return needed

    def hand_over_constants(
        self, other: GraphProto, taken: Collection[str], kept: Collection[str]
    ) -> None:
        """Give `other` those `taken`; none but those `kept` stays, so that none is held twice."""
        for name in list(self.constants):
            if name not in taken and name in kept:
                continue
            tensor = self.constants[name] if name in kept else self.constants.pop(name)
            if name in taken:
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


def _plain(node: NodeProto) -> bool:
    """Whether it moves on step by step; three small ones do not."""
    found = _attributes(node)
    return found["group"] == 1 and found["strides"] == [1]


def _understood(graph: _Graph, node: NodeProto) -> _Convolution:
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


def _divided(graph: _Graph, name: str) -> str:
    """The constant that `name` was made from: divided by its scale, rounded and shaped."""
    while name not in graph.constants:
        name = graph.makers[name].input[0]
    return name


def _product(graph: _Graph, node: NodeProto) -> list[NodeProto]:
    """Nodes that do what the convolution and those after it did, as far as its scale."""
    what = _understood(graph, node)
    made = _Maker(what.name)
    taps = what.weights.shape[2]
    seen = made.node("Transpose", [node.input[0]], perm=[0, 2, 1])
    zero = node.input[2]
    if any(what.padding):
        before, after = what.padding
        pads = graph.keep(f"pads {before} {after}", np.array([0, before, 0, 0, after, 0]))
        seen = made.node("Pad", [seen, pads, zero])
    if taps > 1:
        seen = _windows(graph, made, seen, what)
    signed = (what.weights.astype(np.int16) - 128).astype(np.int8)
    rows = np.ascontiguousarray(signed.transpose(2, 1, 0).reshape(-1, signed.shape[0]))
    weights = graph.keep(f"{what.name} signed", rows)
    offset = graph.keep(f"zero {what.zero - 128}", np.array(what.zero - 128, np.int8))
    inputs = [seen, weights, *what.scales, zero, offset, what.bias]
    product = made.node("MatMulIntegerToFloat", inputs, domain=MICROSOFT)
    made.node("Transpose", [product], result=what.result, perm=[0, 2, 1])
    return made.nodes


def _windows(graph: _Graph, made: "_Maker", seen: str, what: _Convolution) -> str:
    """What each moment sees, from (1, length, in) to (1, length, taps × in)."""
    _, channels, taps = what.weights.shape
    reach = (taps - 1) * what.dilation
    length = made.node("Shape", [seen], start=1, end=2)
    count = made.node("Sub", [length, graph.keep(f"reach {reach}", np.array([reach]))])
    zero, one = (graph.keep(f"number {n}", np.array(n)) for n in (0, 1))
    moments = made.node("Range", [zero, made.node("Squeeze", [count]), one])
    column = made.node("Unsqueeze", [moments, graph.keep("axis 1", np.array([1]))])
    steps = np.array([[tap * what.dilation for tap in range(taps)]])
    places = made.node("Add", [column, graph.keep(f"steps {reach} {what.dilation}", steps)])
    windows = made.node("Gather", [seen, places], axis=1)
    shape = graph.keep(f"rows of {taps * channels}", np.array([1, -1, taps * channels]))
    return made.node("Reshape", [windows, shape])


def _transform(graph: _Graph, node: NodeProto) -> list[NodeProto]:
    """The short Fourier transform as a convolution, which runs on all cores."""
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
    made = _Maker(node.name)
    shape = graph.keep("one channel", np.array([1, 1, -1]))
    channel = made.node("Reshape", [signal, shape])
    inputs = [channel, kernels, graph.keep("above 0", hint)]
    found = made.node("Conv", inputs, strides=[int(graph.array(step))])
    shape = graph.keep("parts", np.array([1, 2, values.size // 2 + 1, -1]))
    parts = made.node("Reshape", [found, shape])
    made.node("Transpose", [parts], result=node.output[0], perm=[0, 3, 2, 1])
    return made.nodes


class _Maker:
    """Makes the nodes that stand where another one stood."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.nodes: list[NodeProto] = []

    def node(
        self,
        kind: str,
        inputs: Sequence[str],
        result: str = "",
        domain: str = "",
        **settings: int | list[int],
    ) -> str:
        """One more node; the name of what it gives."""
        name = f"{self._name} {len(self.nodes)}"
        result = result or name
        made = helper.make_node(kind, inputs, [result], name, domain=domain)
        made.attribute.extend(helper.make_attribute(key, value) for key, value in settings.items())
        self.nodes.append(made)
        return result
