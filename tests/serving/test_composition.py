from types import AsyncGeneratorType

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from dragoman.api.draining import Draining
from dragoman.domain.chat import CHAT, ChatEvent, ChatRequest
from dragoman.domain.conversation import Message, TextPart
from dragoman.domain.models import ModelCard
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import say
from dragoman.serving import composition
from dragoman.serving.demo import demo_app
from dragoman.serving.machine import Machine
from dragoman.serving.settings import Settings
from dragoman.serving.threads import Hosted
from dragoman.skills.pictures.replies import Replies
from fake_engines import Held


def test_the_picture_vocabulary_is_built_once_for_all_requests(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    built: list[Replies] = []

    def counted() -> Replies:
        built.append(Replies())
        return built[-1]

    monkeypatch.setattr(composition, "Replies", counted)
    chatting = composition.skills(Settings())[CHAT.name]
    for _ in range(3):
        chatting(Hosted(FakeChat(say("Hi"))), ModelCard("chat", CHAT.name, "chat", ()), Held({}))
    assert len(built) == 1


async def test_no_skill_stands_between_the_model_and_who_reads_a_plain_chat() -> None:
    chat = Hosted(FakeChat(say("Hi")))
    card = ModelCard("chat", CHAT.name, "chat", ())
    skilled = composition.skills(Settings())[CHAT.name](chat, card, Held({}))
    request = ChatRequest((Message("user", (TextPart("Hello"),)),))
    stream = skilled.stream(request)
    assert isinstance(stream, AsyncGeneratorType)
    assert stream.ag_code is Hosted[ChatRequest, ChatEvent].stream.__code__
    assert [event async for event in stream] == [event async for event in chat.stream(request)]


async def test_the_demo_stores_no_completions_and_loads_no_models_but_serves_all_else() -> None:
    demo = demo_app(Settings(), Draining())
    async with demo.router.lifespan_context(demo):  # it has a directory to take away
        shown = paths(demo)
    whole = paths(Machine.of(Settings()).app(lambda _: None, Draining()))
    assert "/v1/chat/completions" in shown <= whole
    assert {path.split("{")[0] for path in whole - shown} == {
        "/v1/chat/completions/",
        "/v1/models/",
    }


def paths(app: Starlette) -> set[str]:
    return {route.path for route in app.routes if isinstance(route, Route)}
