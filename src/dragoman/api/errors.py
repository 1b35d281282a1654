"""The one table that turns a failure into a status and OpenAI's error body."""

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dragoman.api.disconnect import HungUp
from dragoman.api.hints import hint
from dragoman.api.routing import allowed
from dragoman.domain.errors import (
    EngineDied,
    EngineFailed,
    EngineUnavailable,
    Forbidden,
    InUse,
    ModelNotFound,
    NotFound,
    Overloaded,
    RequestInvalid,
    ServiceError,
    ShuttingDown,
    StorageFailed,
    TooLarge,
)
from dragoman.wire.errors import INVALID_REQUEST, SERVER_ERROR, ErrorEnvelope, envelope

log = logging.getLogger(__name__)

RETRY_AFTER = {"retry-after": "1"}
"""Where the error itself does not say how long."""
LONGEST_PATH = 200
"""Characters of a path in a message."""


class Failure(NamedTuple):
    """The status, type, code and headers of a kind of failure."""

    status: int
    type: str
    code: str | None = None
    headers: Mapping[str, str] = {}


TABLE: Mapping[type[ServiceError], Failure] = {
    RequestInvalid: Failure(400, INVALID_REQUEST),
    TooLarge: Failure(413, SERVER_ERROR),
    NotFound: Failure(404, INVALID_REQUEST),
    ModelNotFound: Failure(404, INVALID_REQUEST, "model_not_found"),
    Forbidden: Failure(403, INVALID_REQUEST, "insufficient_permissions"),
    InUse: Failure(409, INVALID_REQUEST),
    Overloaded: Failure(429, "requests", "rate_limit_exceeded", RETRY_AFTER),
    EngineUnavailable: Failure(503, SERVER_ERROR, None, RETRY_AFTER),
    ShuttingDown: Failure(503, SERVER_ERROR, None, RETRY_AFTER),
    EngineFailed: Failure(500, SERVER_ERROR),
    EngineDied: Failure(500, SERVER_ERROR),
    StorageFailed: Failure(503, SERVER_ERROR, None, RETRY_AFTER),
    ServiceError: Failure(500, SERVER_ERROR),
}
"""The nearest class in the table decides; an error's own `code` goes first."""

CLIENT_CLOSED_REQUEST = 499
"""Nginx's number, for our own log: nobody is there to read it."""


def failure(error: ServiceError) -> Failure:
    """Look `error` up in the table."""
    return next(TABLE[kind] for kind in type(error).__mro__ if kind in TABLE)


def status_of(error: ServiceError | HungUp) -> int:
    """Return the status of a request that failed with `error`."""
    return CLIENT_CLOSED_REQUEST if isinstance(error, HungUp) else failure(error).status


def body(error: ServiceError) -> ErrorEnvelope:
    """The body of an error, whether of a response or of the last event of a stream."""
    row = failure(error)
    return envelope(error.message, row.type, error.param, error.code or row.code)


def as_json(
    status: int, content: ErrorEnvelope, headers: Mapping[str, str] | None = None
) -> Response:
    """An error response."""
    return JSONResponse(content.model_dump(), status, headers)


def response(error: ServiceError) -> Response:
    """A failed request's response."""
    row = failure(error)
    headers = row.headers
    if error.retry_s is not None:
        headers = {**headers, "retry-after": str(max(1, math.ceil(error.retry_s)))}
    return as_json(row.status, body(error), headers)


@dataclass(frozen=True, slots=True)
class Cause:
    """The reason of a failed request, for the log."""

    failure: str = ""
    """The kind of failure: the name of its class."""
    param: str | None = None
    code: str | None = None
    reason: str = ""
    """The reason in words, where they are the server's own: never what a caller wrote in a body."""


def note(scope: Scope, error: Exception) -> None:
    """Leave word of what failed for the line that `api.headers` logs."""
    failed = Cause(type(error).__name__)
    if isinstance(error, ServiceError):
        row = failure(error)
        reason = error.message if row.status >= 429 else ""  # below, the caller is at fault
        if isinstance(error, StorageFailed) and error.__cause__:
            reason = f"{reason} {error.__cause__}"
        failed = Cause(failed.failure, error.param, error.code or row.code, reason)
    scope.setdefault("state", {})["failure"] = failed


def note_refusal(scope: Scope, failure: str, content: ErrorEnvelope, reason: str = "") -> None:
    """The same for what is refused before any endpoint is reached."""
    refusal = Cause(failure, content.error.param, content.error.code, reason)
    scope.setdefault("state", {})["failure"] = refusal


def cause(scope: Scope) -> Cause | None:
    """The cause that `note` left for the request; None: it has not failed."""
    return scope.get("state", {}).get("failure")


def _on_service_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ServiceError)
    note(request.scope, error)
    return response(error)


def _on_http_exception(request: Request, error: Exception) -> Response:
    """No such path, or not with this method."""
    assert isinstance(error, HTTPException)
    method, path = request.method, request.url.path
    if error.status_code == 404:
        invalid = envelope(f"Invalid URL ({method} {path[:LONGEST_PATH]}){hint(request)}")
        return _refused(request, 404, "InvalidURL", invalid)
    if error.status_code == 405:
        methods = allowed(request)
        if method == "OPTIONS":
            return Response(status_code=204, headers={"allow": ", ".join(methods)})
        better = (
            f"(HINT: Perhaps you meant to make your HTTP request using {' or '.join(methods)}?)"
        )
        message = f"Not allowed to {method} on {path} {better}"
        content = envelope(message, code="method_not_supported")
        allow = {"allow": ", ".join(methods)}
        if request.headers.get("upgrade", "").lower() == "websocket":
            # By this status clients of OpenAI's WebSockets (Codex) know to use HTTP at once.
            return _refused(request, 426, "WebSocket", content, {**allow, "upgrade": "HTTP/1.1"})
        return _refused(request, 405, "MethodNotSupported", content, allow)
    content = envelope(error.detail)
    return _refused(request, error.status_code, "HTTPException", content, error.headers)


def _refused(
    request: Request,
    status: int,
    failure: str,
    content: ErrorEnvelope,
    headers: Mapping[str, str] | None = None,
) -> Response:
    note_refusal(request.scope, failure, content)
    return as_json(status, content, headers)


def _on_hang_up(request: Request, error: Exception) -> Response:
    assert isinstance(error, HungUp)
    note(request.scope, error)
    return Response(status_code=CLIENT_CLOSED_REQUEST)


def install(app: Starlette) -> None:
    """Answer every failure of `app` in OpenAI's shape."""
    app.add_exception_handler(ServiceError, _on_service_error)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(HungUp, _on_hang_up)
    app.add_middleware(LastResort)


class LastResort:
    """ASGI middleware: an unexpected exception is a 500, logged once; its text stays in the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the class."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:  # the outermost handler: one of two places that catch everything
            request_id = scope.get("state", {}).get("request_id", "")
            log.exception("unexpected failure request_id=%s", request_id)
            # Once the head is out, the honest answer is a body that breaks off.
            if not started:
                message = f"The server had an error while processing your request ({request_id})."
                await as_json(500, envelope(message, SERVER_ERROR))(scope, receive, send)
