"""An ONNX graph under construction, from tensors that all have to find a place in it.

The same tensors give the same bytes on every machine: names are counted, versions are pinned.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from dragoman.models.convert.torch_pickle import ForeignPickle, Tensors

OPSET = 19
IR_VERSION = 9

Shape: TypeAlias = Sequence[int | str]
"""The shape of an input or output; names stand for sizes that may be any."""


class Graph:
    """A graph that grows: nodes and constants, in the order in which they were added."""

    def __init__(self, tensors: Tensors) -> None:
        self._tensors = dict(tensors)
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []

    def has(self, name: str) -> bool:
        """Whether the weights have that tensor and it has no place yet."""
        return name in self._tensors

    def take(self, name: str) -> NDArray[np.float32]:
        """Return a tensor of the weights, which can be taken once.

        Raises:
            ForeignPickle: there is none of that name.
        """
        try:
            return np.asarray(self._tensors.pop(name), np.float32)
        except KeyError as error:
            raise ForeignPickle(f"it has no tensor {error}") from error

    def constant(self, values: NDArray[Any]) -> str:
        """Add a constant of the type of `values` and return its name."""
        name = f"w{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def whole(self, *numbers: int) -> str:
        """Add a constant of 64-bit integers, shape (n,), for axes and sizes; return its name."""
        return self.constant(np.array(numbers, np.int64))

    def weight(self, name: str) -> str:
        """Add a tensor of the weights as a constant and return its name."""
        return self.constant(self.take(name))

    def node(
        self, operator: str, inputs: Sequence[str], attributes: Mapping[str, Any] | None = None
    ) -> str:
        """Add an operator with one output and return the output's name."""
        name = f"t{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [name], **(attributes or {})))
        return name

    def write(
        self,
        target: Path,
        name: str,
        graph_input: tuple[str, Shape],
        graph_output: tuple[str, str, Shape],
    ) -> None:
        """Write the graph, from `graph_input` to `graph_output`, both float32.

        Raises:
            ForeignPickle: there are tensors that have no place.
        """
        left = [each for each in self._tensors if not each.endswith("num_batches_tracked")]
        if left:
            raise ForeignPickle(f"{left[0]} has no place in {name}")
        signal, output, shape = graph_output
        self._nodes.append(helper.make_node("Identity", [signal], [output]))
        graph = helper.make_graph(
            self._nodes,
            name,
            [
                helper.make_tensor_value_info(
                    graph_input[0], TensorProto.FLOAT, list(graph_input[1])
                )
            ],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, list(shape))],
            self._constants,
        )
        opsets = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(
            graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="dragoman"
        )
        target.write_bytes(model.SerializeToString(deterministic=True))
