"""`/v1/chat/completions`, through the official client and fake engines."""

from clients import MODEL, chat_app, nothing_extra, openai_client, user
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Say

HELLO = (Say("Hel"), Say("lo"), Say("!"))
USER = user("Say hello.")


async def test_an_answer_is_what_the_engine_said():
    async with openai_client(chat_app(FakeChat(HELLO))) as client:
        answer = await client.chat.completions.create(model=MODEL, messages=USER)
    assert answer.choices[0].message.content == "Hello!"
    assert answer.choices[0].finish_reason == "stop"
    assert nothing_extra(answer)


async def test_a_stream_has_the_same_text():
    async with openai_client(chat_app(FakeChat(HELLO))) as client:
        stream = await client.chat.completions.create(model=MODEL, messages=USER, stream=True)
        chunks = [chunk async for chunk in stream]
    assert all(nothing_extra(chunk) for chunk in chunks)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "Hello!"
