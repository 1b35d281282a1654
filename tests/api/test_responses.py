"""`/v1/responses`, through the official client and fake engines."""

import json
import threading
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import anyio
import openai
import pytest
from openai import APIError, AsyncOpenAI, BadRequestError, NotFoundError
from openai.types.responses import (
    CustomToolParam,
    FunctionToolParam,
    Response,
    ResponseCustomToolCall,
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseReasoningItem,
)
from pydantic import BaseModel
from starlette.applications import Starlette

from clients import MODEL, Shelf, http_client, nothing_extra, openai_client
from dragoman.api import streams
from dragoman.domain.chat import CHAT, ChatEvent, ChatRequest, SchemaLoosened
from dragoman.domain.conversation import ImagePart, TextPart
from dragoman.domain.engine import EngineSpec, Outlet
from dragoman.domain.errors import EngineFailed, RequestInvalid
from dragoman.engines.fake import FakeChat, load_chat
from dragoman.engines.fake.script import Call, Fail, Say, Step, Think, Wait, say
from dragoman.serving.app import Options, create_app
from dragoman.serving.storage.database import Database
from dragoman.serving.storage.responses import SqlResponses
from fake_engines import Held

HELLO = (Say("Hel"), Say("lo"), Say("!"))
WEATHER: FunctionToolParam = {
    "type": "function",
    "name": "get_weather",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    "strict": False,
}
SQL: CustomToolParam = {
    "type": "custom",
    "name": "sql",
    "format": {"type": "grammar", "syntax": "regex", "definition": "SELECT [0-9]"},
}
PLAIN: Any = {"include_obfuscation": False}


@pytest.fixture
def engine() -> FakeChat:
    return FakeChat(HELLO)


def app_of(engine: FakeChat, path: Path | None = None) -> Starlette:
    kept = None if path is None else SqlResponses(Database.in_file(path / "completions.sqlite3"))
    return create_app(Held({CHAT: {MODEL: engine}}), Shelf(), options=Options(responses=kept))


@pytest.fixture
async def client(engine: FakeChat, tmp_path: Path) -> AsyncGenerator[AsyncOpenAI]:
    async with openai_client(app_of(engine, tmp_path)) as client:
        yield client


async def test_an_answer_is_all_that_the_client_knows(client: AsyncOpenAI) -> None:
    answer = await client.responses.create(model=MODEL, input="Say hello, in two words.")
    assert nothing_extra(answer)
    assert (answer.model, answer.object, answer.status) == (MODEL, "response", "completed")
    assert answer.id.startswith("resp_")
    assert answer.output_text == "Hello!"
    assert answer.usage
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (5, 3)
    assert answer.usage.total_tokens == 8
    assert answer.completed_at
    assert answer.incomplete_details is None
    assert (answer.truncation, answer.tool_choice, answer.tools) == ("disabled", "auto", [])


async def test_an_empty_text_is_a_message_as_at_openai(client: AsyncOpenAI) -> None:
    assert (await client.responses.create(model=MODEL, input="")).output_text == "Hello!"


async def test_what_was_asked_for_is_repeated(client: AsyncOpenAI) -> None:
    answer = await client.responses.create(
        model=MODEL,
        input="x",
        instructions="Be brief.",
        temperature=0.5,
        top_p=0.9,
        max_output_tokens=99,
        metadata={"a": "b"},
        tools=[WEATHER],
        tool_choice="none",
        parallel_tool_calls=False,
        text={"verbosity": "low"},
        reasoning={"effort": "none"},
        truncation="auto",
        user="me",
    )
    assert answer.instructions == "Be brief."
    assert (answer.temperature, answer.top_p, answer.max_output_tokens) == (0.5, 0.9, 99)
    assert (answer.metadata, answer.tool_choice) == ({"a": "b"}, "none")
    assert answer.parallel_tool_calls is False
    assert answer.tools[0].to_dict() == WEATHER
    assert answer.text
    assert answer.text.to_dict() == {"format": {"type": "text"}, "verbosity": "low"}
    assert answer.reasoning
    assert (answer.reasoning.effort, answer.truncation, answer.user) == ("none", "auto", "me")


