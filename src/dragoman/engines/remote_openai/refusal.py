"""What an upstream's refusal means to our caller."""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class _Told:
    """The body of a refusal: OpenAI's, or that of older servers, without `error` around it."""

    error: Trouble | str | None = None
    message: str | None = None


def refusal(status: int, data: bytes) -> ServiceError:
    """The error to raise for a response that is no 200.

    Only what is the caller's mistake is told in the upstream's words: the others may hold names of
    the operator's accounts and keys.
    """
    match status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return EngineUnavailable("The upstream refused its key.")
        case HTTPStatus.NOT_FOUND:
            return EngineUnavailable("The upstream does not have this model, or no such address.")
        case HTTPStatus.TOO_MANY_REQUESTS:
            return Overloaded("The upstream has too many requests.", code="rate_limit_exceeded")
        case HTTPStatus.BAD_GATEWAY | HTTPStatus.SERVICE_UNAVAILABLE | HTTPStatus.GATEWAY_TIMEOUT:
            return EngineUnavailable("The upstream is not available.")
        case _ if 400 <= status < 500:
            return _invalid(status, data)
        case _:
            return EngineFailed(f"The upstream failed with status {status}.")


def _invalid(status: int, data: bytes) -> RequestInvalid:
    try:
        told = msgspec.json.decode(data, type=_Told)
    except (msgspec.DecodeError, UnicodeDecodeError):
        told = _Told()
    trouble = told.error
    if not isinstance(trouble, Trouble):
        trouble = Trouble(trouble or told.message or "")
    message = trouble.message or f"The upstream refused the request with status {status}."
    if any(words in message for words in TOO_LONG):
        return RequestInvalid(
            message, param=trouble.param or "messages", code="context_length_exceeded"
        )
    code = trouble.code if isinstance(trouble.code, str) else None
    return RequestInvalid(message, param=trouble.param, code=code)
