from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from dragoman.models.convert.efficientnet_lite import efficientnet_lite
from dragoman.models.convert.torch_pickle import ForeignPickle
from torch_files import Tensor, state_dict_file

# Blocks, kernel, expansion, channels out of EfficientNet-Lite0.
STAGES = [
    (1, 3, 1, 16),
    (2, 3, 6, 24),
    (2, 5, 6, 40),
    (3, 3, 6, 80),
    (3, 5, 6, 112),
    (4, 5, 6, 192),
    (1, 3, 6, 320),
]


def tensors(chance: np.random.Generator) -> Iterator[Tensor]:
    """The weights of a Lite0 that has learned nothing."""

    def values(*shape: int) -> NDArray[np.float32]:
        return chance.standard_normal(shape, np.float32) * np.float32(0.05)

    def norm(name: str, channels: int) -> Iterator[Tensor]:
        yield Tensor(f"{name}.weight", 1 + values(channels))
        yield Tensor(f"{name}.bias", values(channels))
        yield Tensor(f"{name}.running_mean", values(channels))
        yield Tensor(f"{name}.running_var", 1 + np.abs(values(channels)))
        yield Tensor(f"{name}.num_batches_tracked", np.array(1, np.int64))

    yield Tensor("_conv_stem.weight", values(32, 3, 3, 3))
    yield from norm("_bn0", 32)
    channels, number = 32, 0
    for blocks, kernel, expansion, out in STAGES:
        for _ in range(blocks):
            block, inner = f"_blocks.{number}.", channels * expansion
            if expansion > 1:
                yield Tensor(f"{block}_expand_conv.weight", values(inner, channels, 1, 1))
                yield from norm(f"{block}_bn0", inner)
            yield Tensor(f"{block}_depthwise_conv.weight", values(inner, 1, kernel, kernel))
            yield from norm(f"{block}_bn1", inner)
            yield Tensor(f"{block}_project_conv.weight", values(out, inner, 1, 1))
            yield from norm(f"{block}_bn2", out)
            channels, number = out, number + 1
    yield Tensor("_conv_head.weight", values(1280, 320, 1, 1))
    yield from norm("_bn1", 1280)
    yield Tensor("_fc.weight", values(1000, 1280))
    yield Tensor("_fc.bias", values(1000))


@pytest.fixture(scope="module")
def weights_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "lite0.pth"
    path.write_bytes(state_dict_file(list(tensors(np.random.default_rng(0)))))
    return path


def run(model: Path, image: NDArray[np.float32]) -> NDArray[np.float32]:
    runtime = cast("Any", onnxruntime)  # it has no annotations
    session = runtime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return session.run(None, {"image": image})[0]


def test_the_graph_runs_and_is_the_same_to_the_byte_every_time(
    weights_file: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "a.onnx", tmp_path / "b.onnx"
    efficientnet_lite(weights_file, first, "lite0")
    efficientnet_lite(weights_file, second, "lite0")
    assert first.read_bytes() == second.read_bytes()
    image = np.random.default_rng(1).standard_normal((2, 3, 224, 224), np.float32)
    both = run(first, image)
    assert both.shape == (2, 1000)
    np.testing.assert_allclose(both[:1], run(first, image[:1]), rtol=1e-3, atol=1e-4)
    assert not np.allclose(both[0], both[1])


def test_the_first_layer_is_the_convolution_with_its_norm(
    weights_file: Path, tmp_path: Path
) -> None:
    from onnx import ModelProto, numpy_helper

    target = tmp_path / "a.onnx"
    efficientnet_lite(weights_file, target, "lite0")
    graph = ModelProto.FromString(target.read_bytes()).graph
    stem = graph.node[0]
    constants = {weight.name: numpy_helper.to_array(weight) for weight in graph.initializer}
    given = {tensor.name: tensor.values for tensor in tensors(np.random.default_rng(0))}
    patch = np.random.default_rng(2).standard_normal((3, 3, 3))
    plain = np.einsum("oihw,ihw->o", given["_conv_stem.weight"].astype(float), patch)
    spread = np.sqrt(given["_bn0.running_var"] + 1e-3)
    wanted = (plain - given["_bn0.running_mean"]) / spread
    wanted = wanted * given["_bn0.weight"] + given["_bn0.bias"]
    folded, bias = constants[stem.input[1]], constants[stem.input[2]]
    np.testing.assert_allclose(np.einsum("oihw,ihw->o", folded, patch) + bias, wanted, rtol=1e-4)


def test_weights_of_another_network_are_refused(weights_file: Path, tmp_path: Path) -> None:
    with pytest.raises(ForeignPickle, match="is not 3 × 3"):
        efficientnet_lite(weights_file, tmp_path / "a.onnx", "lite2")
    extra = [*tensors(np.random.default_rng(0)), Tensor("_more.weight", np.zeros(3, np.float32))]
    source = tmp_path / "more.pth"
    source.write_bytes(state_dict_file(extra))
    with pytest.raises(ForeignPickle, match=r"_more\.weight has no place"):
        efficientnet_lite(source, tmp_path / "a.onnx", "lite0")
    assert not (tmp_path / "a.onnx").exists()