async def test_a_temperature_of_one_is_told_from_none(
    engine: FakeChat, client: AsyncOpenAI
) -> None:
    unsaid_answer = await client.responses.create(model=MODEL, input="x")
    said_answer = await client.responses.create(model=MODEL, input="x", temperature=1, top_p=1)
    for answer in (unsaid_answer, said_answer):
        assert (answer.temperature, answer.top_p) == (1.0, 1.0)
    unsaid, said = (request.sampling for request in engine.requests)
    assert (unsaid.temperature, unsaid.top_p) == (None, None)
    assert (said.temperature, said.top_p) == (1.0, 1.0)


async def test_every_kind_of_item_reaches_the_engine(engine: FakeChat, client: AsyncOpenAI) -> None:
    items: Any = [
        {"role": "developer", "content": "Rules."},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "a"}]},
        {"type": "reasoning", "id": "rs_1", "summary": []},
        {"role": "assistant", "content": [{"type": "output_text", "text": "b", "annotations": []}]},
        {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"},
        {"type": "custom_tool_call", "call_id": "c2", "name": "g", "input": "x"},
        {"role": "user", "content": "meanwhile"},
        {"type": "function_call_output", "call_id": "c1", "output": "one"},
        {
            "type": "custom_tool_call_output",
            "call_id": "c2",
            "output": [
                {"type": "input_text", "text": "two"},
                {"type": "input_image", "image_url": "http://127.0.0.1/a.png"},
            ],
        },
    ]
    await client.responses.create(model=MODEL, input=items, instructions="Be brief.")
    (request,) = engine.requests
    assert [(m.role, m.text, m.tool_call_id) for m in request.messages] == [
        ("system", "Be brief.", None),
        ("system", "Rules.", None),
        ("user", "a", None),
        ("assistant", "b", None),
        ("tool", "one", "c1"),
        ("tool", "two", "c2"),
        ("user", "meanwhile", None),
    ]
    assert [call.name for call in request.messages[3].tool_calls] == ["f", "g"]
    assert isinstance(request.messages[5].parts[1], ImagePart)


async def test_a_stream_and_a_whole_answer_are_the_same(client: AsyncOpenAI) -> None:
    whole = await client.responses.create(model=MODEL, input="x")
    stream = await client.responses.create(
        model=MODEL, input="x", stream=True, stream_options=PLAIN
    )
    events = [event async for event in stream]
    assert all(map(nothing_extra, events))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert [event.type for event in events] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.delta",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    last = events[-1]
    assert last.type == "response.completed"
    assert same(last.response) == same(whole)


def same(response: Response) -> dict[str, Any]:
    """A response without what differs by its id and time."""
    shown: dict[str, Any] = response.to_dict()
    output: list[dict[str, Any]] = shown["output"]
    for item in (shown, *output):
        for name in ("id", "created_at", "completed_at"):
            item.pop(name, None)
    return shown


async def test_padding_hides_the_length_of_pieces(engine: FakeChat, tmp_path: Path) -> None:
    async with http_client(app_of(engine, tmp_path)) as client:
        body = {"model": MODEL, "input": "x", "stream": True}
        text = (await client.post("/v1/responses", json=body)).text
    lines = [line for line in text.splitlines() if "output_text.delta" in line]
    pieces = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
    assert all((len(p["delta"]) + len(p["obfuscation"])) % 16 == 0 for p in pieces)
    assert "[DONE]" not in text


async def test_the_clients_stream_helper_puts_an_answer_together(client: AsyncOpenAI) -> None:
    async with client.responses.stream(model=MODEL, input="x") as stream:
        seen = [event.delta async for event in stream if event.type == "response.output_text.delta"]
        answer = await stream.get_final_response()
    assert seen == ["Hel", "lo", "!"]
    assert answer.output_text == "Hello!"


async def test_the_clients_parse_helper_reads_a_document(tmp_path: Path) -> None:
    class City(BaseModel):
        name: str
        people: int

    engine = load_chat(EngineSpec("fake-chat", ""))
    async with openai_client(app_of(engine, tmp_path)) as client:
        answer = await client.responses.parse(model=MODEL, input="x", text_format=City)
        async with client.responses.stream(model=MODEL, input="x", text_format=City) as stream:
            streamed = await stream.get_final_response()
    assert answer.output_parsed == City(name="", people=0)
    assert streamed.output_parsed == City(name="", people=0)


CALLING = (
    Say("Let me see."),
    Call("get_weather", ('{"city"', ':"Paris"}')),
    Call("sql", ("S", "1")),
)


