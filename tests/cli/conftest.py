"""A demonstration that commands can ask."""

from collections.abc import Generator

import pytest

from live_server import serving


@pytest.fixture(scope="session")
def demo_url(tmp_path_factory: pytest.TempPathFactory) -> Generator[str, None, None]:
    with serving("--demo", log=tmp_path_factory.mktemp("demo") / "log") as server:
        yield server.base_url
