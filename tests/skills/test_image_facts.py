import io
from collections.abc import Mapping
from typing import Any

import anyio
import pytest
from PIL import Image

from dragoman.domain.chat import (
    CHAT,
    ChatEvent,
    ChatFinished,
    ChatRequest,
    ChoiceFinished,
    Estimate,
    JsonObject,
    Sampling,
    TextDelta,
    ToolChoice,
)
from dragoman.domain.conversation import ImagePart, Message, Part, TextPart, Tool
from dragoman.domain.engine import BlockingEngine, EngineSpec, Kind, Outlet
from dragoman.domain.errors import RequestInvalid
from dragoman.domain.picture import PICTURE_CODEC, SIGHT, Facts, Picture
from dragoman.engines.codecs import load_picture
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import say
from dragoman.images.refusals import unreachable
from dragoman.serving.threads import Hosted
from dragoman.skills.image_facts import ImageFacts
from dragoman.skills.pictures import fence
from dragoman.skills.pictures.loading import MOST_PICTURES, check_pictures
from dragoman.skills.pictures.replies import Replies
from dragoman.skills.skilled_chat import SkilledChat
from fake_engines import Held

SUBJECTS: Mapping[int, str] = {40: "otter", 50: "cat"}
"""What the eyes below see in a picture of that width."""


class Eyes:
    """Sight that knows pictures by their width."""

    def __init__(self) -> None:
        self.looked: list[Picture] = []

    @property
    def concurrency(self) -> int:
        return 1

    def run(self, request: Picture, outlet: Outlet[Facts]) -> None:
        self.looked.append(request)
        width, height = request.original_width, request.original_height
        subject = SUBJECTS.get(width)
        outlet.emit(Facts(width, height, "colour picture", subject, "probably", colours=("red",)))

    def close(self) -> None:
        pass


class Album:
    """Pictures by URL; one that is not there cannot be downloaded."""

    def __init__(self) -> None:
        self.pictures: dict[str, bytes] = {}
        self.delays: dict[str, anyio.Event] = {}

    def add(self, url: str, width: int, colour: str = "red") -> str:
        file = io.BytesIO()
        Image.new("RGB", (width, 30), colour).save(file, "PNG")
        self.pictures[url] = file.getvalue()
        return url

    async def fetch(self, url: str) -> bytes:
        if url in self.delays:
            await self.delays[url].wait()
        if url not in self.pictures:
            raise unreachable(url)
        return self.pictures[url]


class Room:
    """A chat that answers from facts, with everything that it needs, and what it was asked."""

    def __init__(self, *, sight: bool = True) -> None:
        self.eyes = Eyes()
        self.chat = FakeChat(say("The model says so"))
        self.album = Album()
        engines: dict[Kind[Any, Any], dict[str, BlockingEngine[Any, Any]]] = {
            PICTURE_CODEC: {"codec": load_picture(EngineSpec("picture-codec", ""))},
            CHAT: {"chat": self.chat},
        }
        if sight:
            engines[SIGHT] = {"eyes": self.eyes}
        self.engines = Held(engines)
        facts = ImageFacts(self.engines, self.album, Replies())
        self.skilled = SkilledChat(Hosted(self.chat), (facts,))
        self.otter = self.album.add("https://a.example/otter.png", 40)
        self.cat = self.album.add("https://a.example/cat.png", 50)

    async def ask(self, *parts: str | Part, **more: Any) -> list[ChatEvent]:
        return await self.answer(ChatRequest((user(*parts),), **more))

    async def answer(self, request: ChatRequest) -> list[ChatEvent]:
        events = [event async for event in self.skilled.stream(request)]
        assert self.engines.borrowed == 0
        return events


def user(*parts: str | Part) -> Message:
    """Text, and URLs of pictures."""
    return Message("user", tuple(_part(part) for part in parts))


def _part(part: str | Part) -> Part:
    if not isinstance(part, str):
        return part
    return ImagePart(part) if part.startswith(("http", "data:")) else TextPart(part)


