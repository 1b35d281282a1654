"""An engine in a process of its own, as it runs in production: what kills it fails one test."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from dragoman.domain.engine import EngineSpec, Event, Kind, Request
from dragoman.serving.process.child import child
from dragoman.serving.process.patience import Patience
from dragoman.serving.process.remote import Remote

LOAD_S = 120.0


@asynccontextmanager
async def in_worker(
    kind: Kind[Request, Event], spec: EngineSpec
) -> AsyncGenerator[Remote[Request, Event]]:
    """The loaded engine. What its process says is in the test's standard error."""
    async with child("engine-under-test", spec, Patience(load_s=LOAD_S)) as process:
        remote = Remote(kind, process.socket)
        try:
            yield remote
        finally:
            await remote.close()