async def test_calls_come_as_items_of_their_own_after_the_text(tmp_path: Path) -> None:
    script = (*CALLING[:2], Call("sql", ("SELECT ", "1"), custom=True))
    async with openai_client(app_of(FakeChat(script), tmp_path)) as client:
        answer = await client.responses.create(model=MODEL, input="x", tools=[WEATHER, SQL])
    said, call, custom = answer.output
    assert isinstance(said, ResponseOutputMessage)
    assert isinstance(call, ResponseFunctionToolCall)
    assert isinstance(custom, ResponseCustomToolCall)
    assert (call.name, call.arguments, call.status) == (
        "get_weather",
        '{"city":"Paris"}',
        "completed",
    )
    assert (custom.name, custom.input) == ("sql", "SELECT 1")
    assert len({said.id, call.id, custom.id}) == 3


async def test_calls_are_streamed_in_openais_order(tmp_path: Path) -> None:
    script = (CALLING[1], Call("sql", ("SELECT ", "1"), custom=True))
    async with openai_client(app_of(FakeChat(script), tmp_path)) as client:
        stream = await client.responses.create(
            model=MODEL, input="x", tools=[WEATHER, SQL], stream=True, stream_options=PLAIN
        )
        events = [event async for event in stream]
    assert [event.type.removeprefix("response.") for event in events[2:-1]] == [
        "output_item.added",
        "function_call_arguments.delta",
        "function_call_arguments.delta",
        "function_call_arguments.done",
        "output_item.done",
        "output_item.added",
        "custom_tool_call_input.delta",
        "custom_tool_call_input.delta",
        "custom_tool_call_input.done",
        "output_item.done",
    ]
    # Beyond the client's types: the status of a custom call, which OpenAI sends, and the name of
    # a call whose arguments are done, which its release 2 needs.
    assert all(map(nothing_extra, events[2:5]))


async def test_the_clients_stream_helper_puts_a_call_together(tmp_path: Path) -> None:
    async with (
        openai_client(app_of(FakeChat(CALLING[1:2]), tmp_path)) as client,
        client.responses.stream(model=MODEL, input="x", tools=[WEATHER]) as stream,
    ):
        answer = await stream.get_final_response()
    (call,) = answer.output
    assert isinstance(call, ResponseFunctionToolCall)
    assert call.arguments == '{"city":"Paris"}'


async def test_a_tool_in_a_namespace_is_called_by_its_own_name(tmp_path: Path) -> None:
    engine = FakeChat([Call("crm__find", ("{}",))])
    space: Any = {
        "type": "namespace",
        "name": "crm",
        "description": "Customers",
        "tools": [{"type": "function", "name": "find", "parameters": {"type": "object"}}],
    }
    async with openai_client(app_of(engine, tmp_path)) as client:
        answer = await client.responses.create(model=MODEL, input="x", tools=[space])
        (call,) = answer.output
        assert isinstance(call, ResponseFunctionToolCall)
        assert (call.name, call.namespace) == ("find", "crm")
        result: Any = {"type": "function_call_output", "call_id": call.call_id, "output": "Kim"}
        await client.responses.create(
            model=MODEL, input=[result], tools=[space], previous_response_id=answer.id
        )
    assert [tool.name for tool in engine.requests[0].tools] == ["crm__find"]
    assert engine.requests[1].messages[1].tool_calls[0].name == "crm__find"


THINKING = (Think("Hm, "), Think("well."), Say("Yes."))


async def test_what_is_thought_is_an_item_of_its_own(tmp_path: Path) -> None:
    async with openai_client(app_of(FakeChat(THINKING, thinks=True), tmp_path)) as client:
        answer = await client.responses.create(model=MODEL, input="x", reasoning={"effort": "low"})
        told = await client.responses.create(
            model=MODEL, input="x", reasoning={"effort": "low", "summary": "auto"}
        )
        async with client.responses.stream(
            model=MODEL, input="x", reasoning={"effort": "low", "summary": "auto"}
        ) as stream:
            kinds = [event.type async for event in stream if "reasoning" in event.type]
            streamed = await stream.get_final_response()
    assert nothing_extra(answer)
    thought = answer.output[0]
    assert isinstance(thought, ResponseReasoningItem)
    assert thought.content
    assert (thought.content[0].text, thought.summary) == ("Hm, well.", [])
    assert answer.output_text == "Yes."
    assert answer.usage
    assert answer.usage.output_tokens_details.reasoning_tokens == 2
    for each in (told, streamed):
        thought = each.output[0]
        assert isinstance(thought, ResponseReasoningItem)
        assert thought.summary[0].text == "Hm, well."
    assert kinds == [
        "response.reasoning_summary_part.added",
        "response.reasoning_summary_text.delta",
        "response.reasoning_summary_text.delta",
        "response.reasoning_summary_text.done",
        "response.reasoning_summary_part.done",
    ]