def text(events: list[ChatEvent], choice: int = 0) -> str:
    pieces = (e for e in events if isinstance(e, TextDelta) and e.choice == choice)
    return "".join(piece.text for piece in pieces)


def finished(events: list[ChatEvent]) -> ChatFinished:
    last = events[-1]
    assert isinstance(last, ChatFinished)
    return last


@pytest.fixture
def room() -> Room:
    return Room()


async def test_what_is_in_a_picture_is_told_from_its_facts(room: Room) -> None:
    events = await room.ask("What's in this image?", room.otter)
    assert text(events) == "The picture probably shows an otter. Its main colour is red."
    assert room.chat.requests == []
    last = finished(events)
    assert last.seen_by == "recognisers"
    assert last.usage.image_tokens == 255
    assert last.usage.prompt_tokens > 255
    pieces = [event for event in events if isinstance(event, TextDelta)]
    assert last.usage.completion_tokens == len(pieces) > 5


async def test_asked_in_english_it_may_be_answered_in_korean(room: Room) -> None:
    question = "What's in this image? Please answer me in Korean."
    assert text(await room.ask(question, room.otter)).startswith("이 사진에는 수달이")


async def test_the_system_text_may_choose_the_language(room: Room) -> None:
    system = Message("system", (TextPart("Answer in Korean."),))
    request = ChatRequest((system, user("What is this?", room.otter)))
    assert text(await room.answer(request)).startswith("이 사진에는 수달이")


async def test_two_pictures_are_compared(room: Room) -> None:
    question = "What are in these images? Is there any difference between them?"
    told = text(await room.ask(question, room.otter, room.cat))
    assert told.startswith("The first picture probably shows an otter.")
    assert "The second picture probably shows a cat." in told
    assert told.endswith("They differ in what I can recognise in them and their size.")


async def test_the_same_picture_twice_is_the_same(room: Room) -> None:
    assert "pixel for pixel" in text(await room.ask("Compare them.", room.otter, room.otter))
    other = room.album.add("https://a.example/other.png", 40, "#fe0000")
    assert "not the same" in text(await room.ask("Compare them.", room.otter, other))


async def test_another_request_goes_to_the_model_with_the_facts(room: Room) -> None:
    events = await room.ask("Before", room.otter, "after: write a poem.", room.cat)
    assert text(events) == "The model says so"
    (asked,) = room.chat.requests
    system, question = asked.messages
    assert system == Message("system", (TextPart(fence.INSTRUCTION),))
    told = question.text
    assert "Before\n[Picture 1]\n" in told
    assert told.index("probably otter") < told.index("after") < told.index("probably cat")
    assert not any(isinstance(part, ImagePart) for part in question.parts)
    last = finished(events)
    assert last.seen_by == "recognisers"
    assert last.usage.image_tokens == 510
    assert last.usage.prompt_tokens > 510


async def test_a_request_in_korean_is_to_be_answered_in_korean(room: Room) -> None:
    await room.ask("이 사진으로 시를 써줘", room.otter)
    assert room.chat.requests[0].messages[0].text == fence.INSTRUCTION + fence.IN_KOREAN


@pytest.mark.parametrize(
    "more",
    [
        {"format": JsonObject()},
        {"top_logprobs": 2},
        {"tools": (Tool("f", "", {"type": "object"}),)},
        {"sampling": Sampling(logit_bias={1: 5.0})},
    ],
)
async def test_what_a_finished_sentence_cannot_give_is_left_to_the_model(
    room: Room, more: dict[str, Any]
) -> None:
    await room.ask("What's in this image?", room.otter, **more)
    assert len(room.chat.requests) == 1


async def test_tools_that_may_not_be_called_do_not_matter(room: Room) -> None:
    tool = Tool("f", "", {"type": "object"})
    never = ToolChoice("none")
    await room.ask("What's in this image?", room.otter, tools=(tool,), tool_choice=never)
    assert room.chat.requests == []


async def test_a_system_text_with_wishes_is_left_to_the_model(room: Room) -> None:
    for wish, calls in [("You are a helpful assistant.", 0), ("You are a pirate.", 1)]:
        system = Message("system", (TextPart(wish),))
        await room.answer(ChatRequest((system, user("What is this?", room.otter))))
        assert len(room.chat.requests) == calls


