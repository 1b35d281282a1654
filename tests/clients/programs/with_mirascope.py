"""Mirascope, by responses or by chat: answers, streams, a tool, formats in two of its modes."""

import sys
from typing import Literal

from asked import (
    FORECAST,
    GREETING,
    MODEL,
    NO_MODEL,
    STORY,
    WEATHER,
    Person,
    call,
    failure,
    report,
)
from mirascope import llm
from pydantic import BaseModel

API = sys.argv[1]
"""Part of the model's name here: `responses` or `completions`."""


class Forecast(BaseModel):
    """What the agent ends with."""

    city: str
    sunny: bool


@llm.tool
def get_weather(city: str, unit: Literal["celsius", "fahrenheit"]) -> str:
    """The weather of a city."""
    return FORECAST


def named(name: str) -> llm.Model:
    return llm.Model(f"openai/{name}:{API}", temperature=0)


def chat(model: llm.Model) -> dict[str, object]:
    whole = model.call(GREETING)
    stream = model.stream(GREETING)
    pieces = list(stream.text_stream(sep=""))
    return {
        "text": whole.text(),
        "tokens": whole.usage and whole.usage.total_tokens,
        "streamed": "".join(pieces),
        "streamed_tokens": stream.usage and stream.usage.total_tokens,
    }


def documents(model: llm.Model) -> dict[str, object]:
    """By `response_format`, and by a tool that is as the document."""
    by_format = llm.format(Person, mode="strict")
    by_tool = llm.format(Person, mode="tool")
    *_, growing = model.stream(STORY, format=by_format).structured_stream()
    return {
        "document": model.call(STORY, format=by_format).parse().model_dump(),
        "document_by_tool": model.call(STORY, format=by_tool).parse().model_dump(),
        "streamed_document": growing.model_dump(),
    }


def tools(model: llm.Model) -> dict[str, object]:
    """One turn of an agent: the call, its result, the answer.

    That something must be called is only said with an output that is a tool; fakes call then alone.
    """
    given = [get_weather]
    ending = llm.format(Forecast, mode="tool")
    asked = model.call(WEATHER, tools=given)
    if not asked.tool_calls:
        asked = model.call(WEATHER, tools=given, format=ending)
    stream = model.stream(WEATHER, tools=given)
    stream.finish()
    if not stream.tool_calls:
        stream = model.stream(WEATHER, tools=given, format=ending)
        stream.finish()
    (made,), (streamed,) = asked.tool_calls, stream.tool_calls
    answer = asked.resume(asked.execute_tools())
    return {
        "call": call(made.name, made.args),
        "streamed_call": call(streamed.name, streamed.args),
        "ended": answer.text() or answer.parse().model_dump(),
    }


def error() -> dict[str, object]:
    try:
        named(NO_MODEL).call(GREETING)
    except llm.NotFoundError as refusal:
        return {"error": failure(refusal, refusal.status_code or 0)}
    raise AssertionError("a model that does not exist answered")


model = named(MODEL)
report(chat(model) | documents(model) | tools(model) | error())
