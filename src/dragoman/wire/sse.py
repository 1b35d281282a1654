"""Server-sent events as OpenAI writes them: `data:` lines, for responses after their names.

Comments stand where none comes.
"""

from typing import Protocol

from pydantic import BaseModel

DONE = b"data: [DONE]\n\n"
MEDIA_TYPE = "text/event-stream; charset=utf-8"
HEADERS = {"cache-control": "no-cache", "x-accel-buffering": "no"}
"""The headers by which no cache or proxy on the way collects the pieces."""


def data(event: BaseModel) -> bytes:
    """Write one event; keys that were not set are left out."""
    return b"data: " + event.model_dump_json(exclude_unset=True).encode() + b"\n\n"


class Named(Protocol):
    """An event that has a name."""

    type: str

    def model_dump_json(self) -> str:
        """The event as JSON."""
        ...


def named(event: Named) -> bytes:
    """Write one event, with its name before it."""
    return f"event: {event.type}\ndata: {event.model_dump_json()}\n\n".encode()


def comment(text: str) -> bytes:
    """Write a line that every reader of events passes over."""
    return b": " + text.encode("latin-1", "replace") + b"\n\n"
