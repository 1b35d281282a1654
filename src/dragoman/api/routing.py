"""Routes that answer exactly the methods they name, and what the app's routes say of a path."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

METHODS = ("GET", "HEAD", "POST", "DELETE")
"""Every method that some route answers, in the order in which `Allow` lists them."""

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


def get(path: str, endpoint: Endpoint) -> Route:
    """A route of GET alone: Starlette would answer HEAD by doing the same work unseen."""
    route = Route(path, endpoint, methods=["GET"])
    route.methods = {"GET"}
    return route


def get_and_head(path: str, endpoint: Endpoint) -> Route:
    """A route of GET whose head alone may be asked for, as programs that watch a server do."""
    return Route(path, endpoint, methods=["GET", "HEAD"])


def post(path: str, endpoint: Endpoint) -> Route:
    """A route of POST."""
    return Route(path, endpoint, methods=["POST"])


def delete(path: str, endpoint: Endpoint) -> Route:
    """A route of DELETE."""
    return Route(path, endpoint, methods=["DELETE"])


def allowed(request: Request) -> list[str]:
    """The methods that any route answers on the request's path; Starlette names the first's."""
    return [
        method
        for method in METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.router.routes
        )
    ]


def is_served(request: Request, path: str) -> bool:
    """Whether some route of the app has this path."""
    scope = {**request.scope, "path": path, "raw_path": path.encode()}
    return any(route.matches(scope)[0] is not Match.NONE for route in request.app.router.routes)


def operations(routes: Iterable[Route]) -> set[tuple[str, str]]:
    """The methods and paths of the routes, as an OpenAPI document writes them, without HEAD."""
    return {
        (method.lower(), route.path.replace(":path", ""))
        for route in routes
        for method in (route.methods or ())
        if method != "HEAD"
    }
