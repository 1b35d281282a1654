"""Documents of strangers, turned into text: pypdf, behind limits.

Runs in a process of its own: a PDF is a program, and some are written to be slow.
"""

import codecs
import io
import logging
import re
import time
from collections.abc import Callable
from typing import Final

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from dragoman.domain.document import Document, DocumentRequest
from dragoman.domain.engine import BlockingEngine, EngineSpec, Outlet, Stopped
from dragoman.domain.errors import RequestInvalid
from dragoman.engines.codecs.limits import limit_memory, memory_limit

MOST_PAGES = 100
"""The most pages of a file, as at OpenAI."""

MOST_CHARACTERS = 1_000_000
"""The most characters of a file's text: many times what any model here reads."""

LONGEST_S = 60.0
"""The most seconds of work on one file, looked at between pages."""

_BEGINS: Final = b"%PDF-"
_WHERE = 1024
"""Bytes in which a PDF has to begin; rubbish before it is common."""
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]+")
_DAMAGED: Final = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    PyPdfError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What pypdf raises on damaged files."""


def load(spec: EngineSpec) -> BlockingEngine[DocumentRequest, Document]:
    """Take the limits: option `memory_bytes` is what a file may take, see `limit_memory`.

    Raises:
        EngineUnavailable: an option is unknown or makes no sense.
    """
    memory = memory_limit(spec)
    if memory is not None:
        limit_memory(memory)
    # pypdf warns of oddities in files; they are the callers', who cannot read our log.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    return DocumentCodec()


class DocumentCodec:
    """See `domain.engine.BlockingEngine`: `DocumentRequest` in, one `Document` out."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` tells seconds."""
        self._clock = clock

    @property
    def concurrency(self) -> int:
        """Two: a long file does not keep a short one waiting."""
        return 2

    def run(self, request: DocumentRequest, outlet: Outlet[Document]) -> None:
        """See `BlockingEngine.run`; stops between pages.

        Raises:
            RequestInvalid: no text in it, or too much; damaged, locked, or neither PDF nor text.
        """
        if _BEGINS in request.data[:_WHERE]:
            document = self._read_pdf(request.data, outlet)
        else:
            document = Document(_plain(request.data), 1)
        if len(document.text) > MOST_CHARACTERS:
            raise _too_long()
        if not document.text.strip():
            raise RequestInvalid(
                "The file holds no text. Pages that are pictures (scans, photographs) are not "
                "read: send them as images.",
                code="no_text_found",
            )
        outlet.emit(document)

    def close(self) -> None:
        """See `BlockingEngine.close`: nothing is held."""

    def _read_pdf(self, data: bytes, outlet: Outlet[Document]) -> Document:
        ends = self._clock() + LONGEST_S
        pages: list[str] = []
        try:
            reader = PdfReader(io.BytesIO(data))
            if reader.is_encrypted and not reader.decrypt(""):
                raise _locked()
            if len(reader.pages) > MOST_PAGES:
                raise RequestInvalid(
                    f"The PDF has too many pages: {len(reader.pages)}. At most {MOST_PAGES} are "
                    "taken.",
                    code="invalid_value",
                )
            for page in reader.pages:
                if outlet.stopped:
                    raise Stopped
                if self._clock() > ends or sum(map(len, pages)) > MOST_CHARACTERS:
                    raise _too_long()
                pages.append(page.extract_text())
        except _DAMAGED as error:
            raise RequestInvalid(
                "The PDF could not be read: it is damaged, or locked with a password.",
                code="invalid_value",
            ) from error
        return Document("\n\n".join(map(_tidy, pages)), len(pages))


def _plain(data: bytes) -> str:
    """Plain text: UTF-8, or what its byte order mark says.

    Raises:
        RequestInvalid: it is none.
    """
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unsupported() from error
    if "\x00" in text:
        raise _unsupported()
    return _tidy(text)


def _tidy(text: str) -> str:
    """Without control characters; nor half a surrogate pair, which fonts may give."""
    return _CONTROLS.sub("", text).strip()


def _locked() -> RequestInvalid:
    return RequestInvalid("The PDF is locked with a password.", code="invalid_value")


def _too_long() -> RequestInvalid:
    return RequestInvalid(
        f"The file is too long: at most {MOST_CHARACTERS} characters are read.",
        code="string_above_max_length",
    )


def _unsupported() -> RequestInvalid:
    return RequestInvalid(
        "The file is neither a PDF nor text in UTF-8.", code="unsupported_file_format"
    )
