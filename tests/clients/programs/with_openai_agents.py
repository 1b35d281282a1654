"""The OpenAI Agents SDK, by responses or by chat: answers, streams, a tool, a typed answer."""

import asyncio
import sys
from typing import Literal

import openai
from agents import (
    Agent,
    ModelSettings,
    OpenAIConversationsSession,
    Runner,
    ToolCallItem,
    function_tool,
    set_default_openai_api,
    set_tracing_disabled,
)
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
from openai import AsyncOpenAI
from openai.types.responses import ResponseFunctionToolCall, ResponseTextDeltaEvent

FIXED = ModelSettings(temperature=0)


@function_tool
def get_weather(city: str, unit: Literal["celsius", "fahrenheit"]) -> str:
    """The weather of a city."""
    return FORECAST


async def chat() -> dict[str, object]:
    agent = Agent(name="Greeter", model=MODEL, model_settings=FIXED)
    whole = await Runner.run(agent, GREETING)
    stream = Runner.run_streamed(agent, GREETING)
    pieces = [
        event.data.delta
        async for event in stream.stream_events()
        if event.type == "raw_response_event" and isinstance(event.data, ResponseTextDeltaEvent)
    ]
    return {
        "text": whole.final_output,
        "tokens": whole.context_wrapper.usage.total_tokens,
        "streamed": "".join(pieces),
    }


async def document() -> dict[str, object]:
    agent = Agent(name="Reader", model=MODEL, output_type=Person)
    return {"document": (await Runner.run(agent, STORY)).final_output.model_dump()}


async def tools() -> dict[str, object]:
    settings = ModelSettings(temperature=0, tool_choice="required")
    agent = Agent(name="Forecaster", model=MODEL, tools=[get_weather], model_settings=settings)
    result = await Runner.run(agent, WEATHER)
    calls = [item.raw_item for item in result.new_items if isinstance(item, ToolCallItem)]
    assert isinstance(calls[0], ResponseFunctionToolCall)
    return {"call": call(calls[0].name, calls[0].arguments), "answer": result.final_output}


async def error() -> dict[str, object]:
    try:
        await Runner.run(Agent(name="Nobody", model=NO_MODEL), GREETING)
    except openai.NotFoundError as refusal:
        return {"error": failure(refusal, refusal.status_code)}
    raise AssertionError("a model that does not exist answered")


async def session() -> dict[str, object]:
    """Two turns in the SDK's own session, which the server keeps; then one turn by its id alone."""
    agent = Agent(name="Listener", model=MODEL, model_settings=FIXED)
    kept = OpenAIConversationsSession()
    for _ in range(2):
        await Runner.run(agent, GREETING, session=kept)
    roles = [item.get("role") for item in await kept.get_items()]
    by_id = await AsyncOpenAI().conversations.create()
    for _ in range(2):
        await Runner.run(agent, GREETING, conversation_id=by_id.id)
    listed = await AsyncOpenAI().conversations.items.list(by_id.id)
    await kept.clear_session()
    return {"session": roles, "items": len(listed.data)}


async def main() -> None:
    by_chat = sys.argv[1:] == ["chat"]
    if by_chat:
        set_default_openai_api("chat_completions")
    got = await chat() | await document() | await tools() | await error()
    report(got if by_chat else got | await session())


set_tracing_disabled(True)
asyncio.run(main())