async def test_what_facts_do_not_tell_is_not_invented_by_the_model(room: Room) -> None:
    doing = await room.ask("What is the animal doing and where?", room.otter)
    assert text(doing).startswith("I can only tell this much: the picture probably shows an otter.")
    old = await room.ask("이 동물은 몇 살인가요?", room.otter)
    assert text(old).startswith("이 정도만 말할 수 있습니다. 이 사진에는 수달이")
    assert room.chat.requests == []


async def test_a_later_question_about_the_picture_is_not_invented_either(room: Room) -> None:
    reply = Message("assistant", (TextPart("An otter."),))
    look = (user("What is this?", room.otter), reply)
    for questions in (["And what is it doing?"], ["Is it wet?", "Where is it?"]):
        asked = [message for question in questions for message in (user(question), reply)]
        events = await room.answer(ChatRequest((*look, *asked[:-1])))
        assert text(events).startswith("I can only tell this much: the picture probably shows an")
        assert finished(events).usage.image_tokens == 255
    assert room.chat.requests == []


async def test_when_the_talk_turned_to_something_else_the_model_answers(room: Room) -> None:
    reply = Message("assistant", (TextPart("Hm."),))
    messages = (user("What is this?", room.otter), reply, user("What is the capital of France?"))
    await room.answer(ChatRequest(messages))
    await room.answer(ChatRequest((*messages, reply, user("How large is it?"))))
    assert len(room.chat.requests) == 2


async def test_a_picture_is_compared_with_an_earlier_one(room: Room) -> None:
    reply = Message("assistant", (TextPart("An otter."),))
    look = (user("What is this?", room.otter), reply)
    later = (user("And this?", room.cat), reply, user("What is the difference?"))
    for asked in ([user("What is the difference?", room.cat)], later):
        told = text(await room.answer(ChatRequest((*look, *asked))))
        assert told.startswith("The first picture probably shows an otter. Its")
        assert "They differ in" in told
    assert room.chat.requests == []


async def test_a_later_request_is_met_by_the_model_from_the_earlier_picture(room: Room) -> None:
    reply = Message("assistant", (TextPart("An otter."),))
    wish = user("Write a poem about it.")
    await room.answer(ChatRequest((user("What is this?", room.otter), reply, wish)))
    (asked,) = room.chat.requests
    assert "[Picture 1]" in asked.messages[1].text


async def test_only_the_pictures_of_the_last_question_are_told(room: Room) -> None:
    reply = Message("assistant", (TextPart("An otter."),))
    messages = (user("Look.", room.otter), reply, user("And what is this?", room.cat))
    told = await room.answer(ChatRequest(messages))
    assert text(told).startswith("The picture probably shows a cat.")
    assert finished(told).usage.image_tokens == 510


async def test_without_pictures_nothing_changes(room: Room) -> None:
    request = ChatRequest((user("Hello"),))
    events = await room.answer(request)
    assert room.chat.requests == [request]
    assert finished(events).seen_by == ""
    assert finished(events).usage.image_tokens == 0


async def test_every_choice_is_told_and_cut_where_it_was_asked(room: Room) -> None:
    events = await room.ask("What is this?", room.otter, choices=2, max_tokens=3)
    assert text(events, 0) == text(events, 1) == "The picture probably"
    ends = [event for event in events if isinstance(event, ChoiceFinished)]
    assert ends == [ChoiceFinished(0, "length"), ChoiceFinished(1, "length")]
    assert finished(events).usage.completion_tokens == 6


async def test_a_stop_sequence_ends_the_sentence(room: Room) -> None:
    events = await room.ask("What is this?", room.otter, stop=("never", " otter"))
    assert text(events) == "The picture probably shows an"
    assert ChoiceFinished(0, "stop") in events


