"""The port, or the socket's file: whether the server could listen there."""

import errno
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from dragoman.cli.doctor.finding import Finding, ok, problem

PROBE_S = 10.0
"""The seconds that whatever listens there has to say what it is: a busy server takes some."""

Holder: TypeAlias = Literal["nobody", "dragoman", "another"]


@dataclass(frozen=True, slots=True)
class Port:
    """An address to listen on, and who has it."""

    host: str
    number: int
    holder: Holder
    fault: int | None = None
    """The system's number for why it cannot be listened on; None: it can."""

    @classmethod
    def look(cls, host: str, number: int, *, tls: bool = False) -> "Port":
        """Listen there for a moment; where that fails, ask what is there, by `tls` or without."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            socket.create_server((host, number), family=family).close()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                holder = "dragoman" if _is_dragoman(host, number, tls=tls) else "another"
                return cls(host, number, holder, error.errno)
            return cls(host, number, "nobody", error.errno or errno.EADDRNOTAVAIL)
        return cls(host, number, "nobody")


def finding(port: Port) -> Finding:
    """Judge the port."""
    text = f"{port.number} of {port.host}"
    facts = {"host": port.host, "port": port.number, "holder": port.holder}
    if port.fault is None:
        return ok("port", f"{text} is free", **facts)
    if port.holder == "dragoman":
        return ok("port", f"{text}: a Dragoman runs there", **facts)
    if port.holder == "another":
        advice = "Stop it, or take another port: `dragoman serve --port 8001` (DRAGOMAN_PORT)."
        return problem("port", f"{text}: another program listens there", advice, **facts)
    why = os.strerror(port.fault)
    advice = "Choose an address of this machine (DRAGOMAN_HOST) and a port from 1024 on."
    return problem("port", f"{text}: {why}", advice, **facts)


def file_finding(path: Path) -> Finding:
    """Judge the socket's file that takes the place of a port."""
    if path.parent.is_dir() and os.access(path.parent, os.W_OK | os.X_OK):
        return ok("socket", str(path), path=str(path))
    advice = "Make the directory, for the server's user (in a service RuntimeDirectory=dragoman)."
    return problem("socket", f"{path.parent} may not be written to", advice, path=str(path))


def _is_dragoman(host: str, number: int, *, tls: bool) -> bool:
    """Whether a Dragoman listens there; its document needs no key."""
    import httpx2

    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - looked up, not bound
    place = f"[{near}]:{number}" if ":" in near else f"{near}:{number}"
    url = f"{'https' if tls else 'http'}://{place}/openapi.json"
    try:
        # Nothing is sent but the question: the certificate may be for another name.
        with httpx2.Client(timeout=PROBE_S, trust_env=False, verify=False) as client:
            answer = client.get(url, headers={"host": "localhost"})
            return bool(answer.json()["info"]["title"] == "Dragoman")
    except (httpx2.HTTPError, ValueError, KeyError, TypeError):
        return False
