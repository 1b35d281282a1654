"""Multipart forms, read piece by piece as they arrive; the one file goes on without being kept."""

import codecs
import re
from urllib.parse import unquote

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from dragoman.domain.errors import RequestInvalid

MAX_FIELD_BYTES = 8 * 1024 * 1024
"""Bytes of a text field: a known speaker's reference is ten seconds in base64."""

MAX_FILES = 8
"""A form needs one file; a second is refused by its name rather than with the whole form."""

MAX_FIELDS = 1000

CHARSETS = (
    *("utf-8", "ascii", "utf-16", "utf-16-le", "utf-16-be", "koi8-r", "koi8-u", "big5", "gbk"),
    *("gb2312", "gb18030", "euc_jp", "shift_jis", "iso2022_jp", "euc_kr", "cp949", "cp932"),
    *(f"iso8859-{number}" for number in (*range(1, 12), *range(13, 17))),
    *(f"cp{number}" for number in range(1250, 1259)),
)
"""Encodings of text in forms, by Python's names; Python also knows some that are none (`undefined`
raises, `punycode` takes hours for a megabyte).
"""

EXTENDED_NAME = re.compile(
    r";\s*filename\*\s*=\s*(?P<charset>[\w-]+)'[\w-]*'(?P<name>[\w.!#$&+^`|~%-]*)", re.I | re.A
)
"""`filename*=UTF-8''%ED%95%9C.wav`. Source: RFC 5987; RFC 7578 forbids it in forms, yet urllib3
before 2.0, and so much of Python, writes every name beyond ASCII in this way.
"""


class FormReader:
    """Reads one form of which one file is wanted, the first in the field `file_field`.

    `feed` gives back that file's bytes. Text fields are kept in `fields`, and the names of all
    other files in `other_files`; what these files hold is passed over.
    """

    def __init__(self, content_type: str, file_field: str) -> None:
        """Read the boundary.

        Raises:
            RequestInvalid: there is none, or it is too long.
        """
        self.fields: list[tuple[str, str]] = []
        self.other_files: list[tuple[str, str]] = []
        self.filename: str | None = None
        """The client's name for the file; None: it has not come."""
        _, options = parse_options_header(content_type)
        if b"boundary" not in options:
            raise unreadable("Missing boundary in multipart.")
        self._charset = _charset(options.get(b"charset", b"utf-8"))
        self._file_field = file_field
        self._file_bytes = bytearray()
        self._part = _Part()
        self._ended = False
        try:
            self._parser = MultipartParser(
                options[b"boundary"],
                {
                    "on_part_begin": self._begin_part,
                    "on_header_field": self._add_to_header_name,
                    "on_header_value": self._add_to_header_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._end_headers,
                    "on_part_data": self._add_data,
                    "on_part_end": self._end_part,
                    "on_end": self._end,
                },
            )
        except FormParserError as error:
            raise unreadable("Invalid multipart data.") from error

    def feed(self, piece: bytes) -> bytes:
        """Read the next piece of the body; returns the bytes of the file that are in it.

        Raises:
            RequestInvalid: it is no form, or a limit is passed.
        """
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise unreadable("Invalid multipart data.") from error
        file_bytes = bytes(self._file_bytes)
        self._file_bytes.clear()
        return file_bytes

    def finish(self) -> None:
        """Take note that the body has ended.

        Raises:
            RequestInvalid: the form breaks off: what came last would be lost unseen.
        """
        if not self._ended:
            raise unreadable("It breaks off before its last boundary.")

    def _begin_part(self) -> None:
        self._part = _Part()

    def _add_to_header_name(self, data: bytes, start: int, end: int) -> None:
        self._part.header_name += data[start:end]

    def _add_to_header_value(self, data: bytes, start: int, end: int) -> None:
        self._part.header_value += data[start:end]

    def _end_header(self) -> None:
        part = self._part
        if bytes(part.header_name).lower() == b"content-disposition":
            part.disposition = part.header_value.decode("latin-1")
        part.header_name.clear()
        part.header_value.clear()

    def _end_headers(self) -> None:
        part = self._part
        _, options = parse_options_header(part.disposition)
        if b"name" not in options:
            raise unreadable('The Content-Disposition header field "name" must be provided.')
        part.name = self._text(options[b"name"])
        if b"filename" in options:
            filename = self._text(options[b"filename"])
        else:
            filename = _extended_filename(part.disposition)
        if filename is None:
            part.is_text = True
            if len(self.fields) >= MAX_FIELDS:
                raise unreadable(f"Too many fields. Maximum number of fields is {MAX_FIELDS}.")
        elif len(self.other_files) + (self.filename is not None) >= MAX_FILES:
            raise unreadable(f"Too many files. Maximum number of files is {MAX_FILES}.")
        elif part.name == self._file_field and self.filename is None:
            self.filename, part.is_the_file = filename, True
        else:
            self.other_files.append((part.name, filename))

    def _add_data(self, data: bytes, start: int, end: int) -> None:
        part = self._part
        if part.is_the_file:
            self._file_bytes += data[start:end]
        elif part.is_text:
            if len(part.text) + end - start > MAX_FIELD_BYTES:
                raise unreadable(f"Part exceeded maximum size of {MAX_FIELD_BYTES // 1024}KB.")
            part.text += data[start:end]

    def _end_part(self) -> None:
        if self._part.is_text:
            self.fields.append((self._part.name, self._text(self._part.text)))

    def _end(self) -> None:
        self._ended = True

    def _text(self, data: bytes | bytearray) -> str:
        try:
            return data.decode(self._charset)
        except UnicodeDecodeError:
            return data.decode("latin-1")


class _Part:
    """The part of a form that is being read."""

    def __init__(self) -> None:
        self.header_name = bytearray()
        self.header_value = bytearray()
        self.disposition = ""
        self.name = ""
        self.text = bytearray()
        self.is_text = False
        self.is_the_file = False


def unreadable(reason: str) -> RequestInvalid:
    """The body is no form that can be read."""
    return RequestInvalid(f"The form could not be read: {reason}")


def _charset(name: bytes) -> str:
    """The encoding of texts; Latin-1, which reads anything, where it is not a known one."""
    try:
        charset = codecs.lookup(name.decode("latin-1")).name
    except (LookupError, ValueError):  # ValueError: there is a NUL in it
        return "latin-1"
    return charset if charset in CHARSETS else "latin-1"


def _extended_filename(disposition: str) -> str | None:
    extended = EXTENDED_NAME.search(disposition)
    if extended is None:
        return None
    return unquote(extended["name"], _charset(extended["charset"].encode()), errors="replace")
