"""A real server with real weights, started as a user starts it."""

import threading
from collections.abc import Callable, Generator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from openai import OpenAI

from live_server import Server, serving

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server, None, None]:
    log = tmp_path_factory.mktemp("server") / "log"
    with serving(log=log, DRAGOMAN_IMAGE_HOSTS='["127.0.0.1"]') as server:
        yield server


@pytest.fixture(scope="session")
def base_url(server: Server) -> str:
    return server.base_url


@pytest.fixture(scope="session")
def client(base_url: str) -> Generator[OpenAI, None, None]:
    with OpenAI(base_url=base_url, api_key="anything", max_retries=0, timeout=300) as client:
        yield client


@pytest.fixture(scope="session")
def example() -> Callable[[str], ModuleType]:
    """An example by the beginning of its name."""

    def load(name: str) -> ModuleType:
        (path,) = EXAMPLES.glob(f"{name}_*.py")
        spec = spec_from_file_location(f"example_{name}", path)
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture(scope="session")
def picture_url() -> Generator[str, None, None]:
    """Where `examples/data` is served on loopback."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base has it so
            pass

    handler = partial(Quiet, directory=str(EXAMPLES / "data"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
