"""Responses: what their page promises, with real weights."""

import base64
import json
from typing import Any

import httpx2
import pytest
from openai import BadRequestError, NotFoundError, OpenAI
from pydantic import BaseModel

from pdfs import pdf

pytestmark = pytest.mark.model

MODEL = "gpt-4o-mini"
WEATHER: Any = {
    "type": "function",
    "name": "get_weather",
    "description": "The weather of a city.",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
        "additionalProperties": False,
    },
    "strict": True,
}


def ask(client: OpenAI, question: Any, **fields: Any) -> Any:
    create: Any = client.responses.create
    return create(**{"model": MODEL, "input": question, "temperature": 0, **fields})


def test_a_conversation_goes_on_and_its_instructions_do_not(client: OpenAI):
    first = ask(
        client, "My name is Gildong.", instructions="Answer in French.", metadata={"a": "b"}
    )
    assert (first.status, first.metadata) == ("completed", {"a": "b"})
    second = ask(client, "What is my name? Answer in English.", previous_response_id=first.id)
    assert "Gildong" in second.output_text
    assert second.instructions is None
    assert second.usage.input_tokens > first.usage.input_tokens - 10
    with pytest.raises(BadRequestError, match="Previous response with id 'resp_nope' not found"):
        ask(client, "x", previous_response_id="resp_nope")


@pytest.mark.parametrize("kept", [True, False])
def test_a_function_is_called_and_its_result_answered(client: OpenAI, *, kept: bool):
    question = {"role": "user", "content": "What is the weather in Paris?"}
    called = ask(client, [question], tools=[WEATHER], tool_choice="required", store=kept)
    call = called.output[-1]
    assert (call.type, call.name) == ("function_call", "get_weather")
    assert json.loads(call.arguments) == {"city": "Paris"}
    output = {
        "type": "function_call_output",
        "call_id": call.call_id,
        "output": "18 degrees and sunny",
    }
    if kept:
        answered = ask(client, [output], tools=[WEATHER], previous_response_id=called.id)
    else:
        answered = ask(client, [question, *called.output, output], tools=[WEATHER], store=False)
    assert "18" in answered.output_text


def test_a_custom_tool_and_one_in_a_namespace_are_called(client: OpenAI):
    pattern = r"(January|May) \d{1,2}"
    custom = {
        "type": "custom",
        "name": "remember",
        "description": "Saves a date, as in May 7",
        "format": {"type": "grammar", "syntax": "regex", "definition": pattern},
    }
    typed = ask(client, "Remember May 3.", tools=[custom], tool_choice="required").output[-1]
    assert (typed.type, typed.input) == ("custom_tool_call", "May 3")
    space = {"type": "namespace", "name": "sky", "description": "Weather", "tools": [WEATHER]}
    brought = {"type": "additional_tools", "role": "developer", "tools": [space]}
    question = {"role": "user", "content": "Weather in Rome?"}
    called = ask(client, [brought, question], tool_choice="required").output[-1]
    assert (called.namespace, called.name) == ("sky", "get_weather")


def test_a_document_is_parsed_whole_and_streamed(client: OpenAI):
    class Person(BaseModel):
        name: str
        age: int

    asked: Any = {"model": MODEL, "input": "Jane is 31. Who is she?", "text_format": Person}
    assert client.responses.parse(**asked).output_parsed == Person(name="Jane", age=31)
    with client.responses.stream(**asked) as stream:
        assert stream.get_final_response().output_parsed == Person(name="Jane", age=31)
    loose = ask(client, "Jane's name, as JSON?", text={"format": {"type": "json_object"}})
    assert json.loads(loose.output_text)


def test_events_come_in_order_and_can_be_had_again(client: OpenAI):
    stream = ask(client, "Count from one to five.", stream=True)
    events = list(stream)
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert [events[0].type, events[-1].type] == ["response.created", "response.completed"]
    pieces = [event.delta for event in events if event.type == "response.output_text.delta"]
    answer = events[-1].response
    assert "".join(pieces) == answer.output_text
    again = client.responses.retrieve(answer.id, stream=True, starting_after=5)
    assert [event.type for event in again] == [event.type for event in events[6:]]


