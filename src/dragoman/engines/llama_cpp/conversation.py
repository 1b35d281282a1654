"""From messages to turns: names, tools, calls and results in words that a small model knows."""

import json
from collections.abc import Sequence
from itertools import groupby

from dragoman.domain.chat import ImagePart, Message, Tool, ToolCall
from dragoman.domain.errors import RequestInvalid
from dragoman.engines.llama_cpp import lesson
from dragoman.engines.llama_cpp.prompt import Ours, Theirs, Turn

ASSISTANT = "You are a helpful assistant."
"""Said before the tools where neither the request nor the model's template says anything."""

_KNOWN = "\n\nLooked up just now:\n"
_ANSWER = "\nAnswer me with this, in plain words and in the language of my question."


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
    listed = "\n".join(map(listing, tools))
    told = Turn(
        "system", (*system, Ours("\n\n" + lesson.CONTRACT), Theirs(listed), Ours(lesson.END))
    )
    return [*lesson.turns(listing), told, *rest]


def answering(messages: Sequence[Message]) -> list[Turn]:
    """The conversation up to the last question, with what the tools said since as part of it.

    Small models that are shown a result where it stands call again, or ask back; asked like this
    they answer.
    """
    asked = max(number for number, message in enumerate(messages) if message.role == "user")
    calls = {call.id: call for message in messages[asked:] for call in message.tool_calls}
    parts: list[Ours | Theirs] = [Theirs(_text(messages[asked])), Ours(_KNOWN)]
    for message in messages[asked:]:
        if message.role == "tool":
            call = calls.get(message.tool_call_id or "")
            said = f"- {call.name}({call.arguments}): " if call else "- "
            parts.append(Theirs(said + _text(message) + "\n"))
    return [*turns(messages[:asked], (), None), Turn("user", (*parts, Ours(_ANSWER)))]


def is_answered(messages: Sequence[Message]) -> bool:
    """Whether a tool spoke last, and somebody asked before."""
    return messages[-1].role == "tool" and any(message.role == "user" for message in messages)


def listing(tool: Tool) -> str:
    """A tool, as the model reads it: one line of JSON."""
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
