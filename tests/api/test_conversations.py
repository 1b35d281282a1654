"""`/v1/conversations`, through the official client and fake engines."""

import threading
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from openai import APIError, AsyncOpenAI, AsyncStream, BadRequestError, NotFoundError
from openai.types.responses import Response, ResponseStreamEvent
from starlette.applications import Starlette

from clients import MODEL, Shelf, nothing_extra, openai_client
from dragoman.domain.chat import CHAT, ChatRequest
from dragoman.domain.errors import EngineFailed
from dragoman.engines.fake import FakeChat
from dragoman.engines.fake.script import Call, Fail, Say, Step, Wait
from dragoman.serving.app import Options, create_app
from dragoman.serving.storage import conversations
from dragoman.serving.storage.conversations import SqlConversations
from dragoman.serving.storage.database import Database
from dragoman.serving.storage.responses import SqlResponses
from fake_engines import Held

HI: Any = {"type": "message", "role": "user", "content": "Hi."}
HELLO = (Say("Hel"), Say("lo!"))


async def create(client: AsyncOpenAI, body: Any) -> Response:
    make: Any = client.responses.create
    return await make(**body)


@pytest.fixture
def engine() -> FakeChat:
    return FakeChat(HELLO)


@pytest.fixture
def gate() -> threading.Event:
    """What an answer waits for."""
    return threading.Event()


def app_of(engine: FakeChat, directory: Path) -> Starlette:
    kept = Database.in_file(directory / "x.sqlite3")
    options = Options(responses=SqlResponses(kept), conversations=SqlConversations(kept))
    return create_app(Held({CHAT: {MODEL: engine}}), Shelf(), options=options)


@pytest.fixture
async def client(engine: FakeChat, tmp_path: Path) -> AsyncGenerator[AsyncOpenAI]:
    app = app_of(engine, tmp_path)
    async with app.router.lifespan_context(app), openai_client(app) as client:
        yield client


async def texts(client: AsyncOpenAI, name: str) -> list[str]:
    """What was said in it, the oldest first."""
    page = await client.conversations.items.list(name, order="asc", limit=100)
    assert all(map(nothing_extra, page.data))
    items: Any = page.data
    return [part.text for item in items for part in item.content]


async def test_a_conversation_is_made_labelled_and_forgotten(client: AsyncOpenAI) -> None:
    made = await client.conversations.create(items=[HI], metadata={"a": "b"})
    assert nothing_extra(made)
    assert (made.object, made.metadata) == ("conversation", {"a": "b"})
    assert made.id.startswith("conv_")
    assert await client.conversations.retrieve(made.id) == made
    labelled = await client.conversations.update(made.id, metadata={"c": "d"})
    assert labelled.metadata == {"c": "d"}
    gone = await client.conversations.delete(made.id)
    assert nothing_extra(gone)
    assert gone.deleted
    for attempt in (
        client.conversations.retrieve,
        client.conversations.delete,
        client.conversations.items.list,
    ):
        with pytest.raises(NotFoundError, match="Conversation with id"):
            await attempt(made.id)
    with pytest.raises(NotFoundError, match="Conversation with id"):
        await client.responses.create(model=MODEL, input="x", conversation=made.id)


async def test_items_are_added_listed_read_and_removed(client: AsyncOpenAI) -> None:
    name = (await client.conversations.create()).id
    assert (await client.conversations.items.list(name)).data == []
    new: Any = [{**HI, "content": str(number)} for number in range(3)]
    added = await client.conversations.items.create(name, items=new)
    assert nothing_extra(added)
    ids = [item.id or "" for item in added.data]
    assert [i.id async for i in client.conversations.items.list(name, limit=2)] == ids[::-1]
    one = await client.conversations.items.retrieve(ids[1], conversation_id=name)
    assert one == added.data[1]
    left = await client.conversations.items.delete(ids[1], conversation_id=name)
    assert left.id == name
    assert await texts(client, name) == ["0", "2"]
    for attempt in (client.conversations.items.retrieve, client.conversations.items.delete):
        with pytest.raises(NotFoundError, match="Item with id"):
            await attempt(ids[1], conversation_id=name)


@pytest.mark.parametrize(
    ("items", "param"),
    [
        ([HI] * 21, "items"),
        ([{"type": "item_reference", "id": "msg_1"}], "items[0]"),
        ([{"id": "msg_1"}], "items[0]"),
        ([{"id": "msg_1", "type": None}], "items[0]"),
        ([{"type": "message", "role": "nobody", "content": "x"}], "items[0].role"),
        ([], "items"),
        ([{**HI, "id": "a/b"}], "items[0].id"),
        ([{**HI, "id": "a b"}], "items[0].id"),
        ([{"type": "reasoning", "id": ["a"], "summary": []}], "items[0].id"),
    ],
)
async def test_items_that_cannot_be_kept_are_refused(
    client: AsyncOpenAI, items: Any, param: str
) -> None:
    name = (await client.conversations.create()).id
    with pytest.raises(BadRequestError) as caught:
        await client.conversations.items.create(name, items=items)
    assert caught.value.param == param


