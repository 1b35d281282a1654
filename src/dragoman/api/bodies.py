"""JSON bodies, read with care: bounded in bytes and depth, and only what JSON allows."""

import codecs
import json
import math
import re
from typing import Any, NoReturn, cast

from starlette.requests import ClientDisconnect, Request

from dragoman.api.disconnect import HungUp
from dragoman.domain.errors import RequestInvalid, TooLarge

MAX_BYTES = 64 * 2**20
"""Room for a dozen photographs as base64."""

BOM = codecs.BOM_UTF8
"""Some editors and shells write it before UTF-8; parsers may ignore it (RFC 8259, 8.1)."""

MAX_MEMBERS = 1_000_000
"""Commas and brackets: sixty megabytes of empty lists would hold the event loop for seconds."""

MAX_DEPTH = 128
"""Levels of nesting: far above any request or JSON schema that people write."""


LONE_SURROGATE = re.compile("[\ud800-\udfff]")
REPLACEMENT = "\ufffd"


async def json_body(
    request: Request, limit: int = MAX_BYTES, *, mends: bool = False
) -> dict[str, Any]:
    """The request's body, a JSON object.

    NaN, infinities and lone surrogates are no JSON, though Python's parser takes them. `mends`:
    half a surrogate pair in a text at the top, where a client cut a stream, becomes U+FFFD.

    Raises:
        TooLarge: more than `limit` bytes were announced or sent, or too many members.
        HungUp: the client left in the middle.
        RequestInvalid: it is compressed, no JSON, no object, or nested deeper than `MAX_DEPTH`.
    """
    refuse_encoded(request)
    return parse(await _read(request, limit), mends=mends)


def refuse_encoded(request: Request) -> None:
    """Say so where a body is compressed, rather than that it cannot be read.

    Raises:
        RequestInvalid: it has a `Content-Encoding`.
    """
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", ""):
        raise RequestInvalid(
            f"Unsupported Content-Encoding: '{encoding[:100]}'. Send the body as it is."
        )


async def _read(request: Request, limit: int) -> bytes:
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise _too_large(limit, int(announced))
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > limit:
                raise _too_large(limit, len(body))
    except ClientDisconnect as error:
        raise HungUp from error
    return bytes(body)


def _too_large(limit: int, count: int) -> TooLarge:
    return TooLarge(f"Maximum content size limit ({limit}) exceeded ({count} bytes read)")


def parse(body: bytes, *, mends: bool = False) -> dict[str, Any]:
    """See `json_body`."""
    if sum(body.count(sign) for sign in (b",", b"[", b"{")) > MAX_MEMBERS:
        raise TooLarge(f"The JSON body of your request has more than {MAX_MEMBERS} members.")
    try:
        value: Any = json.loads(
            body.removeprefix(BOM).decode(),
            parse_constant=_not_json,
            parse_float=_finite,
            parse_int=_whole,
        )
        value = _mended(value) if mends else value
        _check(value)
    except (ValueError, RecursionError):
        raise RequestInvalid(
            "We could not parse the JSON body of your request. "
            "(HINT: what was sent is not valid JSON. Look for a missing quote or comma, a NaN, "
            "text that is not UTF-8, or a library that sent the body as a form.)"
        ) from None
    if not isinstance(value, dict):
        raise RequestInvalid("The JSON body of your request must be an object.")
    return cast("dict[str, Any]", value)


def _mended(value: object) -> object:
    if not isinstance(value, dict):
        return value
    members = cast("dict[str, Any]", value)
    return {
        name: LONE_SURROGATE.sub(REPLACEMENT, each) if isinstance(each, str) else each
        for name, each in members.items()
    }


def _not_json(constant: str) -> NoReturn:
    raise ValueError(constant)


def _finite(number: str) -> float:
    value = float(number)
    if math.isinf(value):
        raise ValueError(number)
    return value


def _whole(number: str) -> float:
    """Beyond 64 bits a whole number is a decimal: nothing below could carry it."""
    if len(number) > 20:
        return _finite(number)
    value = int(number)
    return value if -(2**63) <= value < 2**64 else float(value)


def _check(root: object) -> None:
    """Refuse what is nested too deep and text that cannot be encoded again, without recursion."""
    level: list[object] = [root]
    for _ in range(MAX_DEPTH):
        below: list[object] = []
        for value in level:
            if isinstance(value, str):
                value.encode()
            elif isinstance(value, dict):
                members = cast("dict[str, Any]", value)
                below.extend(members)
                below.extend(members.values())
            elif isinstance(value, list):
                below.extend(cast("list[Any]", value))
        if not below:
            return
        level = below
    raise ValueError(f"more than {MAX_DEPTH} levels")
