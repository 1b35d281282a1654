"""Bodies as they pass by, and as recordings have them."""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from msgspec import UNSET

from dragoman.migration.exchange import Body, File, Part, Piece
from dragoman.migration.forms import MULTIPART, FormPart, FormWrong, read_form, write_form
from dragoman.migration.scrubbing import Scrubber
from dragoman.wire.fields import Json

EVENT_STREAM = "text/event-stream"
FILES = "files"
"""The folder, below that of the recordings, of what is no text."""

SUFFIXES: Mapping[str, str] = {
    "audio/mpeg": ".mp3",
    "audio/mp3": ".mp3",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "audio/flac": ".flac",
    "audio/opus": ".opus",
    "audio/ogg": ".ogg",
    "audio/aac": ".aac",
    "audio/mp4": ".m4a",
    "audio/webm": ".webm",
    "audio/pcm": ".pcm",
    "video/mp4": ".mp4",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "application/pdf": ".pdf",
}

Fetch = Callable[[File], bytes]
"""Gives the bytes of a file of a recording."""


class SecretInFile(Exception):
    """A file holds the caller's key, and must not be written."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A piece of a body, and when it came, in seconds since the request."""

    at_s: float
    data: bytes


@dataclass(slots=True)
class Describer:
    """Describes the bodies of one exchange; `files` are then the bytes that are no text."""

    scrubber: Scrubber
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])

    def request(self, content_type: str, data: bytes) -> Body | None:
        """Describe the body of a request; None: it has none.

        Raises:
            SecretInFile: it cannot be written down.
        """
        if not data:
            return None
        if _kind(content_type) == MULTIPART:
            try:
                parts = read_form(content_type, data)
            except FormWrong:
                return Body(file=self._file(data, content_type))
            return Body(form=tuple(map(self._part, parts)))
        return self._whole(content_type, data)

    def answer(self, content_type: str, pieces: Sequence[Passed], encoding: str) -> Body | None:
        """Describe the body of an answer; None: it has none.

        Raises:
            SecretInFile: it cannot be written down.
        """
        data = b"".join(piece.data for piece in pieces)
        if not data:
            return None
        if encoding not in ("", "identity"):
            return Body(file=self._file(data, "application/octet-stream"))
        if _kind(content_type) == EVENT_STREAM:
            clean = self.scrubber.pieces([piece.data for piece in pieces])
            return Body(
                pieces=tuple(
                    _piece(at, data)
                    for at, data in zip((p.at_s for p in pieces), clean, strict=True)
                    if data
                )
            )
        body = self._whole(content_type, data)
        if body.file is None or len(pieces) == 1:
            return body
        lengths = tuple(Piece(_rounded(piece.at_s), bytes=len(piece.data)) for piece in pieces)
        return Body(file=body.file, pieces=lengths)

    def _whole(self, content_type: str, data: bytes) -> Body:
        document = _json(data) if _kind(content_type) in ("", "application/json") else UNSET
        if document is not UNSET:
            return Body(json=self.scrubber.value(document))
        text = _text(data) if _kind(content_type).startswith(("text/", "application/")) else None
        if text is not None:
            return Body(text=self.scrubber.text(text))
        return Body(file=self._file(data, content_type))

    def _part(self, part: FormPart) -> Part:
        name = self.scrubber.text(part.name)
        text = _text(part.data) if part.filename is None else None
        if text is not None:
            return Part(name, text=self.scrubber.text(text), content_type=part.content_type)
        filename = None if part.filename is None else self.scrubber.text(part.filename)
        file = self._file(part.data, part.content_type or "", part.filename or "")
        return Part(name, filename=filename, content_type=part.content_type, file=file)

    def _file(self, data: bytes, content_type: str, filename: str = "") -> File:
        if self.scrubber.is_in(data):
            raise SecretInFile
        digest = hashlib.sha256(data).hexdigest()
        suffix = PurePosixPath(filename).suffix.lower()
        if not re.fullmatch(r"\.[a-z0-9]{1,5}", suffix):
            suffix = SUFFIXES.get(_kind(content_type), ".bin")
        path = f"{FILES}/{digest[:16]}{suffix}"
        self.files[path] = data
        return File(path, digest, len(data))


def request_bytes(content_type: str | None, body: Body | None, fetch: Fetch) -> tuple[str, bytes]:
    """Write the body of a recorded request anew; returns its content type and its bytes."""
    if body is None:
        return content_type or "", b""
    if body.form is not None:
        return write_form([_form_part(part, fetch) for part in body.form])
    return content_type or "application/json", b"".join(
        piece.data for piece in answer_pieces(body, fetch)
    )


def answer_pieces(body: Body | None, fetch: Fetch) -> list[Passed]:
    """Give the bytes of a recorded answer, in the pieces in which they came if that is known."""
    if body is None:
        return []
    if body.json is not UNSET:
        text = json.dumps(body.json, ensure_ascii=False, separators=(",", ":"))
        return [Passed(0.0, text.encode("utf-8", "surrogatepass"))]
    if body.text is not None:
        return [Passed(0.0, body.text.encode("utf-8", "surrogatepass"))]
    if body.file is None:
        return [Passed(piece.at_s, _bytes_of(piece)) for piece in body.pieces or ()]
    data, passed, start = fetch(body.file), list[Passed](), 0
    for piece in body.pieces or (Piece(0.0, bytes=len(data)),):
        passed.append(Passed(piece.at_s, data[start : start + (piece.bytes or 0)]))
        start += piece.bytes or 0
    return [*passed, Passed(passed[-1].at_s, data[start:])] if start < len(data) else passed


def _form_part(part: Part, fetch: Fetch) -> FormPart:
    data = fetch(part.file) if part.file else (part.text or "").encode("utf-8", "surrogatepass")
    return FormPart(part.name, part.filename, part.content_type, data)


def _kind(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _rounded(at_s: float) -> float:
    return round(at_s, 4)


def _piece(at_s: float, data: bytes) -> Piece:
    """A piece of text, or of base64 where its borders lie inside a character."""
    text = _text(data)
    if text is None:
        return Piece(_rounded(at_s), base64=base64.b64encode(data).decode())
    return Piece(_rounded(at_s), text=text)


def _bytes_of(piece: Piece) -> bytes:
    if piece.base64 is not None:
        return base64.b64decode(piece.base64)
    return (piece.text or "").encode("utf-8", "surrogatepass")


def _text(data: bytes) -> str | None:
    """The text of bytes, if they are one."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _json(data: bytes) -> Json:
    """The value of bytes of JSON; UNSET: they are none, or would not be the same when written."""
    try:
        return json.loads(data, object_pairs_hook=_object, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return UNSET


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a member stands there twice")
    return members


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def json_of(body: Body | None) -> Json:
    """The JSON of a body; None where it holds something else."""
    return None if body is None or body.json is UNSET else body.json