@pytest.mark.parametrize(
    "item",
    [
        {**HI, "id": "a/b"},
        {"type": "reasoning", "id": ["a"]},
        {"type": "item_reference", "id": "a/b"},
    ],
)
async def test_a_response_brings_no_item_that_could_not_be_read(
    client: AsyncOpenAI, item: Any
) -> None:
    name = (await client.conversations.create()).id
    with pytest.raises(BadRequestError) as caught:
        await client.responses.create(model=MODEL, input=[HI, item], conversation=name)
    assert caught.value.param == "input[1].id"


async def test_responses_go_on_with_a_conversation(engine: FakeChat, client: AsyncOpenAI) -> None:
    name = (await client.conversations.create(items=[HI])).id
    first = await client.responses.create(model=MODEL, input="One?", conversation=name)
    assert nothing_extra(first)
    assert first.conversation
    assert first.conversation.id == name
    second = await client.responses.create(
        model=MODEL, input="Two?", conversation={"id": name}, store=False, stream=True
    )
    last = [event async for event in second][-1]
    assert last.type == "response.completed"
    said = [message.text for message in engine.requests[-1].messages]
    assert said == ["Hi.", "One?", "Hello!", "Two?"]
    assert await texts(client, name) == [*said, "Hello!"]
    assert (await client.responses.create(model=MODEL, conversation=name)).output_text == "Hello!"
    with pytest.raises(BadRequestError, match="send 'conversation' instead"):
        await client.responses.create(model=MODEL, input="x", previous_response_id=first.id)


async def test_an_id_that_is_there_already_is_refused(client: AsyncOpenAI) -> None:
    first: Any = {**HI, "id": "msg_a"}
    second: Any = {**HI, "id": "msg_a", "content": "Bye."}
    with pytest.raises(BadRequestError, match="Duplicate item found with id 'msg_a'"):
        await client.conversations.create(items=[first, second])
    name = (await client.conversations.create(items=[first])).id
    with pytest.raises(BadRequestError, match="Duplicate item found with id 'msg_a'") as caught:
        await client.conversations.items.create(name, items=[HI, second])
    assert caught.value.param == "items"
    twice: Any = [{**HI, "id": "msg_b"}] * 2
    for given in ([HI, second], twice):
        with pytest.raises(BadRequestError, match="Duplicate item found with id 'msg_") as caught:
            await client.responses.create(model=MODEL, input=given, conversation=name)
        assert caught.value.param == "input[1].id"
    assert await texts(client, name) == ["Hi."]


async def test_an_id_that_was_taken_meanwhile_loses_nothing(
    tmp_path: Path, gate: threading.Event
) -> None:
    app = app_of(FakeChat((Say("Hel"), Wait(gate), Say("lo!"))), tmp_path)
    async with app.router.lifespan_context(app), openai_client(app) as client:
        name = (await client.conversations.create()).id
        asked: Any = [{**HI, "id": "msg_a"}]
        stream = await client.responses.create(
            model=MODEL, input=asked, conversation=name, stream=True
        )
        async for event in stream:
            if event.type == "response.output_text.delta" and event.delta == "Hel":
                taken: Any = [{**HI, "id": "msg_a", "content": "Bye."}]
                await client.conversations.items.create(name, items=taken)
                gate.set()
        assert await texts(client, name) == ["Bye.", "Hi.", "Hello!"]


@pytest.mark.parametrize("kind", [{"type": "item_reference"}, {"type": None}, {}])
async def test_an_item_of_the_conversation_can_be_referred_to(
    engine: FakeChat, client: AsyncOpenAI, kind: dict[str, Any]
) -> None:
    first: Any = [{**HI, "id": "msg_a"}]
    name = (await client.conversations.create(items=first)).id
    given: Any = [{**kind, "id": "msg_a"}, {**HI, "content": "Two?"}]
    await client.responses.create(model=MODEL, input=given, conversation=name)
    # It has its place already, and is not said twice.
    assert [message.text for message in engine.requests[-1].messages] == ["Hi.", "Two?"]
    assert await texts(client, name) == ["Hi.", "Two?", "Hello!"]
    given = [{"type": "item_reference", "id": "msg_b"}]
    with pytest.raises(NotFoundError, match="Item with id 'msg_b' not found"):
        await client.responses.create(model=MODEL, input=given, conversation=name)
    earlier: Any = [{**HI, "id": "msg_c"}]
    await client.responses.create(model=MODEL, input=earlier)
    given = [{"type": "item_reference", "id": "msg_c"}]
    await client.responses.create(model=MODEL, input=given, conversation=name)
    given = [*given, *earlier]
    with pytest.raises(BadRequestError, match="Duplicate item"):
        await client.responses.create(model=MODEL, input=given, conversation=name)


