"""Kokoro's published graph in two halves: prosody and vocoder.

The prosody half, a twenty-fifth of the work, finds how a whole chunk is said; the vocoder half
makes the sound of any part of it. So a long sentence is said in one breath and is heard at once. Of
what is around a part the last stage of the vocoder, nearly all of the work, is given less than
those before. Both are written anew in operators that ONNX Runtime is quick at (`operators.py`,
`normalisations.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass

import onnx
from onnx import NodeProto, TensorProto, helper

from dragoman.models.convert.kokoro.normalisations import normalised
from dragoman.models.convert.kokoro.operators import (
    MICROSOFT,
    Graph,
    plain,
    product,
    transform,
    windowed,
)


@dataclass(frozen=True, slots=True)
class Tensors:
    """Names of tensors in a published graph; shapes are for n frames of sound.

    In the two halves these tensors are called as the fields are.
    """

    durations: str = "/encoder/Clip_output_0"
    """Frames of each symbol and of the silence at both ends, shape (symbols + 2,)."""
    features: str = "/encoder/MatMul_1_output_0"
    """The features of the sounds, shape (1, 512, n)."""
    pitch: str = "/encoder/Reshape_output_0"
    """The pitch in hertz, shape (1, 2n)."""
    loudness: str = "/encoder/Reshape_1_output_0"
    """The loudness in the network's own measure, shape (1, 2n)."""
    source: str = "/decoder/decoder/generator/m_source/l_tanh/Tanh_output_0"
    """The excitation of the vocal cords, shape (1, 600n, 1): its phase runs on from part to
    part."""
    decoded: str = "/decoder/decoder/decode.3/Div_4_output_0"
    """The input of the vocoder's last stage, beside `source`; shape (1, 512, 2n)."""

    @property
    def prosody(self) -> tuple[str, ...]:
        """The tensors that the prosody half gives, in this order."""
        return self.durations, *self.handed_over

    @property
    def handed_over(self) -> tuple[str, str, str, str]:
        """The tensors of the prosody half that the vocoder half takes."""
        return self.features, self.pitch, self.loudness, self.source


@dataclass(frozen=True, slots=True)
class Halves:
    """Two models, serialised."""

    prosody: bytes
    """The prosody half: from symbols, a style and a speed to `Tensors.prosody`."""
    vocoder: bytes
    """The vocoder half: from the tensors handed over, or a part of each, the style and a `WINDOW`
    to samples."""


PUBLISHED = Tensors()
WINDOW = ("first", "last")
"""The window of a vocoder part, in half frames counted from its start, shape (1,) each: sound is
made, and `source` is given, from the first to before the second; the rest is context."""


def split(published: bytes, tensors: Tensors = PUBLISHED, *, products: bool = True) -> Halves:
    """The two halves of the graph `published`.

    `products`: whether convolutions of the vocoder half are written as products, which not every
    processor adds up right. Those of the prosody half stay convolutions.

    Raises:
        ValueError: the graph has not all of the `tensors`.
    """
    model = onnx.load_model_from_string(published)
    graph = Graph(model.graph)
    for name in astuple(tensors):
        if name not in graph.makers:
            raise ValueError(f"The graph has no tensor '{name}'.")
    of_prosody = {node.name for node in graph.needed(tensors.prosody, ())}
    for node in model.graph.node:
        if node.op_type == "ConvInteger":
            if products and plain(node) and node.name not in of_prosody:
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
    vocoder = graph.needed([samples], tensors.handed_over)
    prosody = graph.needed(tensors.prosody, ())
    names = {name: field for field, name in asdict(tensors).items()}
    return Halves(
        _model(model, graph, prosody, tensors.prosody, names, shared=vocoder),
        _model(model, graph, vocoder, [samples], names),
    )


def _model(
    published: onnx.ModelProto,
    graph: Graph,
    nodes: Sequence[NodeProto],
    outputs: Sequence[str],
    names: Mapping[str, str],
    shared: Sequence[NodeProto] = (),
) -> bytes:
    """The `nodes` as a model of their own, its tensors called by new `names`.

    What is `shared` with other nodes is left to them, too.

    It is a copy: what is taken out of the published one stays in memory with the rest.
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
    _rename(whole.graph, names)
    return whole.SerializeToString(deterministic=True)


def _rename(graph: onnx.GraphProto, names: Mapping[str, str]) -> None:
    """Call the tensors of `graph` by their new `names`."""
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    for value in (*graph.input, *graph.output):
        value.name = names.get(value.name, value.name)
