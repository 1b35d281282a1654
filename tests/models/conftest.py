"""Fixtures of the model store."""

from collections.abc import Generator
from pathlib import Path
from threading import Thread

import pytest

from dragoman.models.store import Store
from models.index import Index


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Generator[Index]:
    """A package index that is the only one pip knows, and a hub."""
    index = Index()
    thread = Thread(target=index.serve)
    thread.start()
    for name, value in {
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_INDEX_URL": f"{index.address}/simple",
        "PIP_RETRIES": "0",
        "PIP_RESUME_RETRIES": "0",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "PIP_NO_INDEX"):
        monkeypatch.delenv(name, raising=False)
    yield index
    index.close()
    thread.join()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "models")
