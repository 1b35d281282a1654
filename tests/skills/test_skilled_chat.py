from collections.abc import AsyncGenerator
from dataclasses import replace
from types import AsyncGeneratorType

import pytest

from dragoman.domain.chat import (
    ChatEvent,
    ChatFinished,
    ChatRequest,
    ChoiceFinished,
    Estimate,
    TextDelta,
    Usage,
)
from dragoman.domain.conversation import Message, TextPart
from dragoman.domain.errors import RequestInvalid
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import say
from dragoman.serving.threads import Hosted
from dragoman.skills.preparation import NO_TOKENS, Prepared
from dragoman.skills.skilled_chat import SkilledChat

HELLO = ChatRequest((Message("user", (TextPart("Hello"),)),))


class Appended:
    """A preparation that appends a word to every message that ends with another one."""

    def __init__(self, after: str, word: str, usage: Usage = NO_TOKENS, seen_by: str = "") -> None:
        self.after = after
        self.word = word
        self.usage = usage
        self.seen_by = seen_by
        self.prepared = 0

    def needed(self, request: ChatRequest) -> bool:
        return request.messages[-1].text.endswith(self.after)

    async def prepare(self, request: ChatRequest) -> Prepared:
        self.prepared += 1
        (message,) = request.messages
        parts = (*message.parts, TextPart(self.word))
        messages = (replace(message, parts=parts),)
        return Prepared(replace(request, messages=messages), self.usage, self.seen_by)


class Refused(Appended):
    """A preparation that refuses what it would have to prepare."""

    async def prepare(self, request: ChatRequest) -> Prepared:
        raise RequestInvalid(f"no {self.word}")


class Answered(Appended):
    """A preparation that knows the answer."""

    async def prepare(self, request: ChatRequest) -> Prepared:
        answer = (
            TextDelta(0, "Known."),
            ChoiceFinished(0, "stop"),
            ChatFinished(Usage(prompt_tokens=1, completion_tokens=1)),
        )
        return Prepared(request, self.usage, self.seen_by, answer)


async def streamed(events: AsyncGenerator[ChatEvent, None]) -> list[ChatEvent]:
    return [event async for event in events]


def skilled(*preparations: Appended) -> tuple[FakeChat, SkilledChat]:
    chat = FakeChat(say("Yes"))
    return chat, SkilledChat(Hosted(chat), preparations)


async def test_a_request_without_need_streams_the_models_own_events() -> None:
    _, chat = skilled(Appended("?", " Really?"))
    stream = chat.stream(HELLO)
    assert isinstance(stream, AsyncGeneratorType)
    assert stream.ag_code is Hosted[ChatRequest, ChatEvent].stream.__code__
    await streamed(stream)


async def test_preparations_run_once_in_order_and_see_what_came_before() -> None:
    steps = Appended("Hello", " you"), Appended("you", " two"), Appended("Hello", " never")
    model, chat = skilled(*steps)
    await streamed(chat.stream(HELLO))
    assert [message.text for message in model.requests[-1].messages] == ["Hello you two"]
    assert [step.prepared for step in steps] == [1, 1, 0]


async def test_the_last_event_counts_the_tokens_of_all_preparations() -> None:
    sound = Usage(prompt_tokens=10, completion_tokens=0, prompt_audio_tokens=10)
    image = Usage(prompt_tokens=85, completion_tokens=0, image_tokens=85)
    model, chat = skilled(Appended("Hello", " a", sound), Appended("a", " b", image, "recognisers"))
    finished = (await streamed(chat.stream(HELLO)))[-1]
    assert isinstance(finished, ChatFinished)
    own = (await streamed(Hosted(model).stream(model.requests[-1])))[-1]
    assert isinstance(own, ChatFinished)
    assert finished.usage.prompt_tokens == own.usage.prompt_tokens + 95
    assert finished.usage.completion_tokens == own.usage.completion_tokens
    assert (finished.usage.prompt_audio_tokens, finished.usage.image_tokens) == (10, 85)
    assert finished.seen_by == "recognisers"


async def test_a_dry_run_counts_them_too() -> None:
    sound = Usage(prompt_tokens=10, completion_tokens=0, prompt_audio_tokens=10)
    model, chat = skilled(Appended("Hello", " a", sound))
    (estimate,) = await streamed(chat.stream(replace(HELLO, dry_run=True)))
    (own,) = await streamed(Hosted(model).stream(model.requests[-1]))
    assert isinstance(estimate, Estimate)
    assert isinstance(own, Estimate)
    assert estimate.prompt_tokens == own.prompt_tokens + 10


async def test_the_first_refusal_ends_it_before_the_model_is_asked() -> None:
    later = Refused("Hello", "pictures")
    model, chat = skilled(Refused("Hello", "sound"), later)
    with pytest.raises(RequestInvalid, match="no sound"):
        await streamed(chat.stream(HELLO))
    assert model.requests == []


async def test_an_answer_of_a_preparation_is_counted_like_the_models() -> None:
    sound = Usage(prompt_tokens=10, completion_tokens=0, prompt_audio_tokens=10)
    image = Usage(prompt_tokens=85, completion_tokens=0, image_tokens=85)
    later = Appended("", " never")
    model, chat = skilled(
        Appended("Hello", " a", sound), Answered("a", "", image, "recognisers"), later
    )
    text, _, finished = await streamed(chat.stream(HELLO))
    assert text == TextDelta(0, "Known.")
    assert finished == ChatFinished(Usage(96, 1, 0, 85, 10), "recognisers")
    assert model.requests == []
    assert later.prepared == 0