def test_kept_responses_are_read_listed_and_forgotten(client: OpenAI):
    first = ask(client, "Say one.", max_output_tokens=16)
    second = ask(client, "Say two.", previous_response_id=first.id, max_output_tokens=16)
    assert client.responses.retrieve(second.id).output_text == second.output_text
    listed = client.responses.input_items.list(second.id, order="asc").data
    assert [item.type for item in listed] == ["message"] * 3
    reference = {"type": "item_reference", "id": first.output[0].id}
    referred = ask(client, [reference, {"role": "user", "content": "Again?"}])
    assert referred.status == "completed"
    with pytest.raises(BadRequestError, match="Cannot cancel"):
        client.responses.cancel(first.id)
    client.responses.delete(first.id)
    with pytest.raises(NotFoundError):
        client.responses.retrieve(first.id)
    unkept = ask(client, "Say three.", store=False, max_output_tokens=16)
    with pytest.raises(NotFoundError):
        client.responses.retrieve(unkept.id)


def test_an_answer_is_made_in_the_background_or_cancelled(client: OpenAI):
    def ended(name: str) -> Any:
        while (found := client.responses.retrieve(name)).status in ("queued", "in_progress"):
            pass
        return found

    asked = ask(client, "Say hello.", background=True)
    assert (asked.status, asked.output) == ("queued", [])
    whole = ended(asked.id)
    assert (whole.status, whole.background) == ("completed", True)
    assert whole.output_text
    again = ask(client, "Say it again.", previous_response_id=asked.id)
    assert again.output_text
    long = ask(client, "Tell me all about the sea, at length.", background=True)
    assert client.responses.cancel(long.id).status == "cancelled"
    assert client.responses.retrieve(long.id).status == "cancelled"


def test_a_conversation_under_a_name_of_its_own_goes_on(client: OpenAI):
    turn: Any = {"type": "message", "role": "user", "content": "My name is Gildong."}
    made = client.conversations.create(items=[turn], metadata={"a": "b"})
    answer = ask(client, "What is my name? Say it.", conversation=made.id)
    assert "Gildong" in answer.output_text
    items = client.conversations.items.list(made.id, order="asc").data
    assert [item.type for item in items] == ["message"] * 3
    named = items[0].id or ""
    assert client.conversations.items.retrieve(named, conversation_id=made.id) == items[0]
    client.conversations.items.delete(named, conversation_id=made.id)
    assert len(client.conversations.items.create(made.id, items=[turn]).data) == 1
    assert len(client.conversations.items.list(made.id).data) == 3
    assert client.conversations.update(made.id, metadata={}).metadata == {}
    assert client.conversations.retrieve(made.id).id == made.id
    client.conversations.delete(made.id)
    with pytest.raises(NotFoundError):
        client.conversations.retrieve(made.id)


def test_notes_on_items_are_named_and_what_is_said_twice_is_refused(
    client: OpenAI, base_url: str
) -> None:
    noted: Any = {"role": "user", "content": "My name is Gildong.", "additional_kwargs": {"a": 1}}
    made = client.conversations.with_raw_response.create(items=[noted])
    assert made.headers["x-dragoman-ignored"] == "items.additional_kwargs"
    name = made.parse().id
    answer = ask(client, "What is my name? Say it.", conversation=name, max_output_tokens=16.0)
    assert "Gildong" in answer.output_text
    called: Any = {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}
    result: Any = {"type": "function_call_output", "call_id": "c", "output": "x", "namespace": {}}
    with pytest.raises(BadRequestError) as refusal:
        client.conversations.items.create(name, items=[called, result])
    assert refusal.value.param == "items[1].namespace"
    client.conversations.delete(name)

    def refused(path: str, *fields: tuple[str, str], sound: bytes | None = None) -> Any:
        form: list[Any] = [(field, (None, value)) for field, value in fields]
        form += [("file", ("a.wav", sound))] if sound else []
        response = httpx2.post(f"{base_url}/audio/{path}", files=form)
        assert response.status_code == 400
        return response.json()["error"]["param"]

    blend = ("type", "x_blend"), ("name", "a"), ("x_blend", "alloy")
    assert refused("voices", *blend, ("name", "b")) == "name"
    assert refused("voices", *blend[:2], ("x_blend", "alloy(\u0663)")) == "x_blend"
    cut = ("chunking_strategy", "auto"), ("chunking_strategy[type]", "server_vad")
    assert refused("transcriptions", ("model", "whisper-1"), *cut, sound=b"RIFF") == cut[0][0]


