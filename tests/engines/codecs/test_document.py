import random
import subprocess
import sys
from itertools import count

import pytest

from dragoman.domain.document import Document, DocumentRequest
from dragoman.domain.engine import EngineSpec, Stopped
from dragoman.domain.errors import EngineUnavailable, RequestInvalid
from dragoman.engines.codecs import load_document
from dragoman.engines.codecs.document import LONGEST_S, MOST_CHARACTERS, MOST_PAGES, DocumentCodec
from outlets import Basket
from pdfs import locked, pdf


def read(data: bytes) -> Document:
    basket = Basket()
    load_document(EngineSpec("document-codec", "")).run(DocumentRequest(data), basket)
    (document,) = basket.events
    return document


def refused(data: bytes) -> tuple[str, str | None]:
    with pytest.raises(RequestInvalid) as caught:
        read(data)
    return caught.value.message, caught.value.code


def test_the_text_of_every_page_is_read_in_order() -> None:
    assert read(pdf("Page one.", "Page two.")) == Document("Page one.\n\nPage two.", 2)


def test_rubbish_before_a_pdf_is_common_and_does_no_harm() -> None:
    assert read(b"HTTP rubbish\r\n" + pdf("Hello")).text == "Hello"


@pytest.mark.parametrize(
    "data",
    [
        "Grüße, 안녕\r\nline two".encode(),
        "Grüße, 안녕\nline two".encode("utf-8-sig"),
        "Grüße, 안녕\nline two".encode("utf-16"),
        "Grüße, 안녕\nline two".encode("utf-32"),
    ],
    ids=["utf-8", "utf-8-sig", "utf-16", "utf-32"],
)
def test_plain_text_is_read_in_every_unicode_encoding(data: bytes) -> None:
    assert read(data) == Document("Grüße, 안녕\nline two", 1)


def test_control_characters_are_left_out() -> None:
    assert read(b"a\x1b[31mb\x07\tc").text == "a[31mb\tc"


@pytest.mark.parametrize("data", [pdf("", ""), b" \n ", b""])
def test_no_text_is_told(data: bytes) -> None:
    message, code = refused(data)
    assert "holds no text" in message
    assert code == "no_text_found"


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\x00", "Grüße".encode("latin-1"), b"a\x00b"])
def test_what_is_neither_is_refused(data: bytes) -> None:
    assert refused(data)[1] == "unsupported_file_format"


def test_locked_files_are_refused() -> None:
    assert refused(locked("secret"))[0] == "The PDF is locked with a password."
    assert refused(locked(""))[1] == "no_text_found"


def test_too_many_pages_are_refused() -> None:
    assert "too many pages: 101" in refused(pdf(*["x"] * (MOST_PAGES + 1)))[0]
    assert read(pdf(*["x"] * MOST_PAGES)).pages == MOST_PAGES


def test_too_much_text_is_refused() -> None:
    assert "at most 1000000 characters" in refused(b"x" * (MOST_CHARACTERS + 1))[0]


def test_a_file_that_takes_too_long_is_given_up() -> None:
    ticks = count(0.0, LONGEST_S / 2)
    engine = DocumentCodec(lambda: next(ticks))
    with pytest.raises(RequestInvalid, match="too long"):
        engine.run(DocumentRequest(pdf(*["x"] * 9)), Basket())


def test_nobody_reads_on_when_the_caller_has_left() -> None:
    basket = Basket(room=0)
    with pytest.raises(Stopped):
        DocumentCodec().run(DocumentRequest(pdf("x")), basket)


def test_any_damage_is_a_refusal_or_a_text() -> None:
    dice = random.Random(4)
    whole = pdf("Page one.", "Page two.")
    refusals = 0
    for _ in range(300):
        broken = bytearray(whole)
        for _ in range(dice.randrange(1, 12)):
            broken[dice.randrange(8, len(broken))] = dice.randrange(256)
        if dice.random() < 0.3:
            del broken[dice.randrange(8, len(broken)) :]
        try:
            assert read(bytes(broken)).text
        except RequestInvalid:
            refusals += 1
    assert refusals


def test_a_wrong_option_is_told() -> None:
    for options in ({"memory_bytes": -1}, {"x": 1}):
        with pytest.raises(EngineUnavailable, match="document-codec"):
            load_document(EngineSpec("document-codec", "", options=options))


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS")
def test_the_memory_of_the_catalogue_holds_where_pdfs_are_read() -> None:
    script = (
        "import resource\n"
        "from dragoman.engines.codecs import load_document\n"
        "from dragoman.domain.engine import EngineSpec\n"
        "from dragoman.engines import kinds_by_engine\n"
        "from dragoman.models.catalogue import load\n"
        "models = load(engines=kinds_by_engine()).model\n"
        "(codec,) = (each for each in models if each.id == 'document-codec')\n"
        "load_document(EngineSpec(codec.engine, '', options=codec.options))\n"
        "print(resource.getrlimit(resource.RLIMIT_AS)[0])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert 2 * 10**9 < int(done.stdout) < 2**34
