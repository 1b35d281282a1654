"""Servers of this room: on loopback, for programs of this machine and no page of a browser."""

import signal
import socket
from ipaddress import ip_address
from types import FrameType
from typing import NoReturn
from urllib.parse import urlsplit

import uvicorn
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dragoman.wire.errors import INVALID_REQUEST, envelope

HOST = "127.0.0.1"
MOST_CONNECTIONS = 256
GRACE_S = 5
"""The seconds that answers under way have when the server is told to stop."""


class PortTaken(Exception):
    """Something else listens there; the message says what to do."""


class Loopback:
    """ASGI middleware: refuses what a page of the web makes a browser send.

    Whoever can reach the server spends the user's key; a page that a browser shows can, by a name
    that leads to 127.0.0.1 or by a form.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request of a program of this machine."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        for place in (f"//{headers.get('host', HOST)}", *([origin] if origin else [])):
            if not _is_local(place):
                refusal = problem(403, f"Requests come from this machine alone, not from {place}.")
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _is_local(url: str) -> bool:
    try:
        host = urlsplit(url).hostname
        return host == "localhost" or (host is not None and ip_address(host).is_loopback)
    except ValueError:
        return False


def problem(
    status: int,
    message: str,
    kind: str = INVALID_REQUEST,
    *,
    param: str | None = None,
    code: str | None = None,
) -> Response:
    """Build an error in OpenAI's envelope, which the official client does not try again."""
    return Response(
        envelope(message, kind, param, code).model_dump_json(),
        status,
        {"x-should-retry": "false"},
        "application/json",
    )


def listen(port: int) -> socket.socket:
    """Open the port of this machine that `serve` is to serve; 0: any free one.

    Raises:
        PortTaken: it cannot be had.
    """
    try:
        listener = socket.create_server((HOST, port), backlog=MOST_CONNECTIONS)
    except (OSError, OverflowError) as error:
        raise PortTaken(f"Cannot listen on port {port}: {error}. Try --port 0.") from error
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def server(app: ASGIApp) -> uvicorn.Server:
    """Build the server of an application, for programs of this machine alone."""
    return uvicorn.Server(
        uvicorn.Config(
            Loopback(app),
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=False,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_graceful_shutdown=GRACE_S,
        )
    )


def base_url(listener: socket.socket) -> str:
    """Give the URL that programs are pointed to."""
    return f"http://{HOST}:{listener.getsockname()[1]}/v1"


def serve(app: ASGIApp, listener: socket.socket) -> None:
    """Serve until a signal comes."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)  # uvicorn raises it again when it has stopped
    with listener:
        try:
            server(app).run(sockets=[listener])
        except KeyboardInterrupt:
            return


def _interrupt(_: int, __: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
