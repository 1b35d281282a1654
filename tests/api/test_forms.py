"""Multipart forms: however they are cut into pieces, and as other parsers were found to misread."""

import itertools
import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.api import forms
from dragoman.api.forms import FormReader
from dragoman.domain.errors import RequestInvalid

KIND = "multipart/form-data; boundary=xy"


def part(about: str, value: bytes, boundary: str = "xy") -> bytes:
    return f"--{boundary}\r\nContent-Disposition: form-data; {about}\r\n\r\n".encode() + value


def read(*pieces: bytes, kind: str = KIND) -> tuple[FormReader, bytes]:
    form = FormReader(kind, "file")
    content = b"".join([form.feed(piece) for piece in pieces])
    form.finish()
    return form, content


def refusal(*pieces: bytes, kind: str = KIND) -> str:
    with pytest.raises(RequestInvalid) as caught:
        read(*pieces, kind=kind)
    return caught.value.message.removeprefix("The form could not be read: ")


NASTY = st.sampled_from(
    [b"\r", b"\n", b"\r\n", b"-", b"--", b"\r\n--", b"\r\n--x", b"\r\n--xy", b"--xy--", b"xy", b"a"]
)
"""Bytes that look like a part of the boundary `xy`."""
DELIMITER = re.compile(rb"\r\n--xy")


@st.composite
def cut_forms(draw: st.DrawFn) -> tuple[bytes, bytes, Sequence[bytes]]:
    """A file, a text, and the form of both in pieces."""
    file, text = (
        DELIMITER.sub(b"", b"".join(draw(st.lists(NASTY | st.binary(max_size=5), max_size=12))))
        for _ in range(2)
    )
    # What was cut out may have joined what then is a delimiter; so may the end of the headers.
    file, text = (b"" if DELIMITER.search(b"\r\n" + each) else each for each in (file, text))
    body = (
        part('name="file"; filename="a.wav"', file)
        + b"\r\n"
        + part('name="text"', text)
        + b"\r\n--xy--\r\n"
    )
    cuts = sorted(draw(st.lists(st.integers(0, len(body)), max_size=12)))
    edges = [0, *cuts, len(body)]
    return file, text, [body[a:b] for a, b in itertools.pairwise(edges)]


@given(cut_forms())
def test_a_form_is_the_same_however_it_is_cut(form: tuple[bytes, bytes, Sequence[bytes]]) -> None:
    file, text, pieces = form
    parsed, content = read(*pieces)
    assert content == file
    assert [name for name, _ in parsed.fields] == ["text"]
    assert parsed.fields[0][1] in (text.decode("utf-8", "ignore"), text.decode("latin-1"))


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"\r",  # openwrt/luci 6282: lost at the end of a file
        b"\r\n",  # pallets/werkzeug 3119: the empty line before the file became a part of it
        b"\r\n\r\n",
        b"\n--xy",
        b"a\r\n--x",
        b"a\r\n--xz--\r\n",
        b"a\r\n-",
        b"--xy--",  # no boundary: it does not begin a line of its own
        b"a--xy\r\n",
        b"\x00\xff" * 100,
    ],
)
def test_bytes_that_look_like_a_boundary_are_the_files(file: bytes) -> None:
    about = 'name="file"; filename="a"'
    lead = b"a" if file.startswith(b"--xy") else b""
    body = part(about, lead + file) + b"\r\n--xy--"
    assert read(body)[1] == lead + file
    assert read(*(bytes([byte]) for byte in body))[1] == lead + file


def test_a_boundary_in_two_pieces_adds_no_byte_to_the_file() -> None:
    """pallets/werkzeug 3285: a CR that began the last boundary became the file's."""
    body = part('name="file"; filename="a"', b"sound") + b"\r\n--xy--\r\n"
    for cut in range(len(body)):
        assert read(body[:cut], body[cut:])[1] == b"sound"


@pytest.mark.parametrize(
    ("kind", "boundary"),
    [
        ('multipart/form-data; boundary="xy"', "xy"),
        ("multipart/form-data;boundary=xy;charset=utf-8", "xy"),
        ("Multipart/Form-Data; BOUNDARY=xy", "xy"),
        ('multipart/form-data; boundary="a b"', "a b"),
        ('multipart/form-data; boundary="a;b=c"', "a;b=c"),
        ("multipart/form-data; boundary=xy--", "xy--"),  # HttpMultipartParser 123
        ("multipart/form-data; boundary=----WebKitFormBoundary7MA", "----WebKitFormBoundary7MA"),
        ("multipart/form-data; boundary='()+_,-./:=?", "'()+_,-./:=?"),
    ],
)
def test_a_boundary_may_have_any_form(kind: str, boundary: str) -> None:
    end = f"\r\n--{boundary}--\r\n".encode()
    first = part('name="a"', b"1", boundary) + b"\r\n"
    form, content = read(first, part('name="file"; filename="b"', b"2", boundary), end, kind=kind)
    assert (form.fields, content) == ([("a", "1")], b"2")


@pytest.mark.parametrize("before", [b"\r\n", b"\r\n\r\n", b"\n"])
@pytest.mark.parametrize("after", [b"", b"\r\n", b"\r\nan epilogue\r\n--xy\r\n", b"\r\n\r\n"])
def test_lines_before_and_text_after_are_passed_over(before: bytes, after: bytes) -> None:
    body = before + part('name="a"', b"1") + b"\r\n--xy--" + after
    assert read(body)[0].fields == [("a", "1")]
    assert read(*(bytes([byte]) for byte in body))[0].fields == [("a", "1")]


