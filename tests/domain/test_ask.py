import pytest

from dragoman.domain.document import DOCUMENT_CODEC, Document, DocumentRequest
from dragoman.domain.engine import Outlet, ask
from dragoman.domain.errors import EngineFailed, RequestInvalid
from fake_engines import Held

FILE = DocumentRequest(b"one two")


class Reader:
    """Answers with as many documents as the file has words."""

    @property
    def concurrency(self) -> int:
        return 1

    def run(self, request: DocumentRequest, outlet: Outlet[Document]) -> None:
        if request.data == b"broken":
            raise RequestInvalid("broken")
        for word in request.data.decode().split():
            outlet.emit(Document(word, 1))

    def close(self) -> None:
        pass


def engines() -> Held:
    return Held({DOCUMENT_CODEC: {"first": Reader(), "second": Reader()}})


async def test_the_first_event_is_the_answer_and_the_engine_is_given_back() -> None:
    held = engines()
    assert await ask(held, DOCUMENT_CODEC, FILE) == Document("one", 1)
    assert await ask(held, DOCUMENT_CODEC, FILE, "second") == Document("one", 1)
    assert held.borrowed == 0


async def test_an_engine_that_says_nothing_has_failed() -> None:
    held = engines()
    with pytest.raises(EngineFailed, match="the document-codec engine gave no answer"):
        await ask(held, DOCUMENT_CODEC, DocumentRequest(b""))
    assert held.borrowed == 0


async def test_an_engines_own_error_is_passed_on() -> None:
    held = engines()
    with pytest.raises(RequestInvalid, match="broken"):
        await ask(held, DOCUMENT_CODEC, DocumentRequest(b"broken"))
    assert held.borrowed == 0
