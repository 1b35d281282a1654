"""The connection of one request, which can be cut while somebody waits for its next byte."""

import socket
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

from dragoman.domain.engine import Outlet

GLANCE_S = 0.05
"""How often it is looked whether somebody still listens."""
CONNECTED = ("connection.connect_tcp.complete", "connection.start_tls.complete")


class Line:
    """Learns of its socket by `trace`, httpx's extension of that name; a connection serves once."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Called by the client at every step of its work."""
        if event in CONNECTED:
            self._socket = info["return_value"].get_extra_info("socket")

    @contextmanager
    def watched(self, outlet: Outlet[Any]) -> Generator[None]:
        """Cut it as soon as nobody listens, also in the middle of a silence."""
        over = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(outlet, over), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()

    def _watch(self, outlet: Outlet[Any], over: threading.Event) -> None:
        while not over.wait(GLANCE_S):
            if outlet.stopped and self._socket is not None:
                self._cut(self._socket)
                return

    def _cut(self, connection: socket.socket) -> None:
        try:
            # Closing does not wake who reads; TLS's own shutdown would interfere with it.
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
        except OSError:
            return  # it is gone already
