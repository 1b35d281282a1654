"""No GPU is needed: what ONNX Runtime would say of one is played."""

import logging
from collections.abc import Collection

import pytest

from dragoman.domain.engine import EngineSpec
from dragoman.domain.errors import EngineUnavailable
from dragoman.engines import kokoro_onnx
from dragoman.engines.kokoro_onnx.providers import CPU, CUDA, check, providers


class Runtime:
    """Built for these providers; a session of it has these."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def get_available_providers(self) -> Collection[str]:
        return self._names

    def get_providers(self) -> Collection[str]:
        return self._names


def test_a_gpu_is_taken_where_the_library_is_built_for_it():
    both = Runtime(CUDA, CPU)
    assert providers(both, "auto") == ((CUDA, {"device_id": 0}), CPU)
    assert providers(both, "cuda:1") == ((CUDA, {"device_id": 1}), CPU)
    assert providers(both, "cpu") == (CPU,)
    check(both, "cuda", providers(both, "cuda"))


def test_auto_takes_processors_and_says_so_once(caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.INFO):
        given = providers(Runtime(CPU), "auto")
        check(Runtime(CPU), "auto", given)
    assert given == (CPU,)
    assert len(caplog.messages) == 1


def test_a_gpu_that_the_library_is_not_built_for_is_an_error():
    with pytest.raises(EngineUnavailable, match="onnxruntime-gpu"):
        providers(Runtime(CPU), "cuda")


def test_a_session_that_went_to_processors_silently_is_an_error(caplog: pytest.LogCaptureFixture):
    given = providers(Runtime(CUDA, CPU), "cuda")
    with pytest.raises(EngineUnavailable, match="nvidia-smi"):
        check(Runtime(CPU), "cuda", given)
    with caplog.at_level(logging.INFO):
        check(Runtime(CPU), "auto", given)
    assert len(caplog.messages) == 1


@pytest.mark.parametrize("name", ["gpu", "cuda:", 0])
def test_a_device_that_nobody_knows_is_told_on_loading(name: object):
    with pytest.raises(EngineUnavailable, match="device is auto, cpu, cuda or cuda:1"):
        kokoro_onnx.load(EngineSpec("kokoro-onnx", "", options={"device": name}))
