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
    """The methods that the request's path has, over all of its routes.

    Starlette names those of the first route alone. A path that is written out in some route is no
    name of something that is kept, though it looks like one: `/v1/responses/input_tokens`.
    """
    routes = [route for route in request.app.router.routes if isinstance(route, Route)]
    same = [route for route in routes if route.path == request.url.path]
    return [
        method
        for method in METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in same or routes
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
