from dragoman.domain.chat import ChatRequest
from dragoman.domain.conversation import Message, TextPart
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import say
from dragoman.serving.threads import Hosted
from dragoman.skills.instructions import Instructions
from dragoman.skills.skilled_chat import SkilledChat

HELLO = Message("user", (TextPart("Hello"),))


async def asked(*messages: Message, instructions: tuple[str, ...]) -> list[tuple[str, str]]:
    chat = FakeChat(say("Yes"))
    skilled = SkilledChat(Hosted(chat), (Instructions(),))
    async for _ in skilled.stream(ChatRequest(messages, instructions=instructions)):
        pass
    (request,) = chat.requests
    assert request.instructions == ()
    return [(message.role, message.text) for message in request.messages]


async def test_what_is_told_stands_at_the_head() -> None:
    assert await asked(HELLO, instructions=("One.", "Two.")) == [
        ("system", "One.\nTwo."),
        ("user", "Hello"),
    ]


async def test_the_callers_own_instruction_comes_first() -> None:
    system = Message("system", (TextPart("Be brief."),))
    assert await asked(system, HELLO, instructions=("One.",)) == [
        ("system", "Be brief.\n\nOne."),
        ("user", "Hello"),
    ]


async def test_where_nothing_is_told_nothing_changes() -> None:
    assert await asked(HELLO, instructions=()) == [("user", "Hello")]
