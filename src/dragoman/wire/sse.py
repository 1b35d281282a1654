"""Server-sent events as OpenAI writes them: `data:` lines only, and comments where none comes."""

from pydantic import BaseModel

DONE = b"data: [DONE]\n\n"
MEDIA_TYPE = "text/event-stream; charset=utf-8"
HEADERS = {"cache-control": "no-cache", "x-accel-buffering": "no"}
"""So that no cache or proxy on the way collects the pieces."""


def data(event: BaseModel) -> bytes:
    """One event; keys that were not set are left out."""
    return b"data: " + event.model_dump_json(exclude_unset=True).encode() + b"\n\n"


def comment(text: str) -> bytes:
    """A line that every reader of events passes over."""
    return b": " + text.encode("latin-1", "replace") + b"\n\n"
