"""`GET /metrics`: what a Prometheus collects, for whoever runs the server."""

from collections.abc import Callable
from typing import TypeAlias

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dragoman.api import routing
from dragoman.api.keys import require_operator

PATH = "/metrics"
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""Prometheus' text format."""

Exposition: TypeAlias = Callable[[], bytes]
"""Everything that is measured, in that format."""


def routes(exposition: Exposition) -> list[Route]:
    """Build the route; `exposition` is called in a thread of its own for each request."""

    async def measured(_: Request) -> Response:
        require_operator()
        body = await anyio.to_thread.run_sync(exposition)
        return Response(body, headers={"content-type": MEDIA_TYPE})

    return [routing.get(PATH, measured)]
