"""A recording: one request and its answer, as a file that people can read."""

import json
from typing import Any, Literal, TypeAlias, cast

import msgspec
from msgspec import UNSET, UnsetType

VERSION = 1
"""The version of the files' form."""

End: TypeAlias = Literal["whole", "broken off", "client left"]
"""How an answer ended: as its head promised, or before."""

_PIECES = "\0pieces"
"""What stands for the pieces of an answer until they are written, one on a line."""


class RecordingWrong(Exception):
    """A file is no recording; the message says which and why."""


class File(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Bytes that are no text, in a file of their own."""

    path: str
    """Where they are, below the folder of the recordings."""
    sha256: str
    bytes: int


class Part(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A field of a form, or a file in it."""

    name: str
    text: str | None = None
    filename: str | None = None
    content_type: str | None = None
    file: File | None = None


class Piece(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A piece of an answer as it came: a text, half a character in base64, or bytes of the file."""

    at_s: float
    """Seconds since the request."""
    text: str | None = None
    base64: str | None = None
    bytes: int | None = None


class Body(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a request or an answer holds: one of `json`, `text`, `form`, `pieces`, or `file`.

    A file that came in pieces has the lengths of these in `pieces`.
    """

    json: Any | UnsetType = UNSET
    text: str | None = None
    form: tuple[Part, ...] | None = None
    file: File | None = None
    pieces: tuple[Piece, ...] | None = None


class Request(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a program sent, without secrets."""

    method: str
    path: str
    """The path below `/v1`."""
    query: tuple[tuple[str, str], ...] = ()
    content_type: str | None = None
    body: Body | None = None


class Answer(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What the upstream answered, without secrets."""

    status: int
    headers: dict[str, str]
    first_byte_s: float
    seconds: float
    end: End = "whole"
    body: Body | None = None


class Exchange(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One request and its answer."""

    version: int
    recorded_at: str
    """When the request came, in UTC."""
    request: Request
    answer: Answer


def write(exchange: Exchange) -> bytes:
    """Give the file of a recording: indented JSON, one piece of an answer on a line."""
    document = cast("dict[str, Any]", msgspec.to_builtins(exchange))
    body = document["answer"].get("body", {})
    pieces: list[Any] = body.get("pieces") or []
    if pieces:
        body["pieces"] = _PIECES
    text = json.dumps(document, indent=2, ensure_ascii=False)
    if pieces:
        lines = ",\n".join(f"        {json.dumps(each, ensure_ascii=False)}" for each in pieces)
        # The answer's body comes last, so what the placeholder is found in first is not a request.
        before, _, after = text.rpartition(json.dumps(_PIECES))
        text = f"{before}[\n{lines}\n      ]{after}"
    try:
        return f"{text}\n".encode()
    except UnicodeEncodeError:  # half a surrogate pair, which JSON may hold and UTF-8 may not
        return f"{json.dumps(msgspec.to_builtins(exchange), indent=2)}\n".encode()


def read(data: bytes, name: str) -> Exchange:
    """Read the file of a recording, which may have been edited by hand.

    Raises:
        RecordingWrong: it is none.
    """
    try:
        exchange = msgspec.convert(json.loads(data), Exchange)
    except (ValueError, RecursionError) as error:  # msgspec's own errors are ValueErrors, too
        raise RecordingWrong(f"{name} is no recording: {error}") from error
    if exchange.version != VERSION:
        raise RecordingWrong(f"{name} has version {exchange.version}; this reads {VERSION}.")
    return exchange
