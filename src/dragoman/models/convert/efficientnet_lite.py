"""EfficientNet-Lite, from PyTorch weights to an ONNX graph with the batch norms folded in.

The same input gives the same bytes on every machine: names are counted, versions are pinned, and
the folding is done in float64 and rounded once.

Source: https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite
"""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from dragoman.models.convert.torch_pickle import ForeignPickle, Tensors, read_state_dict

Variant: TypeAlias = Literal["lite0", "lite2"]

INPUT_SIDES: dict[Variant, int] = {"lite0": 224, "lite2": 260}
"""The side of the input in pixels, for each variant: what it was trained on."""
_DEPTHS: dict[Variant, float] = {"lite0": 1.0, "lite2": 1.2}
"""How many times as many blocks a stage has as in the smallest network."""
_STAGES = ((1, 3, 1), (2, 3, 2), (2, 5, 2), (3, 3, 2), (3, 5, 1), (4, 5, 2), (1, 3, 1))
"""Blocks, kernel and stride of the first block."""
_EPSILON = 1e-3
_OPSET = 17
_IR_VERSION = 9


def efficientnet_lite(source: Path, target: Path, variant: Variant) -> None:
    """Write the network of `source` (`.pth`) to `target` (`.onnx`).

    Input `image`: float32 [batch, 3, side, side], RGB, (value − 127) ÷ 128. Output `logits`:
    float32 [batch, 1000], ImageNet's classes in the usual order.

    Raises:
        ForeignPickle: `source` is not the weights of that variant.
    """
    try:
        model = _Builder(read_state_dict(source)).model(variant)
    except KeyError as error:
        raise ForeignPickle(f"not {variant}: it has no tensor {error}") from error
    target.write_bytes(model.SerializeToString(deterministic=True))


class _Builder:
    """Collects the graph; every tensor of the weights has to be used."""

    def __init__(self, tensors: Tensors) -> None:
        self._tensors = dict(tensors)
        self._nodes: list[NodeProto] = []
        self._weights: list[TensorProto] = []
        self._zero = self._constant(np.array(0.0))
        self._six = self._constant(np.array(6.0))

    def model(self, variant: Variant) -> ModelProto:
        image = self._convolution("image", "_conv_stem", "_bn0", stride=2)
        features = self._convolution(self._blocks(image, variant), "_conv_head", "_bn1")
        pooled = self._node("GlobalAveragePool", [features])
        flat = self._node("Flatten", [pooled])
        weight, bias = (self._constant(self._take(f"_fc.{part}")) for part in ("weight", "bias"))
        self._nodes.append(helper.make_node("Gemm", [flat, weight, bias], ["logits"], transB=1))
        left = [name for name in self._tensors if not name.endswith("num_batches_tracked")]
        if left:
            raise ForeignPickle(f"not {variant}: {left[0]} has no place in it")
        side = INPUT_SIDES[variant]
        graph = helper.make_graph(
            self._nodes,
            f"efficientnet-{variant}",
            [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 3, side, side])],
            [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 1000])],
            self._weights,
        )
        opsets = [helper.make_opsetid("", _OPSET)]
        return helper.make_model(
            graph, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="dragoman"
        )

    def _blocks(self, signal: str, variant: Variant) -> str:
        number = 0
        last = len(_STAGES) - 1
        for stage, (blocks, kernel, stride) in enumerate(_STAGES):
            repeats = blocks if stage in (0, last) else math.ceil(blocks * _DEPTHS[variant])
            for repeat in range(repeats):
                out = self._block(
                    signal, f"_blocks.{number}.", kernel, 1 if repeat else stride, expand=stage > 0
                )
                signal = self._node("Add", [out, signal]) if repeat else out
                number += 1
        return signal

    def _block(self, signal: str, prefix: str, kernel: int, stride: int, *, expand: bool) -> str:
        if expand:
            signal = self._convolution(signal, f"{prefix}_expand_conv", f"{prefix}_bn0")
        signal = self._convolution(
            signal, f"{prefix}_depthwise_conv", f"{prefix}_bn1", stride=stride, kernel=kernel
        )
        return self._convolution(
            signal, f"{prefix}_project_conv", f"{prefix}_bn2", activation=False
        )

    def _convolution(
        self,
        signal: str,
        name: str,
        norm: str,
        *,
        stride: int = 1,
        kernel: int | None = None,
        activation: bool = True,
    ) -> str:
        """A convolution with the batch norm after it folded in; `kernel` set: a depthwise one."""
        weight = self._take(f"{name}.weight").astype(np.float64)
        if kernel is not None and weight.shape[2:] != (kernel, kernel):
            raise ForeignPickle(f"{name} is not {kernel} × {kernel}")
        gain, shift, mean, variance = (
            self._take(f"{norm}.{part}").astype(np.float64)
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        scale = gain / np.sqrt(variance + _EPSILON)
        inputs = [
            signal,
            self._constant(weight * scale[:, None, None, None]),
            self._constant(shift - mean * scale),
        ]
        settings = {
            "strides": [stride, stride],
            "kernel_shape": list(weight.shape[2:]),
            "auto_pad": "SAME_UPPER",
            "group": 1 if kernel is None else weight.shape[0],
        }
        out = self._node("Conv", inputs, settings)
        return self._node("Clip", [out, self._zero, self._six]) if activation else out

    def _take(self, name: str) -> NDArray[Any]:
        return self._tensors.pop(name)

    def _constant(self, values: NDArray[Any]) -> str:
        name = f"w{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(np.asarray(values, np.float32), name))
        return name

    def _node(
        self, operator: str, inputs: list[str], attributes: Mapping[str, Any] | None = None
    ) -> str:
        name = f"t{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [name], **(attributes or {})))
        return name
