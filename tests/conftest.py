"""Fixtures for every room."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
async def one_event_loop(anyio_backend: str) -> None:
    """Keep one loop for all tests: gRPC's poller outlives a loop and trips over its end."""


@pytest.fixture(scope="session")
def weights() -> Callable[[str], Path]:
    """Where the verified files of a model are: `weights("whisper-base") / "model.bin"`."""

    def directory(model: str) -> Path:
        return Path(os.environ["DRAGOMAN_TEST_WEIGHTS"]) / model

    return directory
