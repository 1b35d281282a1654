"""What the fixture `dragoman` gives to a test."""

import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette

from dragoman.api.draining import Draining
from dragoman.embedded.application import inside
from dragoman.engines.fake import FakeChat, FakeTranscriber
from dragoman.serving.demo import demo_app
from dragoman.serving.settings import Settings
from dragoman.testing.record import Recorder, Requested
from dragoman.testing.script import Script

if TYPE_CHECKING:
    from openai import OpenAI

STOP_S = 30.0
"""The seconds that requests have to end when the port is closed."""


@dataclass(slots=True)
class Dragoman:
    """A client, what it is answered, and what it requested."""

    client: "OpenAI"
    requests: list[Requested]
    script: Script | None
    """None: real weights answer."""
    _url: "Url" = field(repr=False)

    @property
    def base_url(self) -> str:
        """The address for a program's own client: a port of this machine, which is opened now."""
        return self._url.opened()

    def say(self, text: str) -> None:
        """Answer the next chat with `text`; what nobody scripts is answered by a fake."""
        self._scripted().say(text)

    def call(self, name: str, /, **arguments: object) -> None:
        """Answer the next chat with a call of the function `name`."""
        self._scripted().call(name, arguments)

    def hear(self, text: str) -> None:
        """Take the next recording for one that says `text`."""
        self._scripted().hear(text)

    def fail(self, status: int = 500, message: str = "It was scripted to fail.") -> None:
        """Answer the next chat with an error: 400, 429, 500 or 503."""
        self._scripted().fail(status, message)

    def _scripted(self) -> Script:
        if self.script is None:
            raise RuntimeError(
                "real weights have no script: this test is marked `dragoman_weights`"
            )
        return self.script


class Url:
    """A port that is opened when somebody wants it, over an application of its own."""

    def __init__(self, app: Callable[[], Starlette]) -> None:
        self._app = app
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._url = ""

    def opened(self) -> str:
        """Open the port, the first time."""
        if self._server is None:
            listener = socket.create_server(("127.0.0.1", 0))  # connections wait from here on
            config = uvicorn.Config(self._app(), log_config=None, lifespan="on", access_log=False)
            self._server = uvicorn.Server(config)
            self._thread = threading.Thread(
                target=self._server.run, args=([listener],), name="dragoman-url", daemon=True
            )
            self._thread.start()
            self._url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        return self._url

    def close(self) -> None:
        """Close it, if it is open."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(STOP_S)


def fake_app(script: Script, requests: list[Requested]) -> Starlette:
    """An application whose fakes answer what `script` says; it keeps what was requested.

    No `dragoman.toml` is read: a test has the same result for whoever runs it.
    """
    fakes = {
        "fake-chat": FakeChat(script.steps),
        "fake-transcriber": FakeTranscriber(script.transcript),
    }
    app = demo_app(inside(Settings()), Draining(), fakes)
    app.add_middleware(Recorder, requests=requests)
    return app


@contextmanager
def scripted() -> Generator[Dragoman, None, None]:
    """Fakes with a script of their own."""
    from dragoman.embedded.clients import client_on  # noqa: PLC0415 - it needs the package openai
    from dragoman.embedded.host import Host  # noqa: PLC0415

    script, requests = Script(), list[Requested]()
    url = Url(partial(fake_app, script, requests))
    with client_on(Host(fake_app(script, requests))) as client:
        try:
            yield Dragoman(client, requests, script, url)
        finally:
            url.close()
