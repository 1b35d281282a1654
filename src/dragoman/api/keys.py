"""API keys: who is let in, and as whom."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dragoman.api import console, health, pages
from dragoman.api.errors import as_json, note_refusal
from dragoman.api.rates import Rates
from dragoman.domain.caller import ANYBODY, Caller, caller, calling
from dragoman.domain.errors import Forbidden
from dragoman.domain.keys import Key, Keyring
from dragoman.wire.errors import ErrorEnvelope, envelope

OPEN = frozenset((*health.PATHS, *pages.PATHS))
"""Paths that need no key: what is told there is told to everybody."""

AZURE = " The header api-key is Azure's: take the client for OpenAI itself, not the one for Azure."

CALLER = "caller"
"""The place of the `Caller` in a request's state."""


class Keys:
    """ASGI middleware: everything but the health checks and the pages needs a key.

    Where none is needed, everybody is the same caller.
    """

    def __init__(self, app: ASGIApp, keyring: Keyring, rates: Rates) -> None:
        self._app = app
        self._keyring = keyring
        self._rates = rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the class."""
        if scope["type"] != "http" or _is_open(scope["path"]) or not self._keyring.required:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        secret = _secret(headers)
        key = self._keyring.find(secret) if secret else None
        if key is None:
            refusal = _refusal(headers, secret)
            note_refusal(scope, "KeyRefused", refusal)
            answer = as_json(401, refusal, {"www-authenticate": "Bearer"})
            await answer(scope, receive, send)
            return
        scope.setdefault("state", {})[CALLER] = holder = _holder(key)
        with calling(holder):
            await self._limited(key, scope, receive, send)

    async def _limited(self, key: Key, scope: Scope, receive: Receive, send: Send) -> None:
        path, method = scope["path"], scope["method"]
        refusal = self._rates.refusal(key, path) if method == "POST" else None

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._rates.headers(key))
            await send(message)

        out = counted if key.allowance.limits() else send
        if refusal is None:
            await self._app(scope, receive, out)
            return
        note_refusal(scope, "RateLimited", refusal.content)
        await as_json(429, refusal.content, refusal.headers)(scope, receive, out)


def holder_of(scope: Scope) -> Caller:
    """Return the caller of a request, also when it has ended."""
    return scope.get("state", {}).get(CALLER, ANYBODY)


def require_operator() -> None:
    """See that the caller may look into the server.

    Raises:
        Forbidden: the key is for requests alone.
    """
    if not caller().operates:
        raise Forbidden(
            "This key may not look into the server. Ask whoever runs it for one made with "
            "`dragoman keys create --operator`."
        )


def _is_open(path: str) -> bool:
    return path in OPEN or path.startswith(console.PREFIX)


def _holder(key: Key) -> Caller:
    """A named key keeps things under its name; one without is known by its hash alone."""
    owner = key.name if key.named else f"key-{key.digest}"
    return Caller(key.name, owner, sees_unowned=not key.named, operates=key.operates)


def _secret(headers: Headers) -> str:
    scheme, _, key = headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def _refusal(headers: Headers, secret: str) -> ErrorEnvelope:
    if not secret:
        return envelope(
            "You didn't provide an API key. You need to provide your API key in an "
            "Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)."
            + (AZURE if "api-key" in headers else "")
        )
    return envelope(
        f"Incorrect API key provided: {_masked(secret)}. Ask whoever runs this server for one.",
        code="invalid_api_key",
    )


def _masked(key: str) -> str:
    """Enough to tell one's keys apart, too little to use."""
    return f"{key[:5]}***{key[-4:]}" if len(key) >= 16 else "***"
