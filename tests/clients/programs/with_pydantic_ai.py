"""Pydantic AI, by chat or by responses: an agent that answers, streams, calls, fills a model."""

import sys

from asked import (
    FORECAST,
    GREETING,
    MODEL,
    NO_MODEL,
    STORY,
    WEATHER,
    GetWeather,
    Person,
    call,
    failure,
    report,
)
from pydantic import BaseModel
from pydantic_ai import Agent, ModelHTTPError, NativeOutput, ToolOutput
from pydantic_ai.messages import ModelResponse, ToolCallPart
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.settings import ModelSettings


class Forecast(BaseModel):
    """What the agent ends with."""

    city: str
    sunny: bool


Model = OpenAIResponsesModel if sys.argv[1:] == ["responses"] else OpenAIChatModel
AnyModel = OpenAIResponsesModel | OpenAIChatModel
FIXED = ModelSettings(temperature=0)


def chat(model: AnyModel) -> dict[str, object]:
    agent = Agent(model, model_settings=FIXED)
    whole = agent.run_sync(GREETING)
    with agent.run_stream_sync(GREETING) as stream:
        pieces = list(stream.stream_text(delta=True))
    return {
        "text": whole.output,
        "tokens": whole.usage.total_tokens,
        "streamed": "".join(pieces),
    }


def documents(model: AnyModel) -> dict[str, object]:
    by_format = Agent(model, output_type=NativeOutput(Person)).run_sync(STORY)
    by_tool = Agent(model, output_type=ToolOutput(Person)).run_sync(STORY)
    return {
        "document": by_format.output.model_dump(),
        "document_by_tool": by_tool.output.model_dump(),
    }


def tools(model: AnyModel) -> dict[str, object]:
    """An agent that must call: first the tool, then the one that its answer is."""
    agent = Agent(model, output_type=ToolOutput(Forecast), model_settings=FIXED)

    @agent.tool_plain
    def get_weather(asked: GetWeather) -> str:
        """The weather of a city."""
        return FORECAST

    result = agent.run_sync(WEATHER)
    calls = [
        call(part.tool_name, part.args_as_dict())
        for message in result.all_messages()
        if isinstance(message, ModelResponse)
        for part in message.parts
        if isinstance(part, ToolCallPart)
    ]
    assert isinstance(result.output, Forecast)
    return {"call": calls[0]}


def error() -> dict[str, object]:
    try:
        Agent(Model(NO_MODEL)).run_sync(GREETING)
    except ModelHTTPError as refusal:
        return {"error": failure(refusal, refusal.status_code)}
    raise AssertionError("a model that does not exist answered")


model = Model(MODEL)
report(chat(model) | documents(model) | tools(model) | error())
