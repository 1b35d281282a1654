"""Kokoro's graph in two halves, as it is run.

The first, a twenty-fifth of the work, finds the melody of a whole chunk; the second makes the sound
of any part of it. So a long sentence is said in one breath and is heard at once. Of what is around
a part the last stage of the second half, nearly all of the work, is given less than those before.
Both are written anew in a form that ONNX Runtime is quick at (`rewriting.py`, `normalising.py`).
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, helper, numpy_helper

from dragoman.domain.errors import EngineUnavailable
from dragoman.engines.kokoro_onnx.normalising import normalised
from dragoman.engines.kokoro_onnx.rewriting import (
    MICROSOFT,
    Graph,
    plain,
    product,
    transform,
    windowed,
)


@dataclass(frozen=True, slots=True)
class Tensors:
    """Names in a published graph; shapes for n frames of sound."""

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
    decoded: str = "/decoder/decoder/decode.3/Div_4_output_0"
    """In the second half: what its last stage, nearly all of the work, makes sound of, with
    `source`; shape (1, 512, 2n)."""

    @property
    def found(self) -> tuple[str, ...]:
        """Those that the first half gives."""
        return self.durations, *self.handed_over

    @property
    def handed_over(self) -> tuple[str, str, str, str]:
        """Those that the second half takes."""
        return self.features, self.pitch, self.loudness, self.source


@dataclass(frozen=True, slots=True)
class Halves:
    """Two models, serialised."""

    melody: bytes
    """Symbols, a style and a speed in; `Tensors.found` out."""
    sound: bytes
    """The tensors handed over, or a part of each, the style and a `WINDOW` in; samples out."""


PUBLISHED = Tensors()
WINDOW = ("first", "last")
"""Half frames, shape (1,) each, counted in the second half's part: what is made sound, of which
`source` is given, begins with one and ends before the other. The rest is only looked at."""


def prepared(published: bytes, tensors: Tensors = PUBLISHED, *, products: bool = True) -> Halves:
    """The graph's two halves.

    `products`: whether to write convolutions as products, which not every processor gets right.

    Raises:
        EngineUnavailable: the graph has not all of the `tensors`.
    """
    model = onnx.load_model_from_string(published)
    graph = Graph(model.graph)
    for name in astuple(tensors):
        if name not in graph.makers:
            raise EngineUnavailable(f"The graph has no tensor '{name}'.")
    for node in model.graph.node:
        if products and node.op_type == "ConvInteger" and plain(node):
            graph.replace(node, product(graph, node))
        elif node.op_type == "STFT":
            graph.replace(node, transform(graph, node))
        elif (nodes := normalised(graph, node)) is not None:
            graph.replace(node, nodes)
    for name in WINDOW:
        model.graph.input.append(helper.make_tensor_value_info(name, TensorProto.INT64, [1]))
    maker = graph.makers[tensors.decoded]
    graph.replace(maker, windowed(graph, maker, tensors.decoded, *WINDOW))
    (samples,) = (value.name for value in model.graph.output)
    sound = graph.needed([samples], tensors.handed_over)
    melody = graph.needed(tensors.found, ())
    return Halves(
        _model(model, graph, melody, tensors.found, shared=sound),
        _model(model, graph, sound, [samples]),
    )


def _model(
    published: onnx.ModelProto,
    graph: Graph,
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
