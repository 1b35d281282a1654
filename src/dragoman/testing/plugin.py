"""The pytest plug-in: the fixture `dragoman`, of fakes, or of weights where a test is marked."""

from collections.abc import Generator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from dragoman.testing.dragoman import Dragoman
    from dragoman.testing.weights import Weights

MARK = "dragoman_weights"


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line("markers", f"{MARK}: real weights answer, not scripted fakes")


@pytest.fixture(scope="session")
def dragoman_weights() -> "Generator[Weights, None, None]":
    """The machine's own models, loaded once for all tests that are marked `dragoman_weights`."""
    from dragoman.testing.weights import Weights  # noqa: PLC0415 - no test pays that uses it not

    with ExitStack() as stack:
        yield Weights(stack)


@pytest.fixture
def dragoman(request: pytest.FixtureRequest) -> "Generator[Dragoman, None, None]":
    """A client on fakes with a script, and what was requested; weights where the mark is.

    `dragoman.client` is the official client; `dragoman.base_url` opens a port for programs that
    make their own.
    """
    from dragoman.testing.dragoman import scripted  # noqa: PLC0415

    if request.node.get_closest_marker(MARK) is None:
        with scripted() as fakes:
            yield fakes
        return
    weights: Weights = request.getfixturevalue("dragoman_weights")
    if missing := weights.missing():
        pytest.skip(
            f"not on this machine: {', '.join(missing)}; `dragoman models pull` fetches them"
        )
    yield weights.fresh()


@pytest.fixture
def dragoman_env(dragoman: "Dragoman", monkeypatch: pytest.MonkeyPatch) -> "Dragoman":
    """`dragoman`, to which OPENAI_BASE_URL and OPENAI_API_KEY of this test lead."""
    monkeypatch.setenv("OPENAI_BASE_URL", dragoman.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "a test")
    return dragoman
