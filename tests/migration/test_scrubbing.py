"""Secrets are taken out, whole and from streams, and nothing else is."""

from hypothesis import given
from hypothesis import strategies as st

from dragoman.migration.bodies import Describer, Passed, answer_pieces, request_bytes
from dragoman.migration.forms import FormPart, read_form, write_form
from dragoman.migration.scrubbing import REMOVED, Scrubber

SECRET = b"a-secret-of-the-caller"
SCRUBBER = Scrubber([(b"Authorization", b"Bearer " + SECRET)])


@given(st.lists(st.binary(max_size=6) | st.just(SECRET), max_size=8), st.data())
def test_pieces_are_scrubbed_as_the_whole_is(parts: list[bytes], data: st.DataObject):
    whole = b"|".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=5)))
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    clean = SCRUBBER.pieces(pieces)
    assert len(clean) == len(pieces)
    assert b"".join(clean) == whole.replace(SECRET, REMOVED.encode())


def test_words_that_are_no_secrets_stay():
    scrubber = Scrubber([(b"authorization", b"Bearer anything"), (b"cookie", b"a=b; c=d")])
    text = "Do anything: sk-learn, org-mode, task-oriented-dialogue-systems, Bearer of bad news"
    assert scrubber.text(text) == text


def test_members_with_a_secrets_name_lose_their_texts_and_schemas_stay():
    schema = {"properties": {"password": {"type": "string"}}, "required": ["password"]}
    value = {
        "tools": [{"authorization": "x"}, schema],
        "client_secret": {"value": "ek_1234567890abcdefgh"},
    }
    assert SCRUBBER.value(value) == {
        "tools": [{"authorization": REMOVED}, schema],
        "client_secret": {"value": REMOVED},
    }


def test_queries_lose_their_keys():
    pairs = SCRUBBER.query(b"api-key=x&after=msg_1&Token=y&limit=")
    assert pairs == (("after", "msg_1"), ("limit", ""))


PARTS = st.builds(
    FormPart,
    st.text("abc[]-", min_size=1, max_size=8),
    st.none() | st.text("abc .안", max_size=8),
    st.none() | st.just("audio/wav"),
    st.binary(max_size=60),
)


@given(st.lists(PARTS, min_size=1, max_size=4))
def test_a_form_is_read_as_it_was_written(parts: list[FormPart]):
    assert read_form(*write_form(parts)) == parts


@given(st.binary(max_size=60), st.sampled_from(["application/json", "text/plain", "audio/wav", ""]))
def test_a_body_is_written_as_it_came(data: bytes, content_type: str):
    describer = Describer(Scrubber())
    body = describer.request(content_type, data)
    _, written = request_bytes(content_type, body, lambda file: describer.files[file.path])
    assert written == data or b"".join(written.split()) == b"".join(data.split())


@given(st.lists(st.binary(min_size=1, max_size=9), min_size=1, max_size=6), st.booleans())
def test_an_answer_comes_in_the_pieces_in_which_it_came(pieces: list[bytes], is_text: bool):
    describer = Describer(Scrubber())
    content_type = "text/event-stream" if is_text else "audio/mpeg"
    passed = [Passed(number / 4, data) for number, data in enumerate(pieces)]
    body = describer.answer(content_type, passed, "")
    given_again = answer_pieces(body, lambda file: describer.files[file.path])
    assert [piece.data for piece in given_again] == pieces
    if len(pieces) > 1 or is_text:
        assert given_again == passed