async def test_low_detail_looks_at_less_and_costs_less(room: Room) -> None:
    wide = room.album.add("https://a.example/wide.png", 1000)
    low = finished(await room.ask("What is this?", ImagePart(wide, "low"))).usage
    high = finished(await room.ask("What is this?", ImagePart(wide, "high"))).usage
    assert (low.image_tokens, high.image_tokens) == (85, 85 + 2 * 170)
    assert [picture.width for picture in room.eyes.looked] == [512, 1000]


async def test_a_tool_may_send_a_picture(room: Room) -> None:
    tool = Message("tool", (ImagePart(room.otter),), tool_call_id="call_1")
    await room.answer(ChatRequest((user("Look for it."), tool)))
    (asked,) = room.chat.requests
    assert "probably otter" in asked.messages[2].text


@pytest.mark.parametrize("role", ["system", "assistant"])
async def test_others_may_not_send_pictures(room: Room, role: Any) -> None:
    request = ChatRequest((user("Hi"), Message(role, (ImagePart(room.otter),))))
    with pytest.raises(
        RequestInvalid, match="only allowed for messages with role 'user'"
    ) as caught:
        await room.answer(request)
    assert caught.value.param == "messages[1]"
    assert room.eyes.looked == []


def test_there_is_a_limit_to_how_many_pictures_are_taken() -> None:
    parts = [ImagePart("https://a.example/x.png")] * MOST_PICTURES
    check_pictures(ChatRequest((user(*parts),)))
    with pytest.raises(RequestInvalid, match="Too many images"):
        check_pictures(ChatRequest((user(*parts), user("https://a.example/one-more.png"))))


async def test_a_picture_that_cannot_be_had_is_the_callers_error(room: Room) -> None:
    with pytest.raises(RequestInvalid, match=r"Error while downloading https://a\.example/no\.png"):
        await room.ask("What is this?", room.otter, "https://a.example/no.png")
    assert room.engines.borrowed == 0


async def test_of_several_errors_the_first_in_order_is_told(room: Room) -> None:
    gate = room.album.delays["https://a.example/first"] = anyio.Event()
    room.album.delays["https://a.example/second"] = second = anyio.Event()
    errors: list[RequestInvalid] = []

    async def ask() -> None:
        with pytest.raises(RequestInvalid) as caught:
            await room.ask("What?", "https://a.example/first", "https://a.example/second")
        errors.append(caught.value)

    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask)
            second.set()
            await anyio.lowlevel.checkpoint()
            gate.set()
    assert "first" in errors[0].message


async def test_what_is_no_picture_is_the_callers_error(room: Room) -> None:
    room.album.pictures["https://a.example/x"] = b"\x89PNG\r\n\x1a\nbroken"
    with pytest.raises(RequestInvalid, match="unsupported image"):
        await room.ask("What is this?", "https://a.example/x")


async def test_many_pictures_stay_in_order(room: Room) -> None:
    urls = [room.album.add(f"https://a.example/{width}", width) for width in range(60, 72)]
    await room.ask("Which is the widest?", *urls)
    told = room.chat.requests[0].messages[1].text
    places = [told.index(f"{width} x 30 pixels") for width in range(60, 72)]
    assert places == sorted(places)


async def test_without_recognisers_pictures_are_refused() -> None:
    room = Room(sight=False)
    with pytest.raises(RequestInvalid, match="cannot see images"):
        await room.ask("What is this?", room.otter)
    await room.ask("No picture.")
    assert len(room.chat.requests) == 1


async def test_leaving_early_stops_the_model(room: Room) -> None:
    stream = room.skilled.stream(ChatRequest((user("Write a poem.", room.otter),)))
    with anyio.fail_after(60):
        await anext(stream)
        await stream.aclose()
    assert room.engines.borrowed == 0


async def test_a_dry_run_counts_pictures_and_answers_nothing() -> None:
    room = Room()
    without = await room.ask("What is in this picture?", dry_run=True)
    events = await room.ask("What is in this picture?", room.otter, dry_run=True)
    assert [type(event) for event in events] == [Estimate]
    before, after = without[0], events[0]
    assert isinstance(before, Estimate)
    assert isinstance(after, Estimate)
    assert after.prompt_tokens > before.prompt_tokens + 85
