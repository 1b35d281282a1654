"""From messages to turns: names, tools, calls and results in words that a small model knows."""

import json
from collections.abc import Sequence
from itertools import groupby

from dragoman.domain.chat import ImagePart, Message, Tool, ToolCall
from dragoman.domain.errors import RequestInvalid
from dragoman.engines.llama_cpp.prompt import Ours, Theirs, Turn

ASSISTANT = "You are a helpful assistant."
"""Said before the tools where neither the request nor the model's template says anything."""

_TOOLS = """

# Tools

Below are functions you may call. A function may be called only if it does what the user asks for; \
a function about another subject, or one that lacks what it needs, must not be called.
Examples: with a function that gives the weather, "Is it raining in Oslo?" is answered by \
<tool_call>{"name": "weather", "arguments": {"city": "Oslo"}}</tool_call>, but "Who wrote \
Hamlet?", "Book me a flight to Oslo" and "Thanks!" are answered in plain text.

<tools>
"""
_CONTRACT = """
</tools>

If a function does what the user asks, reply with exactly one line per call:
<tool_call>{"name": "function-name", "arguments": {...}}</tool_call>
and nothing else. Otherwise, or if the result is already in the conversation inside \
<tool_response>, answer in plain text."""


def turns(
    messages: Sequence[Message], tools: Sequence[Tool], default_system: str | None
) -> list[Turn]:
    """The conversation; with tools, they and the way to call them are in its first system turn.

    Raises:
        RequestInvalid: a message holds a picture.
    """
    result: list[Turn] = []
    for is_result, group in groupby(messages, lambda message: message.role == "tool"):
        if is_result:
            result.append(Turn("user", tuple(_results(list(group)))))
        else:
            result += [_turn(message) for message in group]
    return _with_tools(result, tools, default_system) if tools else result


def _with_tools(
    result: list[Turn], tools: Sequence[Tool], default_system: str | None
) -> list[Turn]:
    if result and result[0].role == "system":
        first, *rest = result
        system: tuple[Ours | Theirs, ...] = first.content
    else:
        rest = result
        system = (Ours(default_system or ASSISTANT),)
    listed = "\n".join(_listed(tool) for tool in tools)
    return [Turn("system", (*system, Ours(_TOOLS), Theirs(listed), Ours(_CONTRACT))), *rest]


def _listed(tool: Tool) -> str:
    function = {
        "name": tool.name,
        "description": tool.description,
        "parameters": dict(tool.parameters),
    }
    return json.dumps({"type": "function", "function": function}, ensure_ascii=False)


def _turn(message: Message) -> Turn:
    text = _text(message)
    if message.role == "tool":
        raise AssertionError("results are grouped")
    if not message.tool_calls:
        return Turn(message.role, (Theirs(text),))
    parts: list[Ours | Theirs] = [Theirs(text + "\n")] if text else []
    for number, call in enumerate(message.tool_calls):
        parts += [Ours("\n")] if number else []
        parts += [Ours("<tool_call>"), Theirs(_written(call)), Ours("</tool_call>")]
    return Turn("assistant", tuple(parts))


def _written(call: ToolCall) -> str:
    return f'{{"name": {json.dumps(call.name)}, "arguments": {call.arguments or "{}"}}}'


def _results(messages: Sequence[Message]) -> list[Ours | Theirs]:
    parts: list[Ours | Theirs] = []
    for number, message in enumerate(messages):
        opening = "<tool_response>\n" if number == 0 else "\n<tool_response>\n"
        parts += [Ours(opening), Theirs(_text(message)), Ours("\n</tool_response>")]
    return parts


def _text(message: Message) -> str:
    if any(isinstance(part, ImagePart) for part in message.parts):
        raise RequestInvalid(
            "Invalid content type. image_url is only supported by certain models.",
            param="messages",
        )
    named = message.name and message.role in ("user", "system")
    return f"{message.name}: {message.text}" if named else message.text
