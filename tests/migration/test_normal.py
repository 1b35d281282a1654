"""When requests are equal, and where others differ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.migration.exchange import Body, File, Part, Request
from dragoman.migration.normal import differences, key, normal_form

CHAT = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}


def chat(**fields: object) -> Request:
    return Request("POST", "/chat/completions", body=Body(json={**CHAT, **fields}))


def form(*parts: Part) -> Request:
    return Request("POST", "/audio/transcriptions", body=Body(form=parts))


SOUND = Part("file", filename="a.wav", file=File("files/a.wav", "ab12", 4))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (chat(), chat(temperature=1, top_p=1.0, n=1, stream=False, seed=None)),
        (chat(max_tokens=5), chat(max_tokens=5.0)),
        (chat(messages=CHAT["messages"]), chat()),
        (form(SOUND), form(Part("temperature", text="0"), SOUND)),
        (form(SOUND), form(SOUND, Part("stream", text="false"))),
        (
            form(SOUND),
            form(Part("file", filename="b.mp3", file=File("files/b.mp3", "ab12", 4))),
        ),
        (
            form(SOUND, Part("timestamp_granularities[]", text="word")),
            form(Part("timestamp_granularities", text="word"), SOUND),
        ),
    ],
)
def test_equal_requests_have_one_key(first: Request, second: Request):
    assert key(normal_form(first)) == key(normal_form(second))


@pytest.mark.parametrize(
    ("first", "second", "paths"),
    [
        (chat(), chat(temperature=0), ["temperature"]),
        (chat(stream=True), chat(), ["stream"]),
        (chat(logprobs=True), chat(logprobs=1), ["logprobs"]),
        (
            chat(),
            chat(messages=[{"role": "user", "content": "Ho"}, {"role": "user", "content": "Hi"}]),
            ["messages[0].content", "messages[1]"],
        ),
        (form(SOUND), form(Part("file", file=File("x", "cd34", 4))), ["file.sha256"]),
        (chat(), Request("GET", "/models"), ["method", "path", "body"]),
    ],
)
def test_others_differ_where_they_differ(first: Request, second: Request, paths: list[str]):
    assert key(normal_form(first)) != key(normal_form(second))
    found = differences(normal_form(first), normal_form(second))
    assert [difference.path for difference in found] == paths


def test_fields_can_be_ignored():
    forms = [normal_form(chat(user=name), {"user"}) for name in ("me", "you")]
    assert forms[0] == forms[1]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=12,
)


@given(VALUES, VALUES)
def test_two_requests_have_one_key_exactly_where_nothing_differs(first: object, second: object):
    forms = [normal_form(chat(tools=value)) for value in (first, second)]
    assert (key(forms[0]) == key(forms[1])) == (differences(*forms) == [])
