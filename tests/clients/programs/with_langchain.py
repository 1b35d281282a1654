"""LangChain: `ChatOpenAI` by chat or by responses, streams, bound tools, structured output."""

import sys

import openai
from asked import (
    FORECAST,
    GREETING,
    MODEL,
    NO_MODEL,
    STORY,
    TEXT,
    TEXT_MODEL,
    WEATHER,
    GetWeather,
    Person,
    call,
    failure,
    report,
)
from langchain_core.messages import HumanMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAI

BY_RESPONSES = sys.argv[1:] == ["responses"]


@tool(args_schema=GetWeather)
def get_weather(city: str, unit: str) -> str:
    """The weather of a city."""
    return FORECAST


def chat(model: ChatOpenAI) -> dict[str, object]:
    whole = model.invoke(GREETING)
    pieces = list(model.stream(GREETING))
    return {
        "text": whole.text,
        "tokens": whole.usage_metadata and whole.usage_metadata["total_tokens"],
        "streamed": "".join(piece.text for piece in pieces),
    }


def documents(model: ChatOpenAI) -> dict[str, object]:
    """By `response_format`, and by a tool that is as the document."""
    by_format = model.with_structured_output(Person, method="json_schema").invoke(STORY)
    by_tool = model.with_structured_output(Person, method="function_calling").invoke(STORY)
    assert isinstance(by_format, Person)
    assert isinstance(by_tool, Person)
    return {"document": by_format.model_dump(), "document_by_tool": by_tool.model_dump()}


def tools(model: ChatOpenAI) -> dict[str, object]:
    """One turn of an agent: the call, its result, the answer."""
    question = HumanMessage(WEATHER)
    asked = model.bind_tools([get_weather], tool_choice="required").invoke([question])
    (made,) = asked.tool_calls
    answer = model.bind_tools([get_weather]).invoke([question, asked, get_weather.invoke(made)])
    return {"call": call(made["name"], made["args"]), "answer": answer.text}


def text() -> dict[str, object]:
    model = OpenAI(model=TEXT_MODEL, temperature=0, max_tokens=8, max_retries=0)
    return {"continued": model.invoke(TEXT), "continued_streamed": "".join(model.stream(TEXT))}


def error() -> dict[str, object]:
    try:
        ChatOpenAI(model=NO_MODEL, max_retries=0, use_responses_api=BY_RESPONSES).invoke(GREETING)
    except openai.NotFoundError as refusal:
        return {"error": failure(refusal, refusal.status_code)}
    raise AssertionError("a model that does not exist answered")


model = ChatOpenAI(
    model=MODEL,
    temperature=0,
    max_retries=0,
    stream_usage=True,
    use_responses_api=BY_RESPONSES,
)
report(chat(model) | documents(model) | tools(model) | text() | error())
