"""Normalisations of Kokoro's graph, each a node instead of nine.

The exporter wrote down step by step what a style does to a channel: mean, difference, square, mean,
root, quotient, times a scale, plus a shift. Seven of those steps go through all of the sound;
ONNX Runtime's own node goes through it once, with the same result but for rounding.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from onnx import NodeProto

from dragoman.models.convert.kokoro.operators import Graph, Maker


@dataclass(frozen=True, slots=True)
class _Normalisation:
    """Names of what comes in, shapes (1, channels, length) and twice (1, channels, 1)."""

    seen: str
    scale: str
    shift: str
    epsilon: float


def normalised(graph: Graph, node: NodeProto) -> list[NodeProto] | None:
    """The nodes that replace `node` and those before it; None if it ends no normalisation."""
    what = _understood(graph, node)
    if what is None:
        return None
    made = Maker(node.name)
    flat = graph.keep("flat", np.array([-1]))
    scale, shift = (made.node("Reshape", [name, flat]) for name in (what.scale, what.shift))
    inputs = [what.seen, scale, shift]
    (result,) = node.output
    made.node("InstanceNormalization", inputs, result=result, epsilon=what.epsilon)
    return made.nodes


def _understood(graph: Graph, node: NodeProto) -> _Normalisation | None:
    if (shifted := _split(graph, node, "Add", "Mul")) is None:
        return None
    product, shift = shifted
    if (scaled := _split(graph, product, "Mul", "Div")) is None:
        return None
    quotient, scale = scaled
    difference, root = (graph.makers.get(name) for name in quotient.input)
    if difference is None or difference.op_type != "Sub" or root is None or root.op_type != "Sqrt":
        return None
    raised = graph.makers.get(root.input[0])
    known = [name for name in (raised.input if raised else ()) if name in graph.constants]
    if len(known) != 1 or not _of_one_style(graph, scale, shift):
        return None
    return _Normalisation(difference.input[0], scale, shift, float(graph.array(known[0])))


def _split(graph: Graph, node: NodeProto, kind: str, of: str) -> tuple[NodeProto, str] | None:
    """The node `of` another kind whose result one of `kind` takes, and what else it takes."""
    if node.op_type != kind:
        return None
    for name, other in (node.input, reversed(node.input)):
        maker = graph.makers.get(name)
        if maker is not None and maker.op_type == of:
            return maker, other
    return None


def _of_one_style(graph: Graph, scale: str, shift: str) -> bool:
    """Whether both are halves of the same, one of them plus 1: a number a channel, then.

    A normalisation over channels has them turned around.
    """
    raised = graph.makers.get(scale)
    if raised is None or raised.op_type != "Add":
        return False
    sources: Sequence[NodeProto | None] = [graph.makers.get(n) for n in (*raised.input, shift)]
    return sum(each is not None and each == sources[-1] for each in sources) == 2