async def test_log_probabilities_are_shown_where_they_are_included(client: AsyncOpenAI) -> None:
    answer = await client.responses.create(
        model=MODEL, input="x", include=["message.output_text.logprobs"], top_logprobs=2
    )
    assert nothing_extra(answer)
    said = answer.output[0]
    assert isinstance(said, ResponseOutputMessage)
    assert said.content[0].type == "output_text"
    scores = said.content[0].logprobs
    assert scores
    assert [token.token for token in scores] == ["Hel", "lo", "!"]
    assert all(len(token.top_logprobs) == 2 for token in scores)


async def test_an_answer_that_reaches_its_limit_is_incomplete(tmp_path: Path) -> None:
    engine = FakeChat(say(" ".join("x" * 20)))
    async with openai_client(app_of(engine, tmp_path)) as client:
        answer = await client.responses.create(model=MODEL, input="x", max_output_tokens=16)
        async with client.responses.stream(model=MODEL, input="x", max_output_tokens=16) as stream:
            kinds = [event.type async for event in stream]
    assert answer.status == "incomplete"
    assert answer.incomplete_details
    assert answer.incomplete_details.reason == "max_output_tokens"
    said = answer.output[0]
    assert isinstance(said, ResponseOutputMessage)
    assert said.status == "incomplete"
    assert kinds[-1] == "response.incomplete"


async def test_a_conversation_goes_on_from_a_kept_response(
    engine: FakeChat, client: AsyncOpenAI
) -> None:
    first = await client.responses.create(model=MODEL, input="One?", instructions="Be brief.")
    second = await client.responses.create(model=MODEL, input="Two?", previous_response_id=first.id)
    await client.responses.create(model=MODEL, input="Three?", previous_response_id=second.id)
    assert second.previous_response_id == first.id
    assert [message.text for message in engine.requests[-1].messages] == [
        "One?",
        "Hello!",
        "Two?",
        "Hello!",
        "Three?",
    ]


async def test_a_response_that_is_not_kept_cannot_be_gone_on_from(client: AsyncOpenAI) -> None:
    first = await client.responses.create(model=MODEL, input="One?", store=False)
    for name in (first.id, "resp_nope"):
        with pytest.raises(BadRequestError) as caught:
            await client.responses.create(model=MODEL, input="x", previous_response_id=name)
        assert (caught.value.param, caught.value.code) == (
            "previous_response_id",
            "previous_response_not_found",
        )
        assert f"Previous response with id '{name}' not found." in caught.value.message


async def test_a_conversation_with_a_gap_is_refused(client: AsyncOpenAI) -> None:
    first = await client.responses.create(model=MODEL, input="One?")
    second = await client.responses.create(model=MODEL, input="x", previous_response_id=first.id)
    await client.responses.delete(first.id)
    with pytest.raises(BadRequestError, match=first.id):
        await client.responses.create(model=MODEL, input="x", previous_response_id=second.id)


async def test_items_that_are_kept_can_be_referred_to(
    engine: FakeChat, client: AsyncOpenAI
) -> None:
    first = await client.responses.create(model=MODEL, input="One?")
    reference: Any = {"type": "item_reference", "id": first.output[0].id}
    later = await client.responses.create(
        model=MODEL, input=[{"role": "user", "content": "One?"}, reference]
    )
    assert [message.role for message in engine.requests[-1].messages] == ["user", "assistant"]
    items = (await client.responses.input_items.list(later.id, order="asc")).data
    assert items[1].id == first.output[0].id
    bare = {"id": first.output[0].id}
    shorts: list[Any] = [bare, {**bare, "type": None}]
    for short in shorts:
        await client.responses.create(model=MODEL, input=[{"role": "user", "content": "?"}, short])
        assert [message.role for message in engine.requests[-1].messages] == ["user", "assistant"]
    with pytest.raises(NotFoundError, match="Items are not persisted when `store` is set to false"):
        await client.responses.create(
            model=MODEL, input=[{"type": "item_reference", "id": "msg_nope"}]
        )


