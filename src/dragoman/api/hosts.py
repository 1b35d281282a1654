"""Names that a server without keys answers to, so that no web page can reach it under another."""

from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from dragoman.api.errors import as_json
from dragoman.wire.errors import envelope


class Hosts:
    """ASGI middleware: refuses a foreign `Host`, and a browser's foreign `Origin`.

    A page on any site may have a name of its own resolve to 127.0.0.1 and then speak to whatever
    listens here; what it cannot do is change the `Host` that its browser sends. `names` are
    answered besides loopback's.
    """

    def __init__(self, app: ASGIApp, names: Iterable[str]) -> None:
        self._app = app
        self._names = {"localhost", *(name.lower() for name in names)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the class."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            origin = headers.get("origin")
            known = self._known(f"//{headers.get('host', '')}")
            if not known or (origin is not None and not self._known(origin)):
                message = (
                    "This server answers only under the names of its own machine. Set an API key, "
                    "or add the name to DRAGOMAN_ALLOWED_HOSTS."
                )
                await as_json(403, envelope(message, code="host_not_allowed"))(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _known(self, address: str) -> bool:
        try:
            name = (urlsplit(address).hostname or "").lower()
        except ValueError:
            return False
        return name in self._names or _is_loopback(name)


def _is_loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
