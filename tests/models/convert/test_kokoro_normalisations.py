"""A normalisation in the exporter's words becomes one node that gives the same."""

from typing import Any, cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, load_model_from_string, numpy_helper

from dragoman.models.convert.kokoro.normalisations import normalised
from dragoman.models.convert.kokoro.operators import Graph

Array = NDArray[Any]
CHANNELS = 6


def exported(*, turned: bool = False) -> ModelProto:
    """What a style of shape (1, 12, 1) makes of `x`; `turned`: of channels that come last."""
    node = helper.make_node
    scale, shift = ("scale turned", "half turned") if turned else ("scale", "half")
    nodes = [
        node("Split", ["style"], ["more", "half"], "split", axis=1, num_outputs=2),
        node("Add", ["more", "one"], ["scale"], "raised"),
        node("Transpose", ["scale"], ["scale turned"], "scale", perm=[0, 2, 1]),
        node("Transpose", ["half"], ["half turned"], "half", perm=[0, 2, 1]),
        node("ReduceMean", ["x", "axes"], ["mean"], "mean"),
        node("Sub", ["x", "mean"], ["difference"], "difference"),
        node("Mul", ["difference", "difference"], ["square"], "square"),
        node("ReduceMean", ["square", "axes"], ["variance"], "variance"),
        node("Add", ["variance", "epsilon"], ["above"], "above"),
        node("Sqrt", ["above"], ["root"], "root"),
        node("Div", ["difference", "root"], ["quotient"], "quotient"),
        node("Mul", [scale, "quotient"], ["scaled"], "scaled"),
        node("Add", ["scaled", shift], ["y"], "shifted"),
    ]
    constants: dict[str, Array] = {
        "one": np.array(1, np.float32),
        "axes": np.array([-1]),
        "epsilon": np.array(1e-5, np.float32),
    }
    shape = [1, "n", CHANNELS] if turned else [1, CHANNELS, "n"]
    made = helper.make_graph(
        nodes,
        "g",
        [
            helper.make_tensor_value_info("x", TensorProto.FLOAT, shape),
            helper.make_tensor_value_info("style", TensorProto.FLOAT, [1, 2 * CHANNELS, 1]),
        ],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(values, name) for name, values in constants.items()],
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def rewritten(model: ModelProto) -> tuple[bytes, list[NodeProto]]:
    graph, new = Graph(model.graph), list[NodeProto]()
    for node in model.graph.node:
        nodes = normalised(graph, node)
        if nodes is not None:
            graph.replace(node, nodes)
            new += nodes
    nodes = graph.needed(["y"], ())
    taken = {name for node in nodes for name in node.input}
    made = helper.make_graph(nodes, "g", model.graph.input, model.graph.output)
    graph.hand_over_constants(made, taken, ())
    whole = helper.make_model(made, opset_imports=model.opset_import, ir_version=10)
    return whole.SerializeToString(), new


def run(model: bytes, feeds: dict[str, Array]) -> Array:
    session = cast("Any", onnxruntime).InferenceSession(model, providers=["CPUExecutionProvider"])
    return session.run(None, feeds)[0]


def test_a_normalisation_is_one_node_and_gives_the_same():
    model = exported()
    now, new = rewritten(model)
    assert [each.op_type for each in new] == ["Reshape", "Reshape", "InstanceNormalization"]
    assert "ReduceMean" not in {each.op_type for each in load_model_from_string(now).graph.node}
    rng = np.random.default_rng(1)
    feeds: dict[str, Array] = {
        "x": (5 + 3 * rng.normal(size=(1, CHANNELS, 400))).astype(np.float32),
        "style": rng.normal(size=(1, 2 * CHANNELS, 1)).astype(np.float32),
    }
    was = run(model.SerializeToString(), feeds)
    assert np.allclose(run(now, feeds), was, atol=1e-5)


def test_a_normalisation_over_channels_is_left_alone():
    assert rewritten(exported(turned=True))[1] == []


def test_one_whose_epsilon_is_not_a_constant_is_left_alone():
    model = exported()
    (epsilon,) = (each for each in model.graph.initializer if each.name == "epsilon")
    model.graph.initializer.remove(epsilon)
    model.graph.node.insert(0, helper.make_node("Constant", [], ["epsilon"], "e", value=epsilon))
    assert rewritten(model)[1] == []
