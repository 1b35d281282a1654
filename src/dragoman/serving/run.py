"""The server itself: a socket, uvicorn, and the last line, which says how to reach it."""

import asyncio
import contextlib
import functools
import logging
import math
import signal
import socket
import sys
from collections.abc import Generator
from ipaddress import ip_network
from types import FrameType
from typing import NoReturn, cast

import uvicorn
from starlette.applications import Starlette
from typing_extensions import override

from dragoman.api.draining import Draining
from dragoman.serving.certificate import Certificate
from dragoman.serving.front_door import UNIX, Limits, connections_possible, protocol
from dragoman.serving.listener import forget
from dragoman.serving.log_lines import JsonLines
from dragoman.serving.log_throttle import Throttle
from dragoman.serving.settings import Settings

log = logging.getLogger("dragoman.server")

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"

MARGIN_S = 5
"""Seconds after the grace in which engines stop and last words leave, before uvicorn cuts them
off."""


def end_in_order() -> None:
    """Leave without an error where the process is told to stop, before the server runs or after.

    A terminal that is closed tells it so, too, unless `nohup` had that signal ignored. While the
    server runs the signals are uvicorn's, which raises them again when it has stopped.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _well_done)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _well_done)


def _well_done(_: int, __: FrameType | None) -> NoReturn:
    sys.exit(0)


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


class Server(uvicorn.Server):
    """Uvicorn's server; it tells `draining` of a signal, and `grace_s` later of the end.

    For `drain_s` after the signal requests are still taken, so that who balances load has time to
    see that the server is not ready any more. Only then the port is closed.

    A second signal is the end at once: requests are still told, and engines still stopped.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        draining: Draining,
        grace_s: float,
        drain_s: float = 0.0,
        certificate: Certificate | None = None,
    ) -> None:
        super().__init__(config)
        self._certificate = certificate
        self._draining = draining
        self._grace_s = grace_s
        self._drain_s = drain_s
        self._loop: asyncio.AbstractEventLoop | None = None

    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        # Uvicorn knows of SIGINT and SIGTERM alone. What stood before is put back before uvicorn
        # raises the signal again; where it was ignored it stays so.
        with super().capture_signals():
            if signal.getsignal(signal.SIGHUP) is not _well_done:
                yield
                return
            signal.signal(signal.SIGHUP, self.handle_exit)
            try:
                yield
            finally:
                signal.signal(signal.SIGHUP, _well_done)

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
        if self._certificate is not None and self.config.ssl is not None:
            self._certificate.keep_fresh(self.config.ssl, self._loop)

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        loop = self._loop = asyncio.get_running_loop()
        loop.call_later(self._grace_s, self._draining.end)
        await super().shutdown(sockets)


def limits(settings: Settings) -> Limits:
    """The limits of the front door, from the settings."""
    connections = connections_possible(settings.connections)
    return Limits(
        connections,
        settings.connections_per_address or connections,
        proxies=tuple(ip_network(each) for each in settings.trusted_proxies if each != "*"),
    )


def run_server(
    app: Starlette, listener: socket.socket, draining: Draining, settings: Settings
) -> int:
    """Serve until told to stop; returns the exit status."""
    grace_s = settings.grace_s
    proxies = (*settings.trusted_proxies, UNIX)
    config = uvicorn.Config(
        app,
        forwarded_allow_ips="*" if "*" in proxies else list(proxies),
        ssl_certfile=settings.ssl_certfile,
        ssl_keyfile=settings.ssl_keyfile,
        http=cast("type[asyncio.Protocol]", protocol(limits(settings))),
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=math.ceil(grace_s) + MARGIN_S,
        timeout_keep_alive=75,
    )
    server = Server(config, draining, grace_s, settings.drain_s, Certificate.of(settings))
    with listener:
        try:
            server.run(sockets=[listener])
        finally:
            listener.close()
            forget(settings)
    return 0 if server.started else 1
