"""`/livez`, `/readyz`, `/health`: for whoever keeps the server running; no key needed."""

from collections.abc import Callable, Mapping

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from dragoman.api.draining import Draining

Readiness = Callable[[], Mapping[str, bool]]
"""What must be there before requests are welcome: name → whether it is."""

PATHS = ("/livez", "/readyz", "/health")


def router(readiness: Readiness, draining: Draining) -> APIRouter:
    """Build the routes; `readiness` and `draining` are asked at each call."""
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
        waiting = sorted(name for name, there in readiness().items() if not there)
        if waiting:
            return JSONResponse({"status": "starting", "waiting_for": waiting}, 503)
        return JSONResponse({"status": "ok"})

    return routes
