"""Names that a server without keys answers to, so that no web page can reach it under another."""

import re
from collections.abc import Iterable
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from dragoman.api.errors import as_json, note_refusal
from dragoman.wire.errors import ErrorEnvelope, envelope

CONTAINERS = ("host.docker.internal", "host.containers.internal")
"""This machine, as Docker's and Podman's containers call it. `.internal` is nobody's on the
internet (ICANN, 2024), so no page from there can have such a name.
"""
APPS = frozenset(
    (
        "app",
        "capacitor",
        "chrome-extension",
        "ionic",
        "moz-extension",
        "safari-web-extension",
        "tauri",
        "vscode-file",
        "vscode-webview",
        "wails",
    )
)
"""Schemes of origins that only installed programs have. A browser names the origin of a page
itself, and a page that came from the network has `http`, `https` or `null`.
"""
LONGEST = 100
"""Characters of a refused value in a message."""
HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+?))\.?(?::[0-9]{0,5})?", re.IGNORECASE)
"""A name or an address, perhaps with the root's final dot, and a port; no user and no path."""
ORIGIN = re.compile(r"([a-z][a-z0-9+.-]*)://(.*)", re.IGNORECASE)


class Hosts:
    """ASGI middleware: refuses a foreign `Host`, and a browser's foreign `Origin`.

    A page on any site may have a name of its own resolve to 127.0.0.1 and then speak to whatever
    listens here; what it cannot do is change the `Host` that its browser sends, or leave it out:
    who sends none is no browser but a health check by HTTP/1.0. `names` are answered besides
    loopback's, and pages of `origins` are let in.
    """

    def __init__(self, app: ASGIApp, names: Iterable[str], origins: Iterable[str] = ()) -> None:
        self._app = app
        self._origins = {origin.lower() for origin in origins if origin != "*"}
        self._names = {"localhost", *CONTAINERS, *(name.lower() for name in names)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the class."""
        if scope["type"] == "http":
            refusal = self._refusal(Headers(scope=scope))
            if refusal is not None:
                reason = refusal.error.message.partition(". ")[0]
                note_refusal(scope, "HostRefused", refusal, reason)
                await as_json(403, refusal)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _refusal(self, headers: Headers) -> ErrorEnvelope | None:
        # Two of one header are no name, whatever stands in them.
        host, origin = ", ".join(headers.getlist("host")), ", ".join(headers.getlist("origin"))
        name = _name(host)
        if "host" in headers and not self._is_here(name):
            return _refused("Host", host, name, "host_not_allowed")
        if "origin" not in headers or origin.lower() in self._origins:
            return None
        parts = ORIGIN.fullmatch(origin)
        scheme, place = parts.groups() if parts else ("", "")
        name = _name(place)
        if scheme.lower() in APPS or self._is_here(name):
            return None
        return _refused("Origin", origin, name, "origin_not_allowed")

    def _is_here(self, name: str) -> bool:
        return name in self._names or name.endswith(".localhost") or _is_loopback(name)


def _refused(header: str, value: str, name: str, code: str) -> ErrorEnvelope:
    name = name[:LONGEST]
    # Only what is a name: a line to paste is not for strangers to write.
    plain = re.fullmatch(r"[a-z0-9._:-]+", name)
    allow = f"set DRAGOMAN_ALLOWED_HOSTS={name} and start it again, or " if plain else ""
    return envelope(
        f"This server answers only under the names of its own machine, and the {header} "
        f"'{value[:LONGEST]}' is none of them. To allow it, {allow}set an API key "
        "(DRAGOMAN_API_KEYS).",
        code=code,
    )


def _name(place: str) -> str:
    """The name in a `Host`, in lower case; empty where it is none."""
    parts = HOST.fullmatch(place)
    return (parts[1] or parts[2]).lower() if parts else ""


def _is_loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
