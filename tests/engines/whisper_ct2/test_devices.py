"""No GPU is needed: what CTranslate2 would say of one is played."""

import logging
from collections.abc import Collection

import pytest

from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import EngineUnavailable
from dragoman.engines import whisper_ct2
from dragoman.engines.whisper_ct2.devices import Device, device

CPU = ("float32", "int8", "int8_float32")
GPU = ("bfloat16", "float16", "float32", "int8", "int8_float16")


class Machine:
    """Has so many GPUs."""

    def __init__(self, count: int, able: Collection[str] = GPU) -> None:
        self._count = count
        self._able = able

    def get_cuda_device_count(self) -> int:
        return self._count

    def get_supported_compute_types(self, device: str, device_index: int) -> Collection[str]:
        return CPU if device == "cpu" else self._able


def nothing() -> None:
    """No library is missing."""


def test_a_gpu_is_taken_where_everything_is_there():
    assert device(Machine(1), "auto", None, nothing) == Device("cuda", 0, "float16")
    assert device(Machine(2), "cuda:1", "int8_float16", nothing) == Device(
        "cuda", 1, "int8_float16"
    )
    assert device(Machine(1, ("float32",)), "cuda", None, nothing) == Device("cuda", 0, "float32")


def test_processors_are_taken_where_they_are_named():
    assert device(Machine(1), "cpu", None, nothing) == Device("cpu", 0, "int8")


@pytest.mark.parametrize(
    ("count", "missing", "why"), [(0, None, "sees no GPU"), (1, "libcublas.so.12", "libcublas")]
)
def test_without_a_gpu_auto_takes_processors_and_says_so_once(
    count: int, missing: str | None, why: str, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.INFO):
        assert device(Machine(count), "auto", None, lambda: missing) == Device("cpu", 0, "int8")
    (line,) = caplog.messages
    assert why in line


@pytest.mark.parametrize(
    ("count", "missing", "asked", "why"),
    [
        (0, None, "cuda", "nvidia-smi"),
        (1, None, "cuda:1", "there is 1 GPU, counted from 0"),
        (2, None, "cuda:2", "there are 2 GPUs"),
        (1, "libcublas.so.12", "cuda", "pip install 'nvidia-cublas-cu12"),
    ],
)
def test_a_gpu_that_is_named_and_not_there_is_an_error_that_says_what_is_missing(
    count: int, missing: str | None, asked: str, why: str
):
    with pytest.raises(EngineUnavailable) as caught:
        device(Machine(count), asked, None, lambda: missing)
    assert why in str(caught.value)
    assert asked in str(caught.value)


def test_numbers_that_a_device_cannot_do_are_refused_with_those_that_it_can():
    with pytest.raises(EngineUnavailable, match="float32, int8, int8_float32"):
        device(Machine(0), "cpu", "float16", nothing)


@pytest.mark.parametrize("name", ["gpu", "cuda:", "cuda:x", "CUDA", 0, True])
def test_a_device_that_nobody_knows_is_told_on_loading(name: object):
    with pytest.raises(EngineUnavailable, match="device is auto, cpu, cuda or cuda:1"):
        whisper_ct2.load(EngineSpec("whisper-ct2", "", options={"device": name}))
