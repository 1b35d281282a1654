"""An upstream, a folder for what is recorded, and the official client."""

from collections.abc import Callable, Generator
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest
from openai import OpenAI

from scripted_upstream import Upstream, running


@pytest.fixture
def upstream() -> Generator[Upstream]:
    with running() as upstream:
        yield upstream


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "recordings"


@pytest.fixture
def client() -> Generator[Callable[[str], OpenAI]]:
    """Makes a client of a base URL; all are closed at the end."""
    with ExitStack() as stack:

        def connect(url: str) -> OpenAI:
            key = "sk-canary0123456789abcdef"
            return stack.enter_context(OpenAI(base_url=url, api_key=key, max_retries=0, timeout=20))

        yield connect


@pytest.fixture
def http() -> Generator[httpx2.Client]:
    """A client that adds nothing to what it is told to send."""
    with httpx2.Client(timeout=30) as client:
        yield client
