"""The official client: `.parse()`, `.stream()`, function tools, audio; all strictly validated."""

from typing import cast

import openai
from asked import (
    FORECAST,
    GREETING,
    MODEL,
    NO_MODEL,
    RECORDING,
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
from openai import OpenAI
from openai.types.chat import ChatCompletionMessageParam, ParsedChatCompletionMessage

TOOL = openai.pydantic_function_tool(GetWeather, name="get_weather")


def asking(text: str) -> list[ChatCompletionMessageParam]:
    return [{"role": "user", "content": text}]


def chat(client: OpenAI) -> dict[str, object]:
    whole = client.chat.completions.create(model=MODEL, messages=asking(GREETING), temperature=0)
    with client.chat.completions.stream(
        model=MODEL,
        messages=asking(GREETING),
        temperature=0,
        stream_options={"include_usage": True},
    ) as stream:
        events = list(stream)
        final = stream.get_final_completion()
    return {
        "version": openai.__version__,
        "text": whole.choices[0].message.content,
        "tokens": whole.usage and whole.usage.total_tokens,
        "streamed": "".join(event.delta for event in events if event.type == "content.delta"),
        "events": sorted({event.type for event in events}),
        "streamed_tokens": final.usage and final.usage.total_tokens,
    }


def documents(client: OpenAI) -> dict[str, object]:
    parsed = client.chat.completions.parse(
        model=MODEL, messages=asking(STORY), response_format=Person
    )
    with client.chat.completions.stream(
        model=MODEL, messages=asking(STORY), response_format=Person
    ) as stream:
        streamed = stream.get_final_completion()
    people = [answer.choices[0].message.parsed for answer in (parsed, streamed)]
    assert all(isinstance(person, Person) for person in people)
    document, streamed_document = (person and person.model_dump() for person in people)
    return {"document": document, "streamed_document": streamed_document}


def tools(client: OpenAI) -> dict[str, object]:
    parsed = client.chat.completions.parse(
        model=MODEL, messages=asking(WEATHER), tools=[TOOL], tool_choice="required"
    )
    with client.chat.completions.stream(
        model=MODEL, messages=asking(WEATHER), tools=[TOOL], tool_choice="required"
    ) as stream:
        events = [event.type for event in stream]
        streamed = stream.get_final_completion()
    answer = client.chat.completions.create(
        model=MODEL, messages=answered(streamed.choices[0].message), temperature=0
    )
    calls: list[dict[str, object]] = []
    for calling in (parsed, streamed):
        (made,) = calling.choices[0].message.tool_calls or ()
        assert isinstance(made.function.parsed_arguments, GetWeather)
        calls.append(call(made.function.name, made.function.arguments))
    return {
        "call": calls[0],
        "streamed_call": calls[1],
        "call_events": sorted({*events}),
        "answer": answer.choices[0].message.content,
    }


def answered(message: ParsedChatCompletionMessage[None]) -> list[ChatCompletionMessageParam]:
    """The conversation with the tool's result; the client's message goes back as it came."""
    (made,) = message.tool_calls or ()
    said = cast("ChatCompletionMessageParam", message)  # the client takes its own objects back
    return [*asking(WEATHER), said, {"role": "tool", "tool_call_id": made.id, "content": FORECAST}]


def error(client: OpenAI) -> dict[str, object]:
    try:
        client.chat.completions.create(model=NO_MODEL, messages=asking(GREETING))
    except openai.NotFoundError as refusal:
        return {"error": failure(refusal, refusal.status_code), "error_code": refusal.code}
    raise AssertionError("a model that does not exist answered")


def text() -> dict[str, object]:
    # Not strictly: pieces end with null, at OpenAI too, which the client's own types do not know.
    client = OpenAI(max_retries=0)
    asked = {"model": TEXT_MODEL, "prompt": TEXT, "max_tokens": 8, "temperature": 0}
    whole = client.completions.create(**asked, logprobs=1)
    stream = client.completions.create(**asked, stream=True)
    told = whole.choices[0].logprobs
    return {
        "continued": whole.choices[0].text,
        "continued_streamed": "".join(piece.choices[0].text for piece in stream),
        "continued_tokens": "".join((told and told.tokens) or ()),
    }


def audio(client: OpenAI) -> dict[str, object]:
    speech = client.audio.speech.create(model="tts-1", voice="alloy", input="Hello there.")
    with RECORDING.open("rb") as file:
        heard = client.audio.transcriptions.create(model="whisper-1", file=file)
    return {"spoken": speech.content[:3].hex(), "transcript": heard.text}


with OpenAI(max_retries=0, _strict_response_validation=True) as client:
    got = chat(client) | documents(client) | tools(client) | text()
    report(got | error(client) | audio(client))
