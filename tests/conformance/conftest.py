"""The kit run against servers, and as it is typed."""

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest

from dragoman.cli.main import main
from dragoman.conformance.checks import CHECKS
from dragoman.conformance.report import Result
from dragoman.conformance.run import Plan, run
from live_server import serving
from raw_server import Raw, running


@pytest.fixture
def raw() -> Generator[Raw]:
    with running() as raw:
        yield raw


@pytest.fixture(scope="session")
def apart() -> Generator[ThreadPoolExecutor]:
    """A thread without the loop that all tests share: the kit starts its own."""
    with ThreadPoolExecutor(1) as thread:
        yield thread


@pytest.fixture(scope="session")
def typed(apart: ThreadPoolExecutor) -> Callable[[Sequence[str]], int]:
    """Runs `dragoman conformance WORDS` and returns its exit status."""
    return lambda words: apart.submit(main, ["conformance", *words]).result()


@pytest.fixture
def verdicts(apart: ThreadPoolExecutor) -> Callable[..., dict[str, Result]]:
    """Runs checks by their ids against a URL: id → result."""

    def look(url: str, *ids: str, check_s: float = 5.0, limit_s: float = 20.0, key: str = ""):
        checks = [check for check in CHECKS if check.id in ids]
        assert len(checks) == len(ids)
        plan = Plan(url, checks, "0.1.0", key=key or None, check_s=check_s, limit_s=limit_s)
        shown: list[Result] = []
        apart.submit(anyio.run, run, plan, shown.append).result()
        return {result.id: result for result in shown}

    return look


@pytest.fixture(scope="session")
def demo_url(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    with serving("--demo", log=tmp_path_factory.mktemp("demo") / "log") as server:
        yield server.base_url
