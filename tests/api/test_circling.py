"""An answer that was ended because it went round in circles says so."""

from clients import MODEL, chat_app, http_client, openai_client, user
from dragoman.domain.chat import ChatRequest
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Circle, Say, Step


def script(_: ChatRequest, choice: int) -> list[Step]:
    return [Say("Again."), Circle()] if choice else [Say("Once.")]


APP = chat_app(FakeChat(script))


async def test_the_header_names_the_choices() -> None:
    async with openai_client(APP) as client:
        raw = await client.chat.completions.with_raw_response.create(
            model=MODEL, messages=user("Hi"), n=3
        )
    assert raw.headers["x-dragoman-circling"] == "1, 2"
    reasons = [choice.finish_reason for choice in raw.parse().choices]
    assert reasons == ["stop", "length", "length"]


async def test_a_stream_says_it_in_comments() -> None:
    body = {"model": MODEL, "messages": user("Hi"), "n": 3, "stream": True}
    async with http_client(APP) as client:
        answer = await client.post("/v1/chat/completions", json=body)
    lines = [line for line in answer.text.splitlines() if line]
    assert [line for line in lines if line.startswith(":")] == [
        ": x-dragoman-circling: 1",
        ": x-dragoman-circling: 2",
    ]
    after = lines[lines.index(": x-dragoman-circling: 1") + 1]
    assert '"index":1' in after
    assert '"finish_reason":"length"' in after


async def test_other_answers_say_nothing_of_it() -> None:
    async with openai_client(chat_app(FakeChat([Say("Hi")]))) as client:
        raw = await client.chat.completions.with_raw_response.create(
            model=MODEL, messages=user("Hi")
        )
    assert "x-dragoman-circling" not in raw.headers


async def test_a_continued_text_and_a_response_that_circle_say_so_too() -> None:
    async with http_client(APP) as client:
        body = {"model": MODEL, "prompt": ["a", "b"], "n": 2}
        answer = await client.post("/v1/completions", json=body)
        assert answer.headers["x-dragoman-circling"] == "1, 3"
        lines = (await client.post("/v1/completions", json=body | {"stream": True})).text
        assert lines.count(": x-dragoman-circling: ") == 2
    async with http_client(chat_app(FakeChat([Say("Again."), Circle()]))) as client:
        body = {"model": MODEL, "input": "Go on.", "store": False}
        answer = await client.post("/v1/responses", json=body)
        assert answer.headers["x-dragoman-circling"] == "0"
        assert answer.json()["status"] == "incomplete"
        lines = (await client.post("/v1/responses", json=body | {"stream": True})).text
        assert ": x-dragoman-circling: 0" in lines