@pytest.mark.parametrize("background", [False, True])
@pytest.mark.parametrize("given", [None, [], [{"type": "reasoning", "id": "rs_1", "summary": []}]])
async def test_nothing_to_answer_is_refused(
    client: AsyncOpenAI, given: Any, *, background: bool
) -> None:
    name = (await client.conversations.create()).id
    body: Any = {} if given is None else {"input": given}
    with pytest.raises(BadRequestError) as caught:
        await client.responses.create(model=MODEL, conversation=name, background=background, **body)
    assert caught.value.param == "input"
    assert caught.value.code == "missing_required_parameter"


async def test_thoughts_alone_are_nothing_to_answer(client: AsyncOpenAI) -> None:
    thoughts: Any = [{"type": "reasoning", "id": "rs_1", "summary": []}]
    with pytest.raises(BadRequestError, match="Missing required parameter: 'input'"):
        await client.responses.create(model=MODEL, input=thoughts)


async def test_one_response_at_a_time_goes_on_with_a_conversation(
    tmp_path: Path, gate: threading.Event
) -> None:
    engine = FakeChat((Say("Hel"), Wait(gate), Say("lo!")), concurrency=2)
    app = app_of(engine, tmp_path)
    async with app.router.lifespan_context(app), openai_client(app) as client:
        name = (await client.conversations.create()).id
        body: Any = {"model": MODEL, "input": "One?", "conversation": name}
        stream = await client.responses.create(**body, stream=True)
        async for event in stream:
            if event.type == "response.output_text.delta" and event.delta == "Hel":
                ways: list[Any] = [{}, {"background": True}]
                for way in ways:
                    with anyio.fail_after(20), pytest.raises(BadRequestError) as caught:
                        await client.responses.create(**body, **way)
                    assert caught.value.code == "conversation_locked"
                await client.responses.create(model=MODEL, input="x", background=True)
                gate.set()
            if event.type == "response.completed":  # before the stream is read to its end
                second = await create(client, body)
                assert second.output_text == "Hello!"
        assert await texts(client, name) == ["One?", "Hello!"] * 2


@pytest.mark.parametrize("way", [{}, {"stream": True}, {"background": True}])
async def test_an_answer_outlives_its_conversation(
    tmp_path: Path, gate: threading.Event, way: dict[str, bool]
) -> None:
    engine = FakeChat((Wait(gate), *HELLO))
    app = app_of(engine, tmp_path)
    names: list[str] = []
    async with app.router.lifespan_context(app), openai_client(app) as client:
        name = (await client.conversations.create()).id

        async def ask() -> None:
            body: Any = {"model": MODEL, "input": "x", "conversation": name, **way}
            if way.get("stream"):
                make: Any = client.responses.create
                events: AsyncStream[ResponseStreamEvent] = await make(**body)
                last = [event async for event in events][-1]
                assert last.type == "response.completed"
                names.append(last.response.id)
            else:
                names.append((await create(client, body)).id)

        with anyio.fail_after(20):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(ask)
                while not engine.requests:
                    await anyio.lowlevel.checkpoint()
                await client.conversations.delete(name)
                gate.set()
            while (found := await client.responses.retrieve(*names)).status == "in_progress":
                pass
        assert (found.status, found.output_text) == ("completed", "Hello!")


@pytest.mark.parametrize("cancelled", [False, True])
async def test_responses_in_the_background_see_each_other(
    tmp_path: Path, gate: threading.Event, *, cancelled: bool
) -> None:
    engine = FakeChat((Wait(gate), Say("Hello!")))
    app = app_of(engine, tmp_path)
    async with app.router.lifespan_context(app), openai_client(app) as client:
        name = (await client.conversations.create()).id
        body: Any = {"model": MODEL, "conversation": name, "background": True}
        answer = await create(client, {**body, "input": "One?"})
        with pytest.raises(BadRequestError, match="Another response is being made"):
            await client.responses.create(**body, input="Two?")
        if cancelled:
            await client.responses.cancel(answer.id)
        gate.set()
        with anyio.fail_after(20):
            while answer.status in ("queued", "in_progress"):
                answer = await client.responses.retrieve(answer.id)
        await client.responses.create(model=MODEL, conversation=name, input="Two?")
        said = [] if cancelled else ["One?", "Hello!"]
        assert await texts(client, name) == [*said, "Two?", "Hello!"]


