"""Fixtures for every room."""

import os
from collections.abc import Callable, Generator
from pathlib import Path

import hypothesis
import pytest

from dragoman.engines import kinds_by_engine
from dragoman.models.catalogue import load
from dragoman.models.store import Store
from dragoman.serving.settings import Settings

# The same examples at every run, however slow the machine, and no folder of them in the checkout.
hypothesis.settings.register_profile("dragoman", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("dragoman")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def no_file_of_settings() -> Generator[None, None, None]:
    """Keep the `dragoman.toml` of whoever runs the tests out of them, and of their servers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRAGOMAN_CONFIG", os.devnull)
        yield


@pytest.fixture(scope="session", autouse=True)
async def one_event_loop(anyio_backend: str) -> None:
    """Keep one loop for all tests: gRPC's poller outlives a loop and trips over its end."""


@pytest.fixture(scope="session")
def weights() -> Callable[[str], Path]:
    """Where the verified files of a model are: `weights("whisper-base") / "model.bin"`.

    Pulled into the model store (`DRAGOMAN_MODELS`) at the first use, and there from then on.
    """
    settings = Settings()
    store, catalogue = Store(settings.models), load(engines=kinds_by_engine())

    def directory(model_id: str) -> Path:
        model = catalogue.find(model_id)
        store.pull(model, offline=settings.offline)
        return store.directory(model)

    return directory
