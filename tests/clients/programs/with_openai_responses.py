"""The official client's responses: `.create()`, `.parse()`, `.stream()`, all strictly validated."""

import openai
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
from openai import OpenAI
from openai.types.responses import (
    FunctionToolParam,
    ParsedResponse,
    ParsedResponseFunctionToolCall,
)

CHAT_TOOL = openai.pydantic_function_tool(GetWeather, name="get_weather")["function"]
TOOL: FunctionToolParam = {
    "type": "function",
    "name": "get_weather",
    "description": CHAT_TOOL.get("description"),
    "parameters": CHAT_TOOL.get("parameters"),
    "strict": True,
}


def text(client: OpenAI) -> dict[str, object]:
    whole = client.responses.create(model=MODEL, input=GREETING, temperature=0)
    with client.responses.stream(model=MODEL, input=GREETING, temperature=0) as stream:
        events = list(stream)
        final = stream.get_final_response()
    pieces = [event.delta for event in events if event.type == "response.output_text.delta"]
    numbers = [event.sequence_number for event in events]
    assert numbers == list(range(len(events)))
    return {
        "version": openai.__version__,
        "text": whole.output_text,
        "tokens": whole.usage and whole.usage.total_tokens,
        "streamed": "".join(pieces),
        "events": list(dict.fromkeys(event.type for event in events)),
        "streamed_tokens": final.usage and final.usage.total_tokens,
    }


def documents(client: OpenAI) -> dict[str, object]:
    parsed = client.responses.parse(model=MODEL, input=STORY, text_format=Person)
    with client.responses.stream(model=MODEL, input=STORY, text_format=Person) as stream:
        streamed = stream.get_final_response()
    people = [answer.output_parsed for answer in (parsed, streamed)]
    assert all(isinstance(person, Person) for person in people)
    document, streamed_document = (person and person.model_dump() for person in people)
    return {"document": document, "streamed_document": streamed_document}


def called(answer: ParsedResponse[None]) -> ParsedResponseFunctionToolCall:
    (made,) = (item for item in answer.output if item.type == "function_call")
    return made


def tools(client: OpenAI) -> dict[str, object]:
    parsed = client.responses.parse(
        model=MODEL, input=WEATHER, tools=[TOOL], tool_choice="required"
    )
    with client.responses.stream(
        model=MODEL, input=WEATHER, tools=[TOOL], tool_choice="required"
    ) as stream:
        streamed = stream.get_final_response()
    whole, piecewise = called(parsed), called(streamed)
    answer = client.responses.create(
        model=MODEL,
        previous_response_id=streamed.id,
        input=[
            {
                "type": "function_call_output",
                "call_id": piecewise.call_id,
                "output": FORECAST,
            }
        ],
        temperature=0,
    )
    return {
        "call": call(whole.name, whole.arguments),
        "streamed_call": call(piecewise.name, piecewise.arguments),
        "answer": answer.output_text,
    }


def error(client: OpenAI) -> dict[str, object]:
    try:
        client.responses.create(model=NO_MODEL, input=GREETING)
    except openai.NotFoundError as refusal:
        return {"error": failure(refusal, refusal.status_code), "error_code": refusal.code}
    raise AssertionError("a model that does not exist answered")


with OpenAI(max_retries=0, _strict_response_validation=True) as client:
    report(text(client) | documents(client) | tools(client) | error(client))
