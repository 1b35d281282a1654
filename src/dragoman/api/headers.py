"""The headers that OpenAI puts on every response, and the call at the end of each request."""

import re
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dragoman.api import noted, timing
from dragoman.api.inferences import gathering
from dragoman.api.observed import observation_of
from dragoman.wire import ignored
from dragoman.wire.audio import origins

API_VERSION = "2020-10-01"
ORGANIZATION = "dragoman"
ANSWERED_BY = "x-dragoman-model"
"""The id of the model that did the work, whatever name the request called it by."""
IGNORED_HEADER = "x-dragoman-ignored"
"""The fields of the request that were sent and have no effect, or of which only a part has."""
AUDIO_HEADER = "x-audio"
"""Which track and channels of an uploaded file were heard, and what had to be done to them."""
PLAIN = re.compile(r"[!-~]{1,128}")
"""A caller's text that may stand in a header of ours: no space, so that it cannot pass for more."""

Ended: TypeAlias = Callable[[Scope, int], None]
"""Is told of a request that has ended, and of its status."""
Begun: TypeAlias = Callable[[Scope], None]
"""Is told of a request that begins; its id is in its state."""


def fresh_request_id() -> str:
    """A request id that nobody else has."""
    return f"req_{uuid.uuid4().hex}"


class OpenAIHeaders:
    """ASGI middleware: names each request, and tells how long it took to begin to answer.

    All others stand inside it but `RootPath`, so paths come without the prefix of a proxy, and the
    redirect of that prefix itself has none of these headers and no line in the log.
    A caller's own `x-request-id` and `openai-organization` are kept if they are printable ASCII
    without spaces, of at most 128 characters. The id lies in `scope["state"]["request_id"]`.
    """

    def __init__(
        self,
        app: ASGIApp,
        ended: Ended | None = None,
        begun: Begun | None = None,
        request_id: Callable[[], str] = fresh_request_id,
    ) -> None:
        """`begun` is told of each request before its work, `ended` when it is over."""
        self._app = app
        self._ended = ended
        self._begun = begun
        self._fresh = request_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the class."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        given = Headers(scope=scope)
        request_id = _plain(given.get("x-request-id", "")) or self._fresh()
        organization = _plain(given.get("openai-organization", "")) or ORGANIZATION
        scope.setdefault("state", {})["request_id"] = request_id
        observation = observation_of(scope)
        if self._begun is not None:
            self._begun(scope)
        status = 0

        async def stamped(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = request_id
                headers["openai-processing-ms"] = str(_ms_since(began))
                headers["openai-version"] = API_VERSION
                headers["openai-organization"] = organization
                describe(headers, scope["state"])
            await send(message)

        try:
            with gathering(observation.inferences):
                await self._app(scope, receive, stamped)
        finally:
            if self._ended is not None:
                self._ended(scope, status)


def describe(headers: MutableHeaders, state: Mapping[str, Any]) -> None:
    """Who answers, where the time before the answer went, and which fields have no effect."""
    if state.get(noted.LEASED):
        headers[ANSWERED_BY] = state[noted.MODEL]
        headers[timing.HEADER] = state[noted.TIMING].header()
    if origin := state.get(noted.ORIGIN):
        headers[AUDIO_HEADER] = origins.header(origin)
    if fields := state.get(noted.IGNORED):
        headers[IGNORED_HEADER] = ignored.header(fields)


def _plain(text: str) -> str:
    """A caller's text if it may stand in a header of ours, else nothing."""
    return text if PLAIN.fullmatch(text) else ""


def _ms_since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)
