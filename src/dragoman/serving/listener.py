"""The socket that the server listens on: a port, or a file of this machine."""

import contextlib
import errno
import os
import socket
import stat
from pathlib import Path

from dragoman.serving.ready import command
from dragoman.serving.settings import Settings

BACKLOG = 2048
FOR_ITS_GROUP = 0o117
"""The mask of a socket's file: its owner and its group may connect, and nobody else."""

_TRIED = 50
"""Ports after a busy one that are tried for the advice."""


class PortTaken(Exception):
    """Something else listens there, or nothing may; the message says what to do."""


def listen(settings: Settings) -> socket.socket:
    """The socket to serve on.

    Raises:
        PortTaken: the port or the file is in use, or may not be used.
    """
    if settings.uds is not None:
        return _listen_on_file(settings.uds)
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server(
            (settings.host, settings.port), family=family, backlog=BACKLOG
        )
    except OSError as error:
        raise PortTaken(_port_taken(settings, family, error)) from error
    # Inherited by every connection. asyncio sets it only where a socket was made by its protocol's
    # number; without it an answer's second write waits 40 ms for the client's acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def forget(settings: Settings) -> None:
    """Remove the file of a socket that is served no more, unless another serves there already."""
    if settings.uds is not None:
        with contextlib.suppress(OSError):
            _clear(settings.uds)


def _listen_on_file(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _clear(path)
        before = os.umask(FOR_ITS_GROUP)
        try:
            listener.bind(str(path))
        finally:
            os.umask(before)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        why = os.strerror(error.errno) if error.errno else str(error)
        raise PortTaken(f"Cannot listen on {path}: {why}.") from error
    return listener


def _clear(path: Path) -> None:
    """Remove the socket of a server that is gone.

    Raises:
        OSError: one listens there, or what is there is no socket.
    """
    try:
        is_socket = stat.S_ISSOCK(path.lstat().st_mode)
    except FileNotFoundError:
        return
    if not is_socket:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
        other.settimeout(0)
        try:
            other.connect(str(path))
        except BlockingIOError:  # its backlog is full: it listens, and is busy
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE)) from None
        except ConnectionRefusedError:
            path.unlink()
        else:
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))


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