def test_padding_behind_a_boundary_is_passed_over() -> None:
    body = part('name="a"', b"1") + b"\r\n--xy \t\r\n" + part('name="b"', b"2")[6:]
    assert read(body + b"\r\n--xy--")[0].fields == [("a", "1"), ("b", "2")]


@pytest.mark.parametrize(
    ("about", "filename"),
    [
        ('name="file"; filename="a.wav"', "a.wav"),
        ("name=file; filename=a.wav", "a.wav"),
        ('name="file"; filename=""', ""),
        ('filename="a.wav"; name="file"', "a.wav"),
        ('name="file"; filename="a;b=\\"c\\".wav"', 'a;b="c".wav'),
        (r'name="file"; filename="C:\dir\a.wav"', "a.wav"),
        ('name="file"; filename="../../etc/passwd"', "../../etc/passwd"),
        ('name="file"; filename="한.wav"', "한.wav"),
        ("name=\"file\"; filename*=UTF-8''%ED%95%9C.wav", "한.wav"),
        ("name=\"file\"; filename*=utf-8'ko'%ED%95%9C", "한"),
        ("name=\"file\"; filename*=iso-8859-1''%E9.wav", "é.wav"),
        ("name=\"file\"; filename*=punycode''%E9.wav", "é.wav"),
        ('name="file"; filename="a.wav"; filename*=UTF-8\'\'b.wav', "a.wav"),
    ],
)
def test_a_file_has_the_name_that_the_client_gave_it(about: str, filename: str) -> None:
    form, content = read(part(about, b"sound") + b"\r\n--xy--\r\n")
    assert (form.filename, content, form.fields) == (filename, b"sound", [])


def test_only_the_first_file_of_the_field_is_handed_over() -> None:
    form, content = read(
        part('name="other"; filename="o"', b"other") + b"\r\n",
        part('name="file"; filename="1"', b"first") + b"\r\n",
        part('name="file"; filename="2"', b"second") + b"\r\n--xy--",
    )
    assert content == b"first"
    assert form.other_files == [("other", "o"), ("file", "2")]


def test_headers_are_read_in_any_case_and_others_are_passed_over() -> None:
    head = b"--xy\r\ncontent-type: text/plain\r\nCONTENT-DISPOSITION: form-data; name=a\r\n\r\n"
    form, _ = read(head + b"1\r\n--xy--")
    assert form.fields == [("a", "1")]


@pytest.mark.parametrize(
    ("charset", "value", "text"),
    [
        ("utf-8", "é".encode(), "é"),
        ("euc-kr", "한".encode("euc-kr"), "한"),
        ("latin1", b"\xe9", "é"),
        ("utf-8", b"\xe9", "é"),  # not UTF-8: read by the encoding that reads anything
        ("no-such", b"\xe9", "é"),
        ("undefined", b"\xe9", "é"),
        ("punycode", b"a" * 100 + b"-" + b"z" * 100, "a" * 100 + "-" + "z" * 100),
        ("hex", b"61", "61"),
        ("a\0b", b"\xe9", "é"),
    ],
)
def test_texts_are_read_in_the_charset_of_the_form(charset: str, value: bytes, text: str) -> None:
    kind = f"multipart/form-data; boundary=xy; charset={charset}"
    form, _ = read(part('name="a"', value) + b"\r\n--xy--", kind=kind)
    assert form.fields == [("a", text)]


BROKEN = "Invalid multipart data."
CUT = "It breaks off before its last boundary."


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", CUT),
        (part('name="a"', b"1"), CUT),
        (part('name="a"', b"1") + b"\r\n--xy", CUT),
        (part('name="a"', b"1") + b"\r\n--xy-", CUT),
        (b"A preamble.\r\n" + part('name="a"', b"1") + b"\r\n--xy--", BROKEN),
        (b"nonsense", BROKEN),
        (b"--xyz\r\n", BROKEN),
        (b"--xy\r\nNo Name: 1\r\n\r\n", BROKEN),
        (b"--xy\r\n: 1\r\n\r\n", BROKEN),
        (b"--xy\r\nContent-Disposition: form-data; name=a\n\n1\r\n--xy--", CUT),
        (b"--xy\r\nA: " + b"a" * 10_000, BROKEN),
        (b"--xy\r\n" + b"A: 1\r\n" * 100, BROKEN),
        (
            b"--xy\r\nA: 1\r\n\r\n1\r\n--xy--",
            'The Content-Disposition header field "name" must be provided.',
        ),
        (
            b"\r\n".join(part('name="f"; filename="a"', b"") for _ in range(9)) + b"\r\n--xy--",
            "Too many files. Maximum number of files is 8.",
        ),
        (
            b"\r\n".join(part('name="f"', b"") for _ in range(1001)) + b"\r\n--xy--",
            "Too many fields. Maximum number of fields is 1000.",
        ),
        (
            part('name="f"', b"a" * (forms.MAX_FIELD_BYTES + 1)) + b"\r\n--xy--",
            "Part exceeded maximum size of 8192KB.",
        ),
    ],
)
def test_what_is_no_form_is_refused_with_its_reason(body: bytes, reason: str) -> None:
    assert refusal(body) == reason
    if len(body) < 20_000:
        assert refusal(*(bytes([byte]) for byte in body)) == reason


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("multipart/form-data", "Missing boundary in multipart."),
        (f"multipart/form-data; boundary={'x' * 300}", BROKEN),
    ],
)
def test_a_boundary_that_cannot_be_read_is_refused(kind: str, reason: str) -> None:
    assert refusal(b"", kind=kind) == reason
