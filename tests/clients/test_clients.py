"""Other people's clients against a Dragoman, in processes and environments of their own."""

from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

Got = Callable[[str], dict[str, Any]]

OPENAI_2 = "with_openai.py 2"
OPENAI_3 = "with_openai.py 3"
RESPONSES_2 = "with_openai_responses.py 2"
RESPONSES_3 = "with_openai_responses.py 3"
LANGCHAIN = "with_langchain.py chat"
LANGCHAIN_RESPONSES = "with_langchain.py responses"
LITELLM = "with_litellm.py"
LITELLM_RESPONSES = "with_litellm_responses.py"
PYDANTIC_AI = "with_pydantic_ai.py chat"
PYDANTIC_AI_RESPONSES = "with_pydantic_ai.py responses"
MIRASCOPE = "with_mirascope.py completions"
MIRASCOPE_RESPONSES = "with_mirascope.py responses"
INSTRUCTOR = "with_instructor.py"
AGENTS = "with_openai_agents.py chat"
AGENTS_RESPONSES = "with_openai_agents.py"
NODE = "with_openai.mjs"
NODE_RESPONSES = "with_openai_responses.mjs"
VERCEL = "with_vercel_ai.mjs openai"
VERCEL_RESPONSES = "with_vercel_ai.mjs responses"
VERCEL_COMPATIBLE = "with_vercel_ai.mjs compatible"
MASTRA = "with_mastra.mjs chat"
MASTRA_RESPONSES = "with_mastra.mjs responses"

REFUSALS = {
    OPENAI_2: "openai.NotFoundError",
    OPENAI_3: "openai.NotFoundError",
    RESPONSES_2: "openai.NotFoundError",
    RESPONSES_3: "openai.NotFoundError",
    LANGCHAIN: "langchain_openai.chat_models.base.OpenAIModelNotFoundError",
    LANGCHAIN_RESPONSES: "langchain_openai.chat_models.base.OpenAIModelNotFoundError",
    LITELLM_RESPONSES: "litellm.exceptions.NotFoundError",
    LITELLM: "litellm.exceptions.NotFoundError",
    PYDANTIC_AI: "pydantic_ai.exceptions.ModelHTTPError",
    PYDANTIC_AI_RESPONSES: "pydantic_ai.exceptions.ModelHTTPError",
    MIRASCOPE: "mirascope.llm.exceptions.NotFoundError",
    MIRASCOPE_RESPONSES: "mirascope.llm.exceptions.NotFoundError",
    INSTRUCTOR: "openai.NotFoundError",
    AGENTS: "openai.NotFoundError",
    AGENTS_RESPONSES: "openai.NotFoundError",
    NODE_RESPONSES: "NotFoundError",
    VERCEL_RESPONSES: "APICallError",
    NODE: "NotFoundError",
    VERCEL: "APICallError",
    VERCEL_COMPATIBLE: "APICallError",
    MASTRA: "APICallError",
    MASTRA_RESPONSES: "APICallError",
}
"""Every client, and what it raises for a model that does not exist."""
CLIENTS = list(REFUSALS)
CONVERSING = [client for client in CLIENTS if client != INSTRUCTOR]
"""Instructor gives documents only."""
FEEDING_BACK = [
    OPENAI_2,
    OPENAI_3,
    RESPONSES_2,
    RESPONSES_3,
    LANGCHAIN,
    LANGCHAIN_RESPONSES,
    AGENTS,
    AGENTS_RESPONSES,
    NODE,
    NODE_RESPONSES,
    VERCEL,
    VERCEL_RESPONSES,
    VERCEL_COMPATIBLE,
    MASTRA,
    MASTRA_RESPONSES,
]
"""Those whose program ends with a text that answers the tool's result."""
CONTINUING = [OPENAI_2, OPENAI_3, LANGCHAIN, LITELLM, NODE, VERCEL, VERCEL_COMPATIBLE]
AUDIBLE = [OPENAI_2, OPENAI_3, LITELLM, NODE, VERCEL]

PERSON = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "age": {"type": "integer"},
        "likes": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["name", "age", "likes"],
    "additionalProperties": False,
}
WEATHER = {
    "type": "object",
    "properties": {
        "city": {"type": "string"},
        "unit": {"enum": ["celsius", "fahrenheit"]},
    },
    "required": ["city", "unit"],
    "additionalProperties": False,
}


