"""The halves that are run give what the published graph gives."""

from collections.abc import Callable
from dataclasses import astuple, fields, replace
from importlib import resources
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, load_model_from_string, numpy_helper

from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import EngineUnavailable
from dragoman.domain.speech import Sound, SpeechRequest, SpokenWord
from dragoman.engines.kokoro_onnx import load, network, voices
from dragoman.engines.kokoro_onnx.settings import settings
from dragoman.models.convert import kokoro
from dragoman.models.convert.kokoro.__main__ import main
from dragoman.models.convert.kokoro.split import PUBLISHED, WINDOW, Tensors, split
from outlets import Basket

Array = NDArray[Any]
TENSORS = Tensors(*(each.name for each in fields(Tensors)))
"""Names for the small graph below."""


def run(model: bytes, feeds: dict[str, Array]) -> list[Array]:
    session = cast("Any", onnxruntime).InferenceSession(model, providers=["CPUExecutionProvider"])
    return session.run(None, feeds)


def convolution(dilation: int, taps: int, *, with_bias: bool) -> bytes:
    """A quantised convolution in the exporter's words, and what Kokoro knows before it sounds."""
    rng = np.random.default_rng(7)
    reach = dilation * (taps - 1) // 2
    node = helper.make_node
    nodes = [
        *(node("Identity", ["x"], [name]) for name in TENSORS.prosody),
        node("Identity", ["features"], ["decoded"], "decoding"),
        node("DynamicQuantizeLinear", ["decoded"], ["q", "x scale", "x zero"]),
        node(
            "ConvInteger",
            ["q", "w", "x zero", "w zero"],
            ["sums"],
            "conv",
            kernel_shape=[taps],
            pads=[reach, reach],
            dilations=[dilation],
            strides=[1],
            group=1,
        ),
        node("Mul", ["x scale", "w scale"], ["scale"]),
    ]
    last = "sums"
    if with_bias:
        nodes += [
            node("Div", ["bias", "scale"], ["b1"]),
            node("Floor", ["b1"], ["b2"]),
            node("Cast", ["b2"], ["b3"], to=TensorProto.INT32),
            node("Reshape", ["b3", "shape"], ["b4"]),
            node("Add", ["sums", "b4"], ["biased"]),
        ]
        last = "biased"
    nodes += [
        node("Cast", [last], ["float"], to=TensorProto.FLOAT),
        node("Mul", ["float", "scale"], ["y"]),
    ]
    constants: dict[str, Array] = {
        # No more than 64 from the middle: no processor's sums of pairs are saturated.
        "w": rng.integers(64, 192, (16, 8, taps)).astype(np.uint8),
        "w zero": np.array(101, np.uint8),
        "w scale": np.array(0.02, np.float32),
        "bias": rng.normal(size=16).astype(np.float32),
        "shape": np.array([1, 16, 1]),
    }
    made = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 8, "n"])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(values, name) for name, values in constants.items()],
    )
    opset = [helper.make_opsetid("", 20)]
    return helper.make_model(made, opset_imports=opset, ir_version=10).SerializeToString()


def window(first: int, last: int) -> dict[str, Array]:
    return dict(zip(WINDOW, (np.array([first]), np.array([last])), strict=True))


@pytest.mark.parametrize("with_bias", [True, False])
@pytest.mark.parametrize(("dilation", "taps"), [(1, 1), (1, 3), (5, 11)])
def test_a_convolution_as_a_product_gives_the_same(dilation: int, taps: int, with_bias: bool):
    published = convolution(dilation, taps, with_bias=with_bias)
    halves = split(published, TENSORS)
    kinds = {node.op_type for node in load_model_from_string(halves.vocoder).graph.node}
    assert "ConvInteger" not in kinds
    assert "MatMulIntegerToFloat" in kinds
    x = np.random.default_rng(3).normal(size=(1, 8, 200)).astype(np.float32)
    (was,) = run(published, {"x": x})
    prosody = run(halves.prosody, {"x": x})
    assert [np.array_equal(each, x) for each in prosody] == [True] * 5
    (now,) = run(halves.vocoder, {"features": prosody[1], **window(0, 200)})
    step = 0.02 * (x.max() - x.min()) / 255  # the bias was rounded down to such steps
    assert np.abs(now - was).max() < 1.5 * step


def test_the_last_stage_is_given_a_part_of_what_the_others_see():
    halves = split(convolution(1, 1, with_bias=True), TENSORS)
    x = np.random.default_rng(3).normal(size=(1, 8, 200)).astype(np.float32)
    (part,) = run(halves.vocoder, {"features": x, **window(30, 90)})
    (alone,) = run(halves.vocoder, {"features": x[..., 30:90], **window(0, 60)})
    assert part.shape == (1, 16, 60)
    assert np.array_equal(part, alone)


def test_where_products_are_not_exact_convolutions_stay():
    published = convolution(1, 3, with_bias=True)
    kept = load_model_from_string(split(published, TENSORS, products=False).vocoder)
    assert "ConvInteger" in {node.op_type for node in kept.graph.node}


