"""A server elsewhere, and the engine that asks it."""

from collections.abc import Generator

import pytest

from dragoman.engines.remote_openai import RemoteOpenAI
from upstreams import PATIENCE_S, Upstream, loaded, running


@pytest.fixture
def upstream() -> Generator[Upstream]:
    with running() as upstream:
        yield upstream


@pytest.fixture
def engine(upstream: Upstream) -> Generator[RemoteOpenAI]:
    with loaded(base_url=upstream.url, model="far", timeout_s=PATIENCE_S) as engine:
        yield engine
