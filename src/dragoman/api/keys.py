"""API keys: who is let in."""

import hashlib
import hmac
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from dragoman.api import health, pages
from dragoman.api.errors import as_json, note_refusal
from dragoman.wire.errors import ErrorEnvelope, envelope

OPEN = frozenset((*health.PATHS, *pages.PATHS))
"""Paths that need no key: what is told there is told to everybody."""

AZURE = " The header api-key is Azure's: take the client for OpenAI itself, not the one for Azure."


class Keys:
    """ASGI middleware: everything but the health checks and the two pages needs one of `keys`.

    Keys are held as SHA-256 and all of them are compared in constant time, whichever fits.
    """

    def __init__(self, app: ASGIApp, keys: Iterable[str]) -> None:
        self._app = app
        self._digests = tuple(_digest(key) for key in keys)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the class."""
        if scope["type"] == "http" and scope["path"] not in OPEN:
            refusal = self._refusal(Headers(scope=scope))
            if refusal is not None:
                note_refusal(scope, "KeyRefused", refusal)
                answer = as_json(401, refusal, {"www-authenticate": "Bearer"})
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _refusal(self, headers: Headers) -> ErrorEnvelope | None:
        scheme, _, key = headers.get("authorization", "").partition(" ")
        key = key.strip()
        if scheme.lower() != "bearer" or not key:
            return envelope(
                "You didn't provide an API key. You need to provide your API key in an "
                "Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)."
                + (AZURE if "api-key" in headers else "")
            )
        given = _digest(key)
        if sum(hmac.compare_digest(given, digest) for digest in self._digests):
            return None
        return envelope(
            f"Incorrect API key provided: {_masked(key)}. Ask whoever runs this server for one.",
            code="invalid_api_key",
        )


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def _masked(key: str) -> str:
    """Enough to tell one's keys apart, too little to use."""
    return f"{key[:5]}***{key[-4:]}" if len(key) >= 16 else "***"
