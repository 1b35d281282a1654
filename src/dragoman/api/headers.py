"""Headers that OpenAI puts on every response, and one line in the log for each that failed."""

import logging
import time
import uuid
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("dragoman.requests")

API_VERSION = "2020-10-01"
LONGEST_ID = 128


def fresh_request_id() -> str:
    """A request id that nobody else has."""
    return f"req_{uuid.uuid4().hex}"


class OpenAIHeaders:
    """Outermost ASGI middleware: names each request, and tells how long it took to begin to answer.

    A caller's own `x-request-id` is kept if it is printable ASCII of at most 128 characters. The id
    lies in `scope["state"]["request_id"]`. The log never holds what was asked or answered.
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
        request_id = self._request_id(scope)
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

    def _request_id(self, scope: Scope) -> str:
        given = Headers(scope=scope).get("x-request-id", "")
        kept = 0 < len(given) <= LONGEST_ID and given.isascii() and given.isprintable()
        return given if kept else self._fresh()


def _ms_since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)


def _route(scope: Scope) -> str:
    """The route's own path; an unknown path is the caller's text and stays out of the log."""
    return getattr(scope.get("route"), "path", "-")