async def test_kept_responses_are_read_deleted_and_not_cancelled(client: AsyncOpenAI) -> None:
    answer = await client.responses.create(model=MODEL, input="x", metadata={"a": "b"})
    assert await client.responses.retrieve(answer.id) == answer
    with pytest.raises(BadRequestError, match="Cannot cancel a synchronous response"):
        await client.responses.cancel(answer.id)
    await client.responses.delete(answer.id)
    for attempt in (
        client.responses.retrieve,
        client.responses.delete,
        client.responses.cancel,
        client.responses.input_items.list,
    ):
        with pytest.raises(NotFoundError, match="Response with id"):
            await attempt(answer.id)


async def test_what_was_given_is_listed_by_pages(client: AsyncOpenAI) -> None:
    first = await client.responses.create(model=MODEL, input="One?")
    items: Any = [{"role": "user", "content": f"{number}"} for number in range(3)]
    later = await client.responses.create(model=MODEL, input=items, previous_response_id=first.id)
    page = await client.responses.input_items.list(later.id, order="asc", limit=100)
    assert all(map(nothing_extra, page.data))
    assert [item.type for item in page.data] == ["message"] * 5
    ids = [item.id for item in page.data]
    assert len(set(ids)) == 5
    assert [i.id async for i in client.responses.input_items.list(later.id, limit=2)] == ids[::-1]
    with pytest.raises(BadRequestError, match="Unknown parameter: 'before'"):
        await client.responses.input_items.list(later.id, extra_query={"before": ids[0]})


async def test_a_kept_stream_is_sent_again_from_any_event(tmp_path: Path) -> None:
    script = (Think("Hm."), *HELLO, *CALLING[1:])
    async with openai_client(app_of(FakeChat(script, thinks=True), tmp_path)) as client:
        stream = await client.responses.create(
            model=MODEL,
            input="x",
            tools=[WEATHER, {**WEATHER, "name": "sql"}],
            stream=True,
            stream_options=PLAIN,
            include=["message.output_text.logprobs"],
        )
        events = [event async for event in stream]
        created = events[0]
        assert created.type == "response.created"
        for after in (-1, 0, 7, len(events)):
            again = await client.responses.retrieve(
                created.response.id, stream=True, starting_after=after, include_obfuscation=False
            )
            assert [event async for event in again] == events[after + 1 :]


async def test_a_stream_is_kept_before_it_ends(client: AsyncOpenAI) -> None:
    async for event in await client.responses.create(model=MODEL, input="x", stream=True):
        if event.type == "response.completed":
            found = await client.responses.retrieve(event.response.id)
            assert found.output_text == "Hello!"


async def test_half_an_answer_is_told_as_failed_raised_and_not_kept(tmp_path: Path) -> None:
    engine = FakeChat([Say("Hel"), Fail(EngineFailed("it broke"))])
    async with openai_client(app_of(engine, tmp_path)) as client:
        stream = await client.responses.create(model=MODEL, input="x", stream=True)
        last: Any = None

        async def read() -> None:
            nonlocal last
            async for event in stream:
                last = event

        with pytest.raises(APIError, match="it broke"):
            await read()
        assert last.type == "response.failed"
        assert last.response.status == "failed"
        assert (last.response.error.code, last.response.error.message) == (
            "server_error",
            "it broke",
        )
        with pytest.raises(NotFoundError):
            await client.responses.retrieve(last.response.id)
        with pytest.raises(openai.InternalServerError, match="it broke"):
            await client.responses.create(model=MODEL, input="x")


async def test_an_engines_refusal_names_the_place_in_this_request(tmp_path: Path) -> None:
    long = RequestInvalid("too long", param="messages", code="context_length_exceeded")
    async with openai_client(app_of(FakeChat([Fail(long)]), tmp_path)) as client:
        for stream in (False, True):
            with pytest.raises(BadRequestError) as caught:
                await client.responses.create(model=MODEL, input="x", stream=stream)
            assert (caught.value.param, caught.value.code) == ("input", "context_length_exceeded")


