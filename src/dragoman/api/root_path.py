"""The path under which a proxy has the server, `/dragoman` for example."""

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class RootPath:
    """ASGI middleware: takes `prefix` off the path of a request, if it begins with it.

    Some proxies pass it on and others take it off themselves, so a path without it is as good.
    Whatever is inside knows paths without it; only links to the server itself have it.
    """

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        """`prefix` begins with a slash and does not end with one."""
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the class."""
        if scope["type"] == "http":
            # Starlette's own word for where the application is: `base_url` is made with it.
            scope = {**scope, "app_root_path": self._prefix}
            if scope["path"] == self._prefix and scope["method"] in ("GET", "HEAD"):
                # A page's own links are beneath it, and would be beside it without the slash.
                query = scope["query_string"].decode("latin-1")
                place = f"{self._prefix}/?{query}" if query else f"{self._prefix}/"
                await RedirectResponse(place)(scope, receive, send)
                return
            path = self._without(scope["path"])
            if path != scope["path"]:
                scope["path"] = path
                scope["raw_path"] = scope["raw_path"].removeprefix(self._prefix.encode()) or b"/"
        await self._app(scope, receive, send)

    def _without(self, path: str) -> str:
        return path.removeprefix(self._prefix) if path.startswith(f"{self._prefix}/") else path


def root_path(scope: Scope) -> str:
    """Return the path that links to this server begin with; empty: it is at the root."""
    return scope.get("app_root_path", "")