@pytest.mark.parametrize("missing", [each.name for each in fields(Tensors)])
def test_a_graph_that_cannot_be_halved_is_refused(missing: str):
    tensors = replace(TENSORS, **{missing: "/elsewhere"})
    with pytest.raises(ValueError, match="no tensor '/elsewhere'"):
        split(convolution(1, 3, with_bias=True), tensors)


@pytest.mark.model
def test_no_weight_is_in_both_halves(weights: Callable[[str], Path]):
    published = (weights("kokoro-82m") / "kokoro-v1.0.int8.onnx").read_bytes()
    halves = split(published)
    assert len(halves.prosody) + len(halves.vocoder) < 1.02 * len(published)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"devices": "cpu"}, "no option 'devices'"),
        ({"device": 3}, "device is auto"),
        ({"graph": "other.onnx"}, "no option 'graph' any more: .* dragoman.models.convert.kokoro"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any], message: str):
    with pytest.raises(EngineUnavailable, match=message):
        settings(EngineSpec("kokoro-onnx", "/nowhere", options=options))


@pytest.mark.model
def test_another_export_is_spoken_with(weights: Callable[[str], Path], tmp_path: Path):
    """Other file, other names of the symbols and of all tensors: our own, renamed."""
    directory = weights("kokoro-82m")
    model = load_model_from_string((directory / "kokoro-v1.0.int8.onnx").read_bytes())
    names = {"tokens": "input_ids"}
    names |= dict(zip(astuple(PUBLISHED), astuple(TENSORS), strict=True))
    for node in model.graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    model.graph.input[0].name = "input_ids"
    export = tmp_path / "model_quantized.onnx"
    export.write_bytes(model.SerializeToString())
    options = [f"--{field.name}={field.name}" for field in fields(Tensors)]
    main([str(export), str(tmp_path), *options])
    for file in directory.iterdir():
        if file.suffix != ".onnx":
            (tmp_path / file.name).symlink_to(file)
    basket = Basket()
    other = load(EngineSpec("kokoro-onnx", str(tmp_path)))
    other.run(SpeechRequest("Yes.", "alloy", "pcm", words=True), basket)
    assert [type(event) for event in basket.events[:2]] == [SpokenWord, Sound]


@pytest.mark.model
def test_kokoro_sounds_as_in_its_published_graph(weights: Callable[[str], Path]):
    directory = weights("kokoro-82m")
    published = (directory / "kokoro-v1.0.int8.onnx").read_bytes()
    tokens = np.array([[0, 50, 83, 54, 16, 53, 156, 102, 54, 4, 0]])
    style = voices.load(directory).find("alloy").style("en", 9)
    feeds: dict[str, Array] = {
        "tokens": tokens,
        "style": style.reshape(1, 256),
        "speed": np.ones(1, np.float32),
    }
    (was,) = run(published, feeds)
    vocoders = [network.VOCODER_OF_CONVOLUTIONS]
    if network.sums_are_exact():
        vocoders.append(network.VOCODER)
    durations, *rest = run((directory / network.PROSODY).read_bytes(), feeds)
    handed_over = dict(zip(network.HANDED_OVER, rest, strict=True))
    feeds = {**handed_over, **window(0, 2 * int(durations.sum())), "style": feeds["style"]}
    for vocoder in vocoders:
        (now,) = run((directory / vocoder).read_bytes(), feeds)
        assert now.size == was.size == durations.sum() * 600
        assert np.corrcoef(np.ravel(was), np.ravel(now))[0, 1] > 0.9


def test_the_room_of_weights_and_the_engine_agree_on_files_and_tensors():
    assert (kokoro.PROSODY, kokoro.VOCODER, kokoro.VOCODER_OF_CONVOLUTIONS) == (
        network.PROSODY,
        network.VOCODER,
        network.VOCODER_OF_CONVOLUTIONS,
    )
    assert TENSORS.handed_over == network.HANDED_OVER
    assert network.WINDOW == WINDOW


def test_an_engine_without_its_files_says_how_they_are_made(tmp_path: Path):
    with pytest.raises(EngineUnavailable, match="dragoman models pull kokoro-82m"):
        network.load(settings(EngineSpec("kokoro-onnx", str(tmp_path))))


def test_the_graph_that_tells_whether_sums_are_exact_is_this_one():
    weights = numpy_helper.from_array(np.full((64, 32), 127, np.int8), "weights")
    node = helper.make_node("MatMulInteger", ["bytes", "weights"], ["sums"])
    taken = helper.make_tensor_value_info("bytes", TensorProto.UINT8, ["n", 64])
    given = helper.make_tensor_value_info("sums", TensorProto.INT32, ["n", 32])
    graph = helper.make_graph([node], "product", [taken], [given], [weights])
    opset = [helper.make_opsetid("", 20)]
    file = resources.files("dragoman.engines.kokoro_onnx") / "product_of_bytes.onnx"
    made = helper.make_model(graph, opset_imports=opset, ir_version=10)
    assert load_model_from_string(file.read_bytes()) == made
