"""Native decoders for bytes that users send, in a process that may die."""

from dragoman.domain.document import Document, DocumentRequest
from dragoman.domain.engine import BlockingEngine, EngineSpec
from dragoman.domain.picture import Picture, PictureRequest
from dragoman.domain.transcription import DecodeRequest, Recording


def load_audio(spec: EngineSpec) -> BlockingEngine[DecodeRequest, Recording]:
    """The decoder of sound. Option: `memory_bytes`, the most this process may address (Linux)."""
    from dragoman.engines.codecs.audio import load  # noqa: PLC0415 - heavy

    return load(spec)


def load_document(spec: EngineSpec) -> BlockingEngine[DocumentRequest, Document]:
    """The reader of documents. Option: `memory_bytes`, as with sound."""
    from dragoman.engines.codecs.document import load  # noqa: PLC0415 - heavy

    return load(spec)


def load_picture(spec: EngineSpec) -> BlockingEngine[PictureRequest, Picture]:
    """The decoder of pictures."""
    from dragoman.engines.codecs.picture import load  # noqa: PLC0415 - heavy

    return load(spec)
