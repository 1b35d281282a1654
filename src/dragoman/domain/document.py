"""Reading documents, without HTTP: a file's bytes, and the text in it."""

from dataclasses import dataclass

from dragoman.domain.engine import Kind


@dataclass(frozen=True, slots=True)
class DocumentRequest:
    """The bytes of a file, as they came: a PDF or plain text, whatever its name."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Document:
    """The text of a file, and how many pages it had; plain text has one."""

    text: str
    pages: int


DOCUMENT_CODEC: Kind[DocumentRequest, Document] = Kind(
    "document-codec", DocumentRequest, (Document,)
)
