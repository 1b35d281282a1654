"""What is known of a model by its file."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dragoman.engines.llama_cpp import gguf


@pytest.mark.model
def test_other_weights_of_the_same_form_are_another_model(
    weights: Callable[[str], Path], tmp_path: Path
) -> None:
    (path,) = weights("smollm2-135m-instruct").glob("*.gguf")
    tuned = tmp_path / path.name
    shutil.copyfile(path, tuned)
    assert gguf.read(tuned).digest == gguf.read(path).digest
    data = bytearray(tuned.read_bytes())
    middle = slice(len(data) // 2, len(data) // 2 + len(data) // 8)
    data[middle] = bytes(len(data) // 8)
    tuned.write_bytes(data)
    assert gguf.read(tuned).digest != gguf.read(path).digest
