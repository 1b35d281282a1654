"""`/livez`, `/readyz`, `/health`: for whoever keeps the server running; no key needed."""

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dragoman.api import routing
from dragoman.api.draining import Draining

Readiness = Callable[[], Mapping[str, str | None]]
"""The conditions for taking requests: name → None once it is met, until then the reason."""

Failures = Callable[[], Mapping[str, str]]
"""Engines that do not load, and why; the server is ready without those of rarer requests."""

PATHS = ("/livez", "/readyz", "/health")


def routes(readiness: Readiness, failures: Failures, draining: Draining) -> list[Route]:
    """Build the routes; all three are looked at for each request."""

    async def live(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def ready(_: Request) -> Response:
        if draining.begun:
            return JSONResponse({"status": "draining"}, 503)
        waiting = {name: reason for name, reason in sorted(readiness().items()) if reason}
        if waiting:
            content = {"status": "starting", "waiting_for": list(waiting), "reasons": waiting}
            return JSONResponse(content, 503)
        failing = failures()
        return JSONResponse({"status": "ok", **({"failing": dict(failing)} if failing else {})})

    return [
        routing.get_and_head("/livez", live),
        routing.get_and_head("/readyz", ready),
        routing.get_and_head("/health", ready),
    ]
