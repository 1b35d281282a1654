"""The application of this machine, or of a demonstration, for programs that have it inside."""

from collections.abc import Mapping

from starlette.applications import Starlette

from dragoman.api.draining import Draining
from dragoman.serving.demo import demo_app
from dragoman.serving.machine import Machine
from dragoman.serving.settings import Settings


def inside(settings: Settings) -> Settings:
    """`settings` without what keeps others out: nobody but this program can ask.

    Nothing is sent to a collector of traces: those are the server's, and a program has its own.
    Engines load on first use, so that a program waits only for those that it needs.
    """
    without = {"api_keys": (), "key_file": None, "preload": False, "traces": None}
    return settings.model_copy(update=without)


def application(settings: Settings, *, fakes: bool = False) -> Starlette:
    """The same application that `dragoman serve` runs.

    Raises:
        StoreError: a catalogue is not right.
    """
    if fakes:
        return demo_app(inside(settings), Draining())
    return Machine.of(inside(settings)).app(_nobody, Draining())


def _nobody(engines: Mapping[str, str | None]) -> None:
    """Announce nothing: whoever needs an engine waits for it."""
