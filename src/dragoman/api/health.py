"""`/livez`, `/readyz`, `/health`: for whoever keeps the server running; no key needed."""

from collections.abc import Callable, Mapping

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from dragoman.api.draining import Draining

Readiness = Callable[[], Mapping[str, str | None]]
"""What must be there before requests are welcome: name → None once it is, until then why not."""

Failures = Callable[[], Mapping[str, str]]
"""Engines that do not load, and why; the server is ready without those of rarer requests."""

PATHS = ("/livez", "/readyz", "/health")


def router(readiness: Readiness, failures: Failures, draining: Draining) -> APIRouter:
    """Build the routes; all three are looked at for each request."""
    routes = APIRouter()

    @routes.head("/livez", include_in_schema=False)
    @routes.get("/livez")
    async def live() -> Response:
        return JSONResponse({"status": "ok"})

    @routes.head("/readyz", include_in_schema=False)
    @routes.head("/health", include_in_schema=False)
    @routes.get("/readyz")
    @routes.get("/health")
    async def ready() -> Response:
        if draining.begun:
            return JSONResponse({"status": "draining"}, 503)
        waiting = {name: reason for name, reason in sorted(readiness().items()) if reason}
        if waiting:
            content = {"status": "starting", "waiting_for": list(waiting), "reasons": waiting}
            return JSONResponse(content, 503)
        failing = failures()
        return JSONResponse({"status": "ok", **({"failing": dict(failing)} if failing else {})})

    return routes
