"""Reading an http(s) URL strictly: what is odd is not fetched, rather than guessed."""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import httpcore2
import idna

from dragoman.images.addresses import parse

_LONGEST_URL = 8192
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\]")
_NAME = re.compile(r"[a-z0-9._-]{1,253}")
_KEPT = "/%:@!$&'()*+,;=~?-._"
"""Signs of path and query that stay as they are; others are percent-encoded."""
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes: `host` is lower-case ASCII, or an address without brackets."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The value of the `Host` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    def url(self) -> httpcore2.URL:
        """Return the target as httpcore's URL, which httpcore does not parse again."""
        return httpcore2.URL(scheme=self.scheme, host=self.host, port=self.port, target=self.path)


def parse_url(url: str) -> Target | None:
    """Parse `url`; None: it is malformed, no http(s) URL, or has a password in it."""
    if len(url) > _LONGEST_URL or _FORBIDDEN.search(url):
        return None
    try:
        parts = urlsplit(url)
        port, name = parts.port, parts.hostname
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not name or "@" in parts.netloc or port == 0:
        return None
    # Brackets are for IPv6: `[v1.a]` is an address of a version to come, and no name.
    host = _host(name) if ":" in name or "[" not in parts.netloc else None
    if host is None:
        return None
    path = quote(parts.path or "/", safe=_KEPT)
    query = f"?{quote(parts.query, safe=_KEPT)}" if parts.query else ""
    return Target(parts.scheme, host, port or _PORTS[parts.scheme], path + query)


def _host(name: str) -> str | None:
    if ":" in name:
        try:
            return None if "%" in name else str(parse(name))
        except ValueError:  # pragma: no cover - since Python 3.11.4 urlsplit refuses it first
            return None
    try:
        ascii_name = name if name.isascii() else idna.encode(name, uts46=True).decode()
    except idna.IDNAError:
        return None
    ascii_name = ascii_name.lower()
    return ascii_name if _NAME.fullmatch(ascii_name) else None
