"""Real weights for tests: loaded once, with a record of requests that begins anew for each test."""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette

from dragoman.embedded.application import application
from dragoman.embedded.clients import client_on
from dragoman.embedded.host import Host
from dragoman.models.store import State
from dragoman.serving.machine import Machine
from dragoman.serving.sources import settings_of
from dragoman.testing.dragoman import Dragoman, Url
from dragoman.testing.record import Recorder, Requested

if TYPE_CHECKING:
    from openai import OpenAI


class Weights:
    """The application of this machine, made when the first test wants it; `stack` ends it."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._requests: list[Requested] = []
        self._shared: tuple[OpenAI, Url] | None = None
        apart = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dragoman-")))
        self._settings = settings_of({}).model_copy(
            update={
                "database": None,
                "completions": apart / "completions.sqlite3",
                "voices": apart / "voices",
            }
        )

    def missing(self) -> Sequence[str]:
        """The starter models that are not here."""
        machine = Machine.of(self._settings)
        return [
            model.id
            for model in machine.catalogue.starters()
            if machine.store.state(model) is not State.PRESENT
        ]

    def fresh(self) -> Dragoman:
        """The client, with nothing requested yet."""
        self._requests.clear()
        if self._shared is None:
            client = self._stack.enter_context(client_on(Host(self._app())))
            url = Url(self._app)
            self._stack.callback(url.close)
            self._shared = (client, url)
        client, url = self._shared
        return Dragoman(client, self._requests, None, url)

    def _app(self) -> Starlette:
        app = application(self._settings)
        app.add_middleware(Recorder, requests=self._requests)
        return app
