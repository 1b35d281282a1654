"""A program as many have it: it listens, asks a model, and lets it call functions."""

import json
from collections.abc import Callable
from pathlib import Path

from openai import OpenAI
from openai.types.chat import ChatCompletionToolUnionParam

TOOLS: list[ChatCompletionToolUnionParam] = [
    {
        "type": "function",
        "function": {
            "name": "book",
            "description": "Book a meeting.",
            "parameters": {
                "type": "object",
                "properties": {"day": {"type": "string"}, "with_whom": {"type": "string"}},
                "required": ["day", "with_whom"],
            },
        },
    }
]


def summary(client: OpenAI, recording: Path) -> str:
    """What was said, in one sentence."""
    with recording.open("rb") as file:
        said = client.audio.transcriptions.create(model="whisper-1", file=file).text
    answer = client.chat.completions.create(
        model="gpt-4o-mini",
        messages=[
            {"role": "system", "content": "Sum up in one sentence."},
            {"role": "user", "content": said},
        ],
    )
    return answer.choices[0].message.content or ""


def arrange(client: OpenAI, wish: str, book: Callable[[str, str], None]) -> bool:
    """Book what the user wishes; False: the model did not see a meeting in it."""
    answer = client.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": wish}], tools=TOOLS
    )
    calls = answer.choices[0].message.tool_calls or []
    for call in calls:
        if call.type != "function":
            continue
        arguments = json.loads(call.function.arguments)
        book(arguments["day"], arguments["with_whom"])
    return bool(calls)


def greeting() -> str:
    """With a client of its own, from the environment."""
    answer = OpenAI(max_retries=0).chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": "Greet me."}]
    )
    return answer.choices[0].message.content or ""
