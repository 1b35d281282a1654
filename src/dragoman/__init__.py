"""Dragoman: OpenAI's Audio and Chat endpoints on one's own machine."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openai import AsyncOpenAI, OpenAI

    from dragoman.serving.settings import Settings

__version__ = "0.1.0"


def connect(*, settings: "Settings | None" = None, fakes: bool = False) -> "OpenAI":
    """An `openai.OpenAI` on the application itself: no server, no port, streams and cancels.

    Engines load on first use, and end with the client (`with`, `close()`, or Python's end). The
    package `openai` has to be installed beside Dragoman. `settings` are those of the environment
    and of `dragoman.toml` if none are given; `fakes` answers with fake models that know nothing.

    Raises:
        SettingsWrong: a setting is not right, or is none.
        StoreError: a catalogue is not right.
    """
    from dragoman.embedded import clients  # noqa: PLC0415 - `import dragoman` is to be quick

    return clients.connect(settings=settings, fakes=fakes)


def aconnect(*, settings: "Settings | None" = None, fakes: bool = False) -> "AsyncOpenAI":
    """`connect`, for asyncio: an `openai.AsyncOpenAI`."""
    from dragoman.embedded import clients  # noqa: PLC0415 - `import dragoman` is to be quick

    return clients.aconnect(settings=settings, fakes=fakes)
