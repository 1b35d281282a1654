"""Traces, where the operator wants them: made only then, as their library need not be there."""

import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import Protocol

import anyio
import anyio.to_thread
from starlette.applications import Starlette
from starlette.types import Lifespan

from dragoman.api.observed import Tracing

FLUSH_S = 3.0
"""The seconds for the last spans to leave when the server stops."""
MODULES = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")
MISSING = (
    "traces: OpenTelemetry is not installed, which is needed to send them. Install the extra "
    "`traces`, in a checkout by `.venv/bin/pip install --require-hashes -r "
    "requirements-traces.txt`, or unset it."
)


class TracesWrong(Exception):
    """Traces are wanted and cannot be made; the message says what to do."""


class Spans(Tracing, Protocol):
    """Whoever makes traces and sends them."""

    def close(self) -> None:
        """Send what is left, and stop; blocks until that is done."""
        ...


def check(address: str | None) -> None:
    """See that traces can be sent, where `address` is that of a collector.

    Raises:
        TracesWrong: the library is missing.
    """
    if address is not None and not all(map(_is_there, MODULES)):
        raise TracesWrong(MISSING)


def traces(address: str | None) -> Spans | None:
    """Return whoever sends traces to the collector at `address`; None: nobody does.

    Raises:
        TracesWrong: the library is missing, or a variable of its own is wrong.
    """
    if address is None:
        return None
    check(address)
    from dragoman.serving.spans import RequestSpans  # noqa: PLC0415 - needs the extra `traces`

    return RequestSpans.sent_to(address)


def closing(spans: Spans, inner: Lifespan[Starlette] | None) -> Lifespan[Starlette]:
    """Return the lifespan `inner`, after which the last spans leave."""

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncGenerator[None, None]:
        try:
            if inner is None:
                yield
            else:
                async with inner(app):
                    yield
        finally:
            # A daemon: a collector that does not answer keeps no process from its end.
            thread = threading.Thread(target=spans.close, name="last spans", daemon=True)
            thread.start()
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(thread.join, FLUSH_S)

    return life


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # a package above it
        return False
