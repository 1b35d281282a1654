"""LiteLLM: completion, streams, tools, structured output and audio, as an `openai/…` model."""

import os

import litellm
from asked import (
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

BASE_URL = os.environ["OPENAI_BASE_URL"]
TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": GetWeather.__doc__,
        "parameters": GetWeather.model_json_schema(),
    },
}


def asking(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


def chat() -> dict[str, object]:
    whole = litellm.completion(
        f"openai/{MODEL}", asking(GREETING), temperature=0, base_url=BASE_URL, max_retries=0
    )
    pieces = litellm.completion(
        f"openai/{MODEL}",
        asking(GREETING),
        temperature=0,
        base_url=BASE_URL,
        max_retries=0,
        stream=True,
    )
    return {
        "text": whole.choices[0].message.content,
        "tokens": whole.usage.total_tokens,
        "streamed": "".join(piece.choices[0].delta.content or "" for piece in pieces),
    }


def document() -> dict[str, object]:
    answer = litellm.completion(
        f"openai/{MODEL}",
        asking(STORY),
        response_format=Person,
        base_url=BASE_URL,
        max_retries=0,
    )
    person = Person.model_validate_json(answer.choices[0].message.content)
    return {"document": person.model_dump()}


def tools() -> dict[str, object]:
    answer = litellm.completion(
        f"openai/{MODEL}",
        asking(WEATHER),
        tools=[TOOL],
        tool_choice="required",
        base_url=BASE_URL,
        max_retries=0,
    )
    (made,) = answer.choices[0].message.tool_calls
    return {"call": call(made.function.name, made.function.arguments)}


def text() -> dict[str, object]:
    asked = {
        "model": f"text-completion-openai/{TEXT_MODEL}",
        "prompt": TEXT,
        "max_tokens": 8,
        "temperature": 0,
        "api_base": BASE_URL,
    }
    whole = litellm.text_completion(**asked)
    pieces = litellm.text_completion(**asked, stream=True)
    return {
        "continued": whole.choices[0].text,
        "continued_streamed": "".join(piece.choices[0].text or "" for piece in pieces),
    }


def error() -> dict[str, object]:
    try:
        litellm.completion(f"openai/{NO_MODEL}", asking(GREETING), base_url=BASE_URL, max_retries=0)
    except litellm.NotFoundError as refusal:
        return {"error": failure(refusal, refusal.status_code)}
    raise AssertionError("a model that does not exist answered")


def audio() -> dict[str, object]:
    speech = litellm.speech("openai/tts-1", "Hello there.", voice="alloy", api_base=BASE_URL)
    with RECORDING.open("rb") as file:
        heard = litellm.transcription("openai/whisper-1", file, api_base=BASE_URL)
    return {"spoken": speech.content[:3].hex(), "transcript": heard.text}


litellm.suppress_debug_info = True  # it advertises on standard output
report(chat() | document() | tools() | text() | error() | audio())