async def test_calls_and_their_results_are_kept(tmp_path: Path) -> None:
    def script(request: ChatRequest, _: int) -> list[Step]:
        if request.messages[-1].role == "tool":
            return [Say("Sun.")]
        return [Call("get_weather", ("{}",))]

    tool: Any = {"type": "function", "name": "get_weather", "parameters": {}, "strict": False}
    async with openai_client(app_of(FakeChat(script), tmp_path)) as client:
        name = (await client.conversations.create()).id
        answer = await client.responses.create(
            model=MODEL, input="x", conversation=name, tools=[tool]
        )
        (call,) = answer.output
        assert call.type == "function_call"
        given = {"type": "function_call_output", "call_id": call.call_id, "output": "18 degrees"}
        result: Any = [given]
        await client.responses.create(model=MODEL, input=result, conversation=name, tools=[tool])
        items = (await client.conversations.items.list(name, order="asc")).data
    kinds = ["message", "function_call", "function_call_output", "message"]
    assert [item.type for item in items] == kinds


async def test_a_result_without_its_call_is_told_of_where_it_stands(client: AsyncOpenAI) -> None:
    result: Any = {"type": "function_call_output", "call_id": "call_1", "output": "x"}
    name = (await client.conversations.create(items=[result])).id
    match = f"'{name}' has an item that does not fit: No tool call found .* call_1"
    with pytest.raises(BadRequestError, match=match) as caught:
        await client.responses.create(model=MODEL, input="x", conversation=name)
    assert caught.value.param == "conversation"
    name = (await client.conversations.create()).id
    with pytest.raises(BadRequestError, match="No tool call found") as caught:
        await client.responses.create(model=MODEL, input=[result], conversation=name)
    assert caught.value.param == "input"


async def test_half_an_answer_is_not_added(tmp_path: Path) -> None:
    engine = FakeChat((Say("Hel"), Fail(EngineFailed("it broke"))))
    async with openai_client(app_of(engine, tmp_path)) as client:
        name = (await client.conversations.create(items=[HI])).id
        with pytest.raises(APIError, match="it broke"):
            await client.responses.create(model=MODEL, input="One?", conversation=name)
        assert await texts(client, name) == ["Hi."]


@pytest.mark.parametrize(("limit", "most"), [("MOST", 2), ("MOST_CHARS", 400)])
async def test_one_that_is_too_long_is_not_made_longer_and_can_be_read(
    client: AsyncOpenAI, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    monkeypatch.setattr(conversations, limit, most)
    name = (await client.conversations.create(items=[HI, HI])).id
    new: Any = [{**HI, "content": "x" * 300}]
    with pytest.raises(BadRequestError, match="Please begin another"):
        await client.conversations.items.create(name, items=new)
    assert await texts(client, name) == ["Hi.", "Hi."]
    monkeypatch.setattr(conversations, limit, 1)  # however it came to be so long
    with pytest.raises(BadRequestError, match="Please begin another"):
        await client.responses.create(model=MODEL, input="x", conversation=name)
    assert await texts(client, name) == ["Hi.", "Hi."]


async def test_a_response_finds_room_for_its_answer_before_it_is_made(
    client: AsyncOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversations, "MOST", 3)
    name = (await client.conversations.create(items=[HI])).id
    await client.responses.create(model=MODEL, input="x", conversation=name)
    assert len(await texts(client, name)) == 3
    with pytest.raises(BadRequestError, match="Please begin another"):
        await client.responses.create(model=MODEL, conversation=name)


async def test_pages_of_items_follow_each_other(client: AsyncOpenAI) -> None:
    new: Any = [{**HI, "id": f"msg_{number}"} for number in range(4)]
    name = (await client.conversations.create(items=new)).id
    other = (await client.conversations.create(items=new)).id
    for order, ids in (("asc", [1, 2]), ("desc", [2, 1])):
        query: Any = {"order": order, "limit": 2, "after": f"msg_{0 if order == 'asc' else 3}"}
        page = await client.conversations.items.list(other, **query)
        assert [item.id for item in page.data] == [f"msg_{number}" for number in ids]
        assert page.has_more
        page = await client.conversations.items.list(other, order=query["order"], limit=4)
        assert not page.has_more
    with pytest.raises(NotFoundError, match="Item with id 'msg_9' not found"):
        await client.conversations.items.list(name, after="msg_9")


async def test_notes_of_clients_on_items_have_no_effect_and_are_named(client: AsyncOpenAI) -> None:
    noted: Any = {**HI, "additional_kwargs": {"a": 1}, "cache_control": None}
    begun = await client.conversations.with_raw_response.create(items=[noted])
    assert begun.headers["x-dragoman-ignored"] == "items.additional_kwargs"
    name = begun.parse().id
    added = await client.conversations.items.with_raw_response.create(name, items=[noted])
    assert added.headers["x-dragoman-ignored"] == "items.additional_kwargs"
    assert await texts(client, name) == ["Hi.", "Hi."]
