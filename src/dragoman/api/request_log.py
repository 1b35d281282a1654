"""One line in the log for each request, which never holds what was asked or answered."""

import json
import logging
import re
import time
from collections.abc import Mapping
from typing import TypeAlias

from starlette.types import Scope

from dragoman.api import console, health, metrics, noted
from dragoman.api.errors import CLIENT_CLOSED_REQUEST, Cause, cause
from dragoman.api.keys import holder_of
from dragoman.api.observed import (
    Meter,
    Served,
    Tracing,
    endpoint_of,
    is_in_background,
    observation_of,
    outcome_of,
)

log = logging.getLogger("dragoman.requests")

DONE = "request done %s"
"""The line of a request that was served."""
FAILED = "request failed %s"
LEFT = "client left %s"
BACKGROUND_DONE = "background done %s"
"""The line of a response that was made while nobody waited, when it is whole."""
BACKGROUND_FAILED = "background failed %s"
BACKGROUND_LEFT = "background cancelled %s"
SERVED = (DONE, BACKGROUND_DONE)
"""The kinds of lines that no throttle leaves out."""

WORD = re.compile(r"[!#-<>-\[\]-~]+")
"""A value that needs no quotes: no space, no quote, no backslash, no equals sign."""
LONGEST_VALUE = 200
"""Characters of one value in the log."""
UNLOGGED = (*health.PATHS, metrics.PATH)
"""Paths that programs ask for all day, which are in the log only when something broke."""

Value: TypeAlias = str | int | float | None


class Ending:
    """Tells the log and each of `meters` of every request, and of every work in the background.

    `tracing` is told of the beginnings, too, but not of what programs ask for all day.
    """

    def __init__(self, *meters: Meter, tracing: Tracing | None = None) -> None:
        self._meters = meters
        self._tracing = tracing

    def begin(self, scope: Scope) -> None:
        """Tell of the beginning of the request of `scope`."""
        if self._tracing is not None and not _is_unlogged(scope["path"]):
            self._tracing.begin(scope)

    def __call__(self, scope: Scope, status: int) -> None:
        """Tell of the request of `scope`, which was answered with `status` (0: not at all)."""
        failed = cause(scope)
        left = status in (0, CLIENT_CLOSED_REQUEST) or (failed or Cause()).failure == "HungUp"
        work = observation_of(scope)
        seconds = time.perf_counter() - work.began
        served = Served(
            endpoint_of(scope),
            status,
            outcome_of(status, left=left, failed=failed is not None),
            holder_of(scope).name,
            seconds,
            work,
            failed.failure if failed else "",
        )
        for meter in self._meters:
            meter.count(served)
        if self._tracing is not None:
            self._tracing.end(scope, served)
        # A server that is starting or stopping says so to its probes; that is no failure.
        if _is_unlogged(scope["path"]) and not failed:
            return
        fields = _fields(scope, served, failed or Cause())
        unattended = is_in_background(scope)
        if left:
            log.info(
                BACKGROUND_LEFT if unattended else LEFT, text(fields), extra={"fields": fields}
            )
        elif failed or status >= 400:
            log.warning(
                BACKGROUND_FAILED if unattended else FAILED, text(fields), extra={"fields": fields}
            )
        else:
            log.info(
                BACKGROUND_DONE if unattended else DONE, text(fields), extra={"fields": fields}
            )


def _is_unlogged(path: str) -> bool:
    """Of one page that is opened, its many files would be as many lines."""
    return path in UNLOGGED or path.startswith(console.PREFIX)


def _fields(scope: Scope, served: Served, failed: Cause) -> dict[str, Value]:
    """The fields of the line.

    A request's own words in it are its path and the names of its model and of the field at fault.
    """
    state, work = scope["state"], served.work
    client = scope.get("client")
    sound_s = work.recording_s if work.recording_s is not None else work.spoken_s
    trace_id = state.get(noted.TRACE_ID)
    return {
        "request_id": state["request_id"],
        **({"trace_id": trace_id} if trace_id else {}),
        "client": client[0] if client else None,
        "key": served.key,
        "method": scope["method"],
        "path": scope["path"],
        "status": served.status,
        "failure": failed.failure,
        "param": failed.param,
        "code": failed.code,
        "model": state.get(noted.MODEL),
        "prompt_tokens": work.usage.prompt_tokens or None,
        "completion_tokens": work.usage.completion_tokens or None,
        "audio_s": None if sound_s is None else round(sound_s, 2),
        "first_ms": None if work.first_s is None else round(work.first_s * 1000),
        "ms": round(served.seconds * 1000),
        "cause": failed.reason,
    }


def text(fields: Mapping[str, Value]) -> str:
    """The fields of a line, `name=value` each."""
    return " ".join(
        f"{name}={quoted(value) if isinstance(value, str) or value is None else value}"
        for name, value in fields.items()
    )


def quoted(value: str | None) -> str:
    """A value of a line in the log: as it is where it is one plain word, else as a JSON string.

    So no text of a caller can pass for another field, another line, or a terminal's commands.
    """
    if not value:
        return "-"
    short = cut(value)
    if WORD.fullmatch(short):
        return short
    return json.dumps(short)


def cut(value: str) -> str:
    """A value, no longer than a line bears."""
    return value if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE]}…"
