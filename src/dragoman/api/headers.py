"""Headers that OpenAI puts on every response, and one line in the log for each that failed."""

import json
import logging
import re
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dragoman.api import health, noted, timing
from dragoman.api.errors import CLIENT_CLOSED_REQUEST, Cause, cause
from dragoman.wire import ignored
from dragoman.wire.audio import origins

log = logging.getLogger("dragoman.requests")

API_VERSION = "2020-10-01"
ORGANIZATION = "dragoman"
ANSWERED_BY = "x-dragoman-model"
"""The id of the model that did the work, whatever name the request called it by."""
IGNORED_HEADER = "x-dragoman-ignored"
"""The fields of the request that were sent and have no effect, or of which only a part has."""
AUDIO_HEADER = "x-audio"
"""Which track and channels of an uploaded file were heard, and what had to be done to them."""
PLAIN = re.compile(r"[!-~]{1,128}")
"""What a caller may put in a header of ours: no space, so that it cannot pass for more."""
WORD = re.compile(r"[!#-<>-\[\]-~]+")
"""A value that needs no quotes: no space, no quote, no backslash, no equals sign."""
LONGEST_VALUE = 200
"""Characters of one value in the log."""


def fresh_request_id() -> str:
    """A request id that nobody else has."""
    return f"req_{uuid.uuid4().hex}"


class OpenAIHeaders:
    """Outermost ASGI middleware: names each request, and tells how long it took to begin to answer.

    A caller's own `x-request-id` and `openai-organization` are kept if they are printable ASCII
    without spaces, of at most 128 characters. The id lies in `scope["state"]["request_id"]`.
    """

    def __init__(self, app: ASGIApp, request_id: Callable[[], str] = fresh_request_id) -> None:
        self._app = app
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

        await self._app(scope, receive, stamped)
        failed = cause(scope)
        # A server that is starting or stopping says so to its probes; that is no failure.
        probed = scope["path"] in health.PATHS and not failed
        if failed or (status >= 400 and not probed):
            _report(scope, status, failed or Cause(), _ms_since(began))


def describe(headers: MutableHeaders, state: Mapping[str, Any]) -> None:
    """Who answers, where the time before the answer went, and which fields have no effect."""
    if state.get(noted.LEASED):
        headers[ANSWERED_BY] = state[noted.MODEL]
        headers[timing.HEADER] = state[noted.TIMING].header()
    if origin := state.get(noted.ORIGIN):
        headers[AUDIO_HEADER] = origins.header(origin)
    if fields := state.get(noted.IGNORED):
        headers[IGNORED_HEADER] = ignored.header(fields)


def _report(scope: Scope, status: int, failed: Cause, ms: int) -> None:
    """One line, which never holds what was asked or answered.

    A request's own words in it are its path and the names of its model and of the field at fault,
    each quoted and cut.
    """
    left = failed.failure == "HungUp" or status == CLIENT_CLOSED_REQUEST
    state = scope["state"]
    log.log(
        logging.INFO if left else logging.WARNING,
        "%s request_id=%s method=%s path=%s status=%d failure=%s param=%s code=%s model=%s "
        "ms=%d cause=%s",
        "client left" if left else "request failed",
        quoted(state["request_id"]),
        quoted(scope["method"]),
        quoted(scope["path"]),
        status,
        quoted(failed.failure),
        quoted(failed.param),
        quoted(failed.code),
        quoted(state.get(noted.MODEL)),
        ms,
        quoted(failed.reason),
    )


def quoted(value: str | None) -> str:
    """A value of a line in the log: as it is where it is one plain word, else as a JSON string.

    So no text of a caller can pass for another field, another line, or a terminal's commands.
    """
    if not value:
        return "-"
    cut = value if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE]}…"
    if WORD.fullmatch(cut):
        return cut
    return json.dumps(cut)


def _plain(text: str) -> str:
    """A caller's text if it may stand in a header of ours, else nothing."""
    return text if PLAIN.fullmatch(text) else ""


def _ms_since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)
