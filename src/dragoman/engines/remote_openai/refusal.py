"""What an upstream's refusal means to our caller."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import msgspec

from dragoman.domain.errors import (
    EngineFailed,
    EngineUnavailable,
    Overloaded,
    RequestInvalid,
    ServiceError,
)
from dragoman.engines.remote_openai.chunks import Trouble

TOO_LONG = ("maximum context length", "exceeds the available context size")
"""A pattern for vLLM's and llama.cpp's words, which have no `code` for it."""
TOO_LONG_CODE = "context_length_exceeded"
LONGEST_WAIT_S = 60.0
"""The most of an upstream's `Retry-After` that is kept to."""


@dataclass(frozen=True, slots=True)
class _Told:
    """The body of a refusal: OpenAI's, or that of older servers, without `error` around it."""

    error: Trouble | str | None = None
    message: str | None = None


def refusal(status: int, data: bytes, retry_s: float | None = None) -> ServiceError:
    """The error to raise for a response that is no 200; `retry_s` is when it may succeed.

    Only what is the caller's mistake is told in the upstream's words: the others may hold names of
    the operator's accounts and keys.
    """
    match status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return EngineUnavailable("The upstream refused its key.")
        case HTTPStatus.NOT_FOUND:
            return EngineUnavailable("The upstream does not have this model, or no such address.")
        case HTTPStatus.TOO_MANY_REQUESTS:
            message = "The upstream has too many requests."
            return Overloaded(message, code="rate_limit_exceeded", retry_s=retry_s)
        case HTTPStatus.BAD_GATEWAY | HTTPStatus.SERVICE_UNAVAILABLE | HTTPStatus.GATEWAY_TIMEOUT:
            return EngineUnavailable("The upstream is not available.", retry_s=retry_s)
        case _ if 400 <= status < 500:
            return _invalid(status, _trouble(data))
        case _:
            return EngineFailed(f"The upstream failed with status {status}.")


def broken(error: Trouble | str) -> ServiceError:
    """The error to raise for one that comes in a stream, where the status was 200.

    SGLang refuses prompts that are too long that way, with the status as `code`.
    """
    if isinstance(error, Trouble) and error.code in (HTTPStatus.BAD_REQUEST, TOO_LONG_CODE):
        return _invalid(HTTPStatus.BAD_REQUEST, error)
    return EngineFailed("The upstream failed under this request.")


def wait_s(headers: Mapping[str, str]) -> float | None:
    """The seconds of a `Retry-After`, whether it is a number or a date; None: there is none."""
    value = headers.get("retry-after", "")
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - time.time()
        except ValueError:
            return None
    return min(max(seconds, 0.0), LONGEST_WAIT_S) if math.isfinite(seconds) else None


def _trouble(data: bytes) -> Trouble:
    try:
        told = msgspec.json.decode(data, type=_Told)
    except (msgspec.DecodeError, UnicodeDecodeError):
        told = _Told()
    if isinstance(told.error, Trouble):
        return told.error
    return Trouble(told.error or told.message or "")


def _invalid(status: int, trouble: Trouble) -> RequestInvalid:
    message = trouble.message or f"The upstream refused the request with status {status}."
    if any(words in message for words in TOO_LONG):
        return RequestInvalid(message, param=trouble.param or "messages", code=TOO_LONG_CODE)
    code = trouble.code if isinstance(trouble.code, str) else None
    return RequestInvalid(message, param=trouble.param, code=code)
