"""Who a request comes from, as far as its key tells."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """The holder of a key, or whoever needs none."""

    name: str = ""
    """The name of the key, for the log, the metrics and the queue; empty: no key was needed."""
    owner: str = ""
    """Whose the things are that this caller keeps; empty: nobody's in particular."""
    sees_unowned: bool = True
    """Whether what nobody owns is this caller's to see: what was kept before there were owners."""
    operates: bool = True
    """Whether the caller may look into the server and load and unload its models."""


ANYBODY = Caller()
"""The caller of a server without keys."""

_CALLER: ContextVar[Caller] = ContextVar("caller", default=ANYBODY)


def caller() -> Caller:
    """Return the caller of the request that is being answered."""
    return _CALLER.get()


@contextmanager
def calling(holder: Caller) -> Generator[None]:
    """Answer a request of `holder` inside; tasks and threads that begin inside inherit it."""
    token = _CALLER.set(holder)
    try:
        yield
    finally:
        _CALLER.reset(token)