def test_a_conversation_is_made_short_and_gone_on_from(client: OpenAI):
    told = {"role": "user", "content": "My name is Gildong, I am 31 and I like tea."}
    short = ask(client, [told, {"type": "compaction_trigger"}])
    (item,) = short.output
    assert item.type == "compaction"
    asked = {"role": "user", "content": "What is my name? One word."}
    assert "Gildong" in ask(client, [item.to_dict(), asked]).output_text


def test_tokens_are_counted_beforehand(client: OpenAI):
    counted = client.responses.input_tokens.count(model=MODEL, input="Say one.")
    assert counted.input_tokens == ask(client, "Say one.").usage.input_tokens


def test_a_limit_log_probabilities_a_picture_and_a_file(client: OpenAI, picture_url: str):
    cut = ask(client, "Count to a thousand.", max_output_tokens=16)
    assert (cut.status, cut.incomplete_details.reason) == ("incomplete", "max_output_tokens")
    scored = ask(
        client,
        "Is the sky blue? Answer yes or no.",
        include=["message.output_text.logprobs"],
        top_logprobs=2,
    )
    assert len(scored.output[0].content[0].logprobs[0].top_logprobs) == 2
    picture = {"type": "input_image", "image_url": f"{picture_url}/otter.png"}
    asked = [{"type": "input_text", "text": "Which animal is it?"}, picture]
    seen = ask(client, [{"role": "user", "content": asked}])
    assert "otter" in seen.output_text.lower()
    data = base64.b64encode(pdf("Sales rose by 12 percent.")).decode()
    file = {"type": "input_file", "filename": "report.pdf", "file_data": data}
    asked = [{"type": "input_text", "text": "By how many percent did sales rise?"}, file]
    assert "12" in ask(client, [{"role": "user", "content": asked}]).output_text


def test_what_has_no_effect_is_named_and_what_cannot_be_is_refused(client: OpenAI):
    raw = client.responses.with_raw_response.create(
        model="gpt-5",
        input=[
            {"role": "user", "content": "Say hello."},
            {"type": "reasoning", "id": "rs_1", "summary": []},
        ],
        reasoning={"effort": "low", "summary": "auto", "context": "auto", "mode": "standard"},
        include=["reasoning.encrypted_content"],
        max_tool_calls=3,
        prompt_cache_key="k",
        tools=[WEATHER, {"type": "web_search"}],
        tool_choice="none",
        extra_body={"client_metadata": {"a": "b"}},
    )
    assert set(raw.headers["x-dragoman-ignored"].split(", ")) == {
        "max_tool_calls",
        "prompt_cache_key",
        "client_metadata",
        "input[reasoning]",
        "reasoning.context",
        "reasoning.mode",
        "tools[web_search]",
        "include[reasoning.encrypted_content]",
        "reasoning.effort",
    }
    for fields in ({"tools": [{"type": "code_interpreter"}]}, {"prompt": {"id": "p"}}):
        with pytest.raises(BadRequestError, match="Unsupported"):
            ask(client, "x", **fields)


def test_a_conversation_that_is_too_long_loses_its_beginning(client: OpenAI):
    turns: Any = [
        {"role": "user", "content": "The tide comes in and the tide goes out again. " * 6_000},
        {"role": "assistant", "content": "I see."},
        {"role": "user", "content": "Say hello."},
    ]
    with pytest.raises(BadRequestError) as caught:
        ask(client, turns, max_output_tokens=16)
    assert (caught.value.code, caught.value.param) == ("context_length_exceeded", "input")
    raw = client.responses.with_raw_response.create(
        model=MODEL, input=turns, max_output_tokens=16, truncation="auto"
    )
    assert raw.headers["x-dragoman-left-out"] == "1"
    assert raw.parse().output_text
