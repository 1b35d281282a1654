"""Headers that OpenAI puts on every response, and one line in the log for each that failed."""

import logging
import time
import uuid
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("dragoman.requests")

API_VERSION = "2020-10-01"
ORGANIZATION = "dragoman"
LONGEST_ID = 128


def fresh_request_id() -> str:
    """A request id that nobody else has."""
    return f"req_{uuid.uuid4().hex}"


class OpenAIHeaders:
    """Outermost ASGI middleware: names each request, and tells how long it took to begin to answer.

    A caller's own `x-request-id` and `openai-organization` are kept if they are printable ASCII of
    at most 128 characters. The id lies in `scope["state"]["request_id"]`. The log never holds what
    was asked or answered.
    """

    def __init__(self, app: ASGIApp, request_id: Callable[[], str] = fresh_request_id) -> None:
        self._app = app
        self._fresh = request_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the class."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        given = Headers(scope=scope)
        request_id = _printable(given.get("x-request-id", "")) or self._fresh()
        organization = _printable(given.get("openai-organization", "")) or ORGANIZATION
        scope.setdefault("state", {})["request_id"] = request_id
        status = 0

        async def stamped(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = request_id
                headers["openai-processing-ms"] = str(_ms_since(began))
                headers["openai-version"] = API_VERSION
                headers["openai-organization"] = organization
            await send(message)

        await self._app(scope, receive, stamped)
        failure = scope["state"].get("failure")
        if failure or status >= 400:
            log.warning(
                "request failed request_id=%s method=%s path=%s status=%d failure=%s ms=%d",
                request_id,
                scope["method"],
                _route(scope),
                status,
                failure or "-",
                _ms_since(began),
            )


def _printable(given: str) -> str:
    """A caller's text if it may stand in a header of ours, else nothing."""
    return given if len(given) <= LONGEST_ID and given.isascii() and given.isprintable() else ""


def _ms_since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)


def _route(scope: Scope) -> str:
    """The route's own path; an unknown path is the caller's text and stays out of the log."""
    return getattr(scope.get("route"), "path", "-")