@pytest.mark.parametrize(
    ("param", "place"),
    [
        ("max_tokens", "max_output_tokens"),
        ("response_format", "text.format"),
        ("messages[0].content[1].image_url.url", "input[0].content[1].image_url"),
        ("messages[0].content[1].file.file_data", "input[0].content[1].file_data"),
        ("messages[2].content[0]", "input[2].output[0]"),
        ("messages[9]", "input"),
        ("tools[0].function.parameters", "tools[1].parameters"),
        ("tools[1].custom.format.grammar.definition", "tools[2].format.definition"),
    ],
)
async def test_paths_are_those_of_the_request(tmp_path: Path, param: str, place: str) -> None:
    items: Any = [
        {"role": "user", "content": "x"},
        {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c", "output": "x"},
    ]
    refusal = RequestInvalid(f"Invalid '{param}'.", param=param)
    async with openai_client(app_of(FakeChat([Fail(refusal)]), tmp_path)) as client:
        with pytest.raises(BadRequestError) as caught:
            await client.responses.create(
                model=MODEL, input=items, tools=[{"type": "web_search"}, WEATHER, SQL]
            )
    assert caught.value.param == place
    assert f"Invalid '{place}'." in caught.value.message


async def test_a_model_that_does_not_think_says_so_by_the_name_of_the_field(
    client: AsyncOpenAI,
) -> None:
    with pytest.raises(BadRequestError) as caught:
        await client.responses.create(model=MODEL, input="x", reasoning={"effort": "high"})
    assert caught.value.param == "reasoning.effort"


async def test_what_has_no_effect_is_named(engine: FakeChat, tmp_path: Path) -> None:
    async with http_client(app_of(engine, tmp_path)) as client:
        body: dict[str, Any] = {
            "model": MODEL,
            "input": [
                {"role": "user", "content": "x"},
                {"type": "reasoning", "summary": []},
                {"type": "image_generation_call", "id": "ig_1", "status": "completed"},
            ],
            "include": ["reasoning.encrypted_content"],
            "prompt_cache_key": "k",
            "max_tool_calls": 1,
            "tools": [
                WEATHER,
                {"type": "web_search"},
                {"type": "tool_search"},
                {"type": "image_generation", "output_format": "png"},
            ],
        }
        answer = await client.post("/v1/responses", json=body)
    assert answer.status_code == 200
    assert answer.headers["x-dragoman-ignored"].split(", ") == [
        "prompt_cache_key",
        "max_tool_calls",
        "input[reasoning]",
        "input[image_generation_call]",
        "tools[web_search]",
        "tools[tool_search]",
        "tools[image_generation]",
        "include[reasoning.encrypted_content]",
    ]
    assert len(engine.requests[0].tools) == 1


async def test_notes_of_coding_agents_on_items_are_passed_over_named_and_not_kept(
    engine: FakeChat, tmp_path: Path
) -> None:
    name = "internal_chat_message_metadata_passthrough"
    noted: dict[str, Any] = {name: {"turn_id": "t"}, "metadata": None}
    call: dict[str, Any] = {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}
    result: dict[str, Any] = {"type": "function_call_output", "call_id": "c", "output": "x"}
    items = [{"type": "message", "role": "user", "content": "x"}, call, result]
    async with http_client(app_of(engine, tmp_path)) as client:
        body = {"model": MODEL, "input": [{**item, **noted} for item in items], "tools": [WEATHER]}
        first = await client.post("/v1/responses", json=body)
        more = {"model": MODEL, "input": "y", "previous_response_id": first.json()["id"]}
        second = await client.post("/v1/responses", json=more)
        kept = await client.get(f"/v1/responses/{first.json()['id']}/input_items")
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.headers["x-dragoman-ignored"] == f"input.{name}"
    assert len(engine.requests[1].messages) == 5
    assert name not in kept.text


async def test_an_unknown_model_is_not_found(client: AsyncOpenAI) -> None:
    for stream in (False, True):
        with pytest.raises(NotFoundError) as caught:
            await client.responses.create(model="nope", input="x", stream=stream)
        assert caught.value.code == "model_not_found"


async def test_tokens_are_counted_without_an_answer(engine: FakeChat, client: AsyncOpenAI) -> None:
    counted = await client.responses.input_tokens.count(
        model=MODEL, input="one two three", instructions="four"
    )
    assert nothing_extra(counted)
    assert (counted.input_tokens, counted.object) == (4, "response.input_tokens")
    assert engine.requests[0].dry_run


async def test_a_conversation_that_is_too_long_loses_its_beginning(
    engine: FakeChat, tmp_path: Path
) -> None:
    def turn(role: str, words: int) -> dict[str, str]:
        return {"role": role, "content": " ".join(["x"] * words)}

    items = [turn("system", 10), turn("user", 5000), turn("assistant", 2000), turn("user", 3000)]
    items += [turn("assistant", 10), turn("user", 20)]
    async with http_client(app_of(engine, tmp_path)) as client:
        body: Any = {"model": MODEL, "input": items}
        refused = await client.post("/v1/responses", json=body)
        answer = await client.post("/v1/responses", json={**body, "truncation": "auto"})
    assert refused.json()["error"]["code"] == "context_length_exceeded"
    assert refused.json()["error"]["param"] == "input"
    assert answer.status_code == 200
    assert answer.headers["x-dragoman-left-out"] == "1"
    words = [len(message.text.split()) for message in engine.requests[-1].messages]
    assert words == [10, 2000, 3000, 10, 20]


async def test_without_a_store_nothing_is_kept_and_keeping_on_purpose_is_refused(
    engine: FakeChat,
) -> None:
    async with openai_client(app_of(engine)) as client:
        answer = await client.responses.create(model=MODEL, input="x")
        with pytest.raises(NotFoundError):
            await client.responses.retrieve(answer.id)
        with pytest.raises(BadRequestError) as caught:
            await client.responses.create(model=MODEL, input="x", store=True)
    assert caught.value.param == "store"


async def test_many_at_once_do_not_mix(tmp_path: Path) -> None:
    def script(request: ChatRequest, _: int) -> list[Step]:
        (part,) = request.messages[0].parts
        assert isinstance(part, TextPart)
        return say(f"you said {part.text}")

    answers: dict[int, str] = {}
    async with openai_client(app_of(FakeChat(script, concurrency=3), tmp_path)) as client:

        async def ask(number: int) -> None:
            answer = await client.responses.create(model=MODEL, input=str(number))
            answers[number] = answer.output_text

        with anyio.fail_after(60):
            async with anyio.create_task_group() as tasks:
                for number in range(20):
                    tasks.start_soon(ask, number)
    assert answers == {number: f"you said {number}" for number in range(20)}


async def test_what_of_a_schema_is_not_enforced_is_named_by_its_place(tmp_path: Path) -> None:
    class Loose(FakeChat):
        def run(self, request: ChatRequest, outlet: Outlet[ChatEvent]) -> None:
            outlet.emit(SchemaLoosened("tools[0].function.parameters", ("not",)))
            super().run(request, outlet)

    async with http_client(app_of(Loose(HELLO), tmp_path)) as client:
        body = {"model": MODEL, "input": "x", "tools": [{"type": "web_search"}, WEATHER]}
        answer = await client.post("/v1/responses", json=body)
        counted = {name: body[name] for name in ("model", "input", "tools")}
        count = await client.post("/v1/responses/input_tokens", json=counted)
    assert "tools[1].parameters (not)" in answer.headers["x-dragoman-ignored"]
    assert count.status_code == 200


async def test_a_long_wait_is_filled_with_events_that_are_numbered_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "QUIET_S", 0.01)
    gate = threading.Event()
    app = app_of(FakeChat([Wait(gate), *HELLO]), tmp_path)
    async with openai_client(app) as client:
        events: list[Any] = []
        async for event in await client.responses.create(
            model=MODEL, input="x", stream=True, stream_options=PLAIN
        ):
            events.append(event)
            if len(events) == 4:
                gate.set()
        again = await client.responses.retrieve(
            events[0].response.id, stream=True, include_obfuscation=False
        )
        assert [event async for event in again] == events
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert [event.type for event in events[:4]] == [
        "response.created",
        *["response.in_progress"] * 3,
    ]


async def test_what_fails_after_a_long_wait_is_told_in_events(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "QUIET_S", 0.01)
    gate = threading.Event()
    app = app_of(FakeChat([Wait(gate), Fail(EngineFailed("it broke"))]), tmp_path)
    async with openai_client(app) as client:

        async def read() -> None:
            async with client.responses.stream(model=MODEL, input="x") as stream:
                async for event in stream:
                    assert event.type.startswith("response.")
                    gate.set()

        with pytest.raises(APIError, match="it broke"):
            await read()