@pytest.mark.parametrize("client", CONVERSING)
def test_an_answer_is_text_and_its_pieces_join_to_it(got: Got, client: str):
    assert got(client)["text"]
    assert got(client)["streamed"] == got(client)["text"]


@pytest.mark.parametrize("client", CONVERSING)
def test_tokens_are_counted_whole_and_streamed(got: Got, client: str):
    assert got(client)["tokens"] > 0
    assert got(client).get("streamed_tokens", got(client)["tokens"]) == got(client)["tokens"]


@pytest.mark.parametrize("client", CONVERSING)
def test_a_tool_is_called_with_arguments_of_its_schema(got: Got, client: str):
    for call in [got(client)["call"], got(client).get("streamed_call", got(client)["call"])]:
        assert call["name"] == "get_weather"
        jsonschema.validate(call["arguments"], WEATHER)


@pytest.mark.parametrize("client", FEEDING_BACK)
def test_the_result_of_a_tool_goes_back_and_is_answered(got: Got, client: str):
    assert got(client)["answer"]


@pytest.mark.parametrize("client", CLIENTS)
def test_documents_keep_to_their_schema_by_format_by_tool_and_streamed(got: Got, client: str):
    documents = {name: got(client)[name] for name in got(client) if "document" in name}
    assert "document" in documents
    for document in documents.values():
        jsonschema.validate(document, PERSON)


def test_the_agents_sdk_keeps_its_sessions_in_conversations(got: Got):
    assert got(AGENTS_RESPONSES)["session"] == ["user", "assistant"] * 2
    assert got(AGENTS_RESPONSES)["items"] == 4


@pytest.mark.parametrize("client", CONTINUING)
def test_a_text_is_continued_and_its_pieces_join_to_it(got: Got, client: str):
    assert got(client)["continued"]
    assert got(client)["continued_streamed"] == got(client)["continued"]
    assert got(client).get("continued_tokens", got(client)["continued"]) == got(client)["continued"]


@pytest.mark.parametrize("client", CLIENTS)
def test_an_unknown_model_is_the_error_that_the_client_has_for_it(got: Got, client: str):
    assert got(client)["error"] == {"class": REFUSALS[client], "status": 404}


@pytest.mark.parametrize("client", AUDIBLE)
def test_speech_is_mp3_and_recordings_are_heard(got: Got, client: str):
    assert got(client)["spoken"].startswith(("fff", "494433"))  # a frame, or an ID3 tag before it
    assert got(client)["transcript"]


@pytest.mark.parametrize("client", [OPENAI_2, OPENAI_3, RESPONSES_2, RESPONSES_3])
def test_the_official_client_has_the_version_that_is_meant(got: Got, client: str):
    assert got(client)["version"].split(".")[0] == client[-1]


@pytest.mark.parametrize("client", [OPENAI_2, OPENAI_3])
def test_the_stream_helper_of_the_official_client_tells_every_event(got: Got, client: str):
    assert got(client)["events"] == ["chunk", "content.delta", "content.done"]
    assert got(client)["call_events"] == [
        "chunk",
        "tool_calls.function.arguments.delta",
        "tool_calls.function.arguments.done",
    ]


@pytest.mark.parametrize("client", [RESPONSES_2, RESPONSES_3])
def test_the_stream_helper_of_responses_tells_every_event_in_order(got: Got, client: str):
    assert got(client)["events"] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]


@pytest.mark.parametrize("client", [OPENAI_2, OPENAI_3, RESPONSES_2, RESPONSES_3])
def test_an_unknown_model_has_the_code_that_openai_gives_it(got: Got, client: str):
    assert got(client)["error_code"] == "model_not_found"


def test_instructor_sees_a_document_grow(got: Got):
    assert got(INSTRUCTOR)["partials"] > 1


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.parametrize("base_url", ["weights"], indirect=True, scope="module")
@pytest.mark.parametrize("client", CONVERSING)
def test_with_the_starter_model_documents_and_calls_hold_what_was_said(got: Got, client: str):
    assert got(client)["document"]["name"] == "Jane"
    assert got(client)["document"]["age"] == 31
    assert got(client)["call"]["arguments"] == {"city": "Paris", "unit": "celsius"}
