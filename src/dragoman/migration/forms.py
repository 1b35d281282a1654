"""Multipart forms: read whole, and written anew."""

from collections.abc import Sequence
from dataclasses import dataclass

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

MULTIPART = "multipart/form-data"
BOUNDARY = "dragoman-1d0b5a7e3c9f48f2b6a4"
"""The boundary of forms that are written here; one that holds it gets a longer one."""
MOST_PARTS = 2000


class FormWrong(Exception):
    """A body is no form, though its head says so."""


@dataclass(slots=True)
class FormPart:
    """A field of a form or, where it has the name of a file, a file."""

    name: str = ""
    filename: str | None = None
    content_type: str | None = None
    data: bytes = b""


class _Reader:
    """Gathers the parts of one form."""

    def __init__(self) -> None:
        self.parts: list[FormPart] = []
        self.ended = False
        self._data: list[bytes] = []
        self._header: tuple[bytearray, bytearray] = (bytearray(), bytearray())

    def begin(self) -> None:
        if len(self.parts) >= MOST_PARTS:
            raise FormWrong(f"it has more than {MOST_PARTS} parts")
        self.parts.append(FormPart())
        self._data = []

    def name_header(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def fill_header(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def end_header(self) -> None:
        name, value = (bytes(each) for each in self._header)
        part = self.parts[-1]
        if name.lower() == b"content-disposition":
            _, options = parse_options_header(value)
            part.name = options.get(b"name", b"").decode("utf-8", "replace")
            if b"filename" in options:
                part.filename = options[b"filename"].decode("utf-8", "replace")
            elif b"filename*" in options:
                part.filename = options[b"filename*"].decode("utf-8", "replace")
        elif name.lower() == b"content-type":
            part.content_type = value.decode("latin-1")
        self._header = (bytearray(), bytearray())

    def add(self, data: bytes, start: int, end: int) -> None:
        self._data.append(data[start:end])

    def end_part(self) -> None:
        self.parts[-1].data = b"".join(self._data)

    def end(self) -> None:
        self.ended = True


def read_form(content_type: str, body: bytes) -> list[FormPart]:
    """Read the parts of a form, in their order.

    Raises:
        FormWrong: it is none.
    """
    _, options = parse_options_header(content_type)
    reader = _Reader()
    try:
        parser = MultipartParser(
            options[b"boundary"],
            {
                "on_part_begin": reader.begin,
                "on_header_field": reader.name_header,
                "on_header_value": reader.fill_header,
                "on_header_end": reader.end_header,
                "on_part_data": reader.add,
                "on_part_end": reader.end_part,
                "on_end": reader.end,
            },
        )
        parser.write(body)
    except KeyError:
        raise FormWrong("it names no boundary") from None
    except FormParserError as error:
        raise FormWrong(str(error)) from error
    if not reader.ended:
        raise FormWrong("it breaks off")
    return reader.parts


def write_form(parts: Sequence[FormPart]) -> tuple[str, bytes]:
    """Write a form; returns its content type and its bytes."""
    boundary = BOUNDARY
    while any(boundary.encode() in part.data for part in parts):
        boundary += "0"
    body = bytearray()
    for part in parts:
        body += f"--{boundary}\r\n{_disposition(part)}".encode()
        if part.content_type:
            body += f"Content-Type: {part.content_type}\r\n".encode()
        body += b"\r\n" + part.data + b"\r\n"
    body += f"--{boundary}--\r\n".encode()
    return f"{MULTIPART}; boundary={boundary}", bytes(body)


def _disposition(part: FormPart) -> str:
    """The header of a part, its names as browsers write them."""
    line = f'Content-Disposition: form-data; name="{_quoted(part.name)}"'
    if part.filename is not None:
        line += f'; filename="{_quoted(part.filename)}"'
    return f"{line}\r\n"


def _quoted(name: str) -> str:
    return name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
