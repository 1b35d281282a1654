"""The server itself: a socket, uvicorn, and the last line, which says how to reach it."""

import asyncio
import errno
import functools
import logging
import math
import os
import signal
import socket
import sys
from types import FrameType
from typing import NoReturn, cast

import uvicorn
from starlette.applications import Starlette
from typing_extensions import override

from dragoman.api.draining import Draining
from dragoman.serving.front_door import Limits, connections_possible, protocol
from dragoman.serving.log_lines import JsonLines
from dragoman.serving.log_throttle import Throttle
from dragoman.serving.ready import command
from dragoman.serving.settings import Settings

log = logging.getLogger("dragoman.server")

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"

MARGIN_S = 5
"""Seconds after the grace in which engines stop and last words leave, before uvicorn cuts them
off."""

_TRIED = 50
"""Ports after a busy one that are tried for the advice."""


def end_in_order() -> None:
    """Leave without an error where the process is told to stop, before the server runs or after.

    While it runs the signals are uvicorn's, which raises them again when it has stopped.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _well_done)


def _well_done(_: int, __: FrameType | None) -> NoReturn:
    sys.exit(0)


class PortTaken(Exception):
    """Another program listens on the port; the message says what to do."""


def start_log(settings: Settings) -> None:
    """Log to standard error: one line an event, no prompts, no audio, no keys."""
    logging.basicConfig(level=settings.log_level.upper(), format=LOG_FORMAT)
    throttle = Throttle()
    for handler in logging.getLogger().handlers:
        handler.addFilter(throttle)
        if settings.log_format == "json":
            handler.setFormatter(JsonLines())
    for library in ("uvicorn", "httpx2", "httpcore2"):
        logging.getLogger(library).setLevel(logging.WARNING)
    # A file that breaks off is not to be taken for whole: the connection is closed on purpose.
    logging.getLogger("uvicorn.error").addFilter(
        lambda record: "without completing response" not in record.getMessage()
    )


def listen(settings: Settings) -> socket.socket:
    """Open the socket to serve on.

    Raises:
        PortTaken: the port is in use, or may not be used.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise PortTaken(_port_taken(settings, family, error)) from error
    # Inherited by every connection. asyncio sets it only where a socket was made by its protocol's
    # number; without it an answer's second write waits 40 ms for the client's acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _port_taken(settings: Settings, family: socket.AddressFamily, error: OSError) -> str:
    """Why, and another port that is free now, if it is the port's fault."""
    # Python adds the address to the system's words; the line has it already.
    known = error.errno is not None and error.errno > 0  # below: the name was not resolved
    why = os.strerror(error.errno) if known and error.errno else error.strerror or str(error)
    line = f"Cannot listen on port {settings.port} of {settings.host}: {why}."
    if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
        return line
    first = max(settings.port + 1, 1024)
    for other in range(first, min(first + _TRIED, 65536)):
        try:
            socket.create_server((settings.host, other), family=family).close()
        except OSError:
            continue
        return (
            f"{line}\nStop what listens there, or choose another port: "
            f"{command()} serve --port {other} (make serve PORT={other})."
        )
    return f"{line}\nStop what listens there, or choose any free port: {command()} serve --port 0."


class Server(uvicorn.Server):
    """Uvicorn's server; it tells `draining` of a signal, and `grace_s` later of the end.

    For `drain_s` after the signal requests are still taken, so that who balances load has time to
    see that the server is not ready any more. Only then the port is closed.

    A second signal is the end at once: requests are still told, and engines still stopped.
    """

    def __init__(
        self, config: uvicorn.Config, draining: Draining, grace_s: float, drain_s: float = 0.0
    ) -> None:
        super().__init__(config)
        self._draining = draining
        self._grace_s = grace_s
        self._drain_s = drain_s
        self._loop: asyncio.AbstractEventLoop | None = None

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._draining.begun:
            self._grace_s = 0.0
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._draining.end)
            if not self.should_exit:
                super().handle_exit(sig, frame)
            return
        self._draining.begin()
        log.info("stopping: requests under way have %g s; a second signal ends them", self._grace_s)
        if self._drain_s and self._loop is not None:
            log.info("requests are still taken for %g s, and /readyz is 503", self._drain_s)
            stop = functools.partial(super().handle_exit, sig, frame)
            later = functools.partial(self._loop.call_later, self._drain_s, stop)
            self._loop.call_soon_threadsafe(later)
        else:
            super().handle_exit(sig, frame)

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        loop = self._loop = asyncio.get_running_loop()
        loop.call_later(self._grace_s, self._draining.end)
        await super().shutdown(sockets)


def limits(settings: Settings) -> Limits:
    """The limits of the front door, from the settings."""
    connections = connections_possible(settings.connections)
    return Limits(connections, settings.connections_per_address or connections)


def run_server(
    app: Starlette, listener: socket.socket, draining: Draining, settings: Settings
) -> int:
    """Serve until told to stop; returns the exit status."""
    grace_s = settings.grace_s
    config = uvicorn.Config(
        app,
        http=cast("type[asyncio.Protocol]", protocol(limits(settings))),
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=math.ceil(grace_s) + MARGIN_S,
        timeout_keep_alive=75,
    )
    server = Server(config, draining, grace_s, settings.drain_s)
    with listener:
        server.run(sockets=[listener])
    return 0 if server.started else 1
