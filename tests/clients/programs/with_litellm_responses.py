"""LiteLLM's responses: whole, streamed, a tool, structured output, as an `openai/…` model."""

import os

import litellm
from asked import (
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

WHERE = {"api_base": os.environ["OPENAI_BASE_URL"], "max_retries": 0}
TOOL = {
    "type": "function",
    "name": "get_weather",
    "description": GetWeather.__doc__,
    "parameters": GetWeather.model_json_schema(),
}


def text() -> dict[str, object]:
    whole = litellm.responses(model=f"openai/{MODEL}", input=GREETING, temperature=0, **WHERE)
    stream = litellm.responses(
        model=f"openai/{MODEL}", input=GREETING, temperature=0, stream=True, **WHERE
    )
    pieces = [event.delta for event in stream if event.type == "response.output_text.delta"]
    return {
        "text": whole.output_text,
        "tokens": whole.usage.total_tokens,
        "streamed": "".join(pieces),
    }


def document() -> dict[str, object]:
    answer = litellm.responses(model=f"openai/{MODEL}", input=STORY, text_format=Person, **WHERE)
    return {"document": Person.model_validate_json(answer.output_text).model_dump()}


def tools() -> dict[str, object]:
    answer = litellm.responses(
        model=f"openai/{MODEL}", input=WEATHER, tools=[TOOL], tool_choice="required", **WHERE
    )
    (made,) = (item for item in answer.output if item.type == "function_call")
    return {"call": call(made.name, made.arguments)}


def error() -> dict[str, object]:
    try:
        litellm.responses(model=f"openai/{NO_MODEL}", input=GREETING, **WHERE)
    except litellm.NotFoundError as refusal:
        return {"error": failure(refusal, refusal.status_code)}
    raise AssertionError("a model that does not exist answered")


litellm.suppress_debug_info = True  # it advertises on standard output
report(text() | document() | tools() | error())
