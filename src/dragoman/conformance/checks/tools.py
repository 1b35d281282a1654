"""Chat with functions that may or must be called."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dragoman.conformance.check import CHAT, Check, Differs, NotTried, check
from dragoman.conformance.events import choices, read
from dragoman.conformance.reading import array, equal, has, members, require, text, value
from dragoman.conformance.server import Fields, Server, user

NAME = "get_weather"
PARAMETERS: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "city": {"type": "string"},
        "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
    },
    "required": ["city", "unit"],
    "additionalProperties": False,
}
TOOL = {
    "type": "function",
    "function": {
        "name": NAME,
        "description": "Tell the weather of a city.",
        "parameters": PARAMETERS,
        "strict": True,
    },
}
_NOTHING: Mapping[str, Any] = {
    "type": "object",
    "properties": {},
    "required": [],
    "additionalProperties": False,
}
_ASK = user("What is the weather in Paris, in celsius?")
MOST_TOKENS = 160
"""The tokens of a call: some models write blanks without end where a grammar lets them."""
_FORCED: Fields = {
    "messages": _ASK,
    "tools": [TOOL],
    "tool_choice": "required",
    "temperature": 0,
    "max_tokens": MOST_TOKENS,
}


@check("tools.required", CHAT)
async def required(server: Server) -> None:
    """The choice required calls a function, with arguments of its schema."""
    choice = _ended(value(await server.chat(_FORCED), "choices.0"))
    _require_call(value(choice, "message.tool_calls.0"))
    equal(choice, "finish_reason", "tool_calls")


@check("tools.null_content", CHAT)
async def null_content(server: Server) -> None:
    """The content of a message that only calls is null."""
    message = value(_ended(value(await server.chat(_FORCED), "choices.0")), "message")
    array(message, "tool_calls")
    equal(message, "content", None)


@check("tools.named", CHAT)
async def named(server: Server) -> None:
    """A function that is named is the one that is called."""
    other = {"type": "function", "function": {"name": "get_time", "parameters": _NOTHING}}
    choice = {"type": "function", "function": {"name": "get_time"}}
    fields = {"messages": _ASK, "tools": [TOOL, other], "tool_choice": choice, "temperature": 0}
    answer = await server.chat({**fields, "max_tokens": MOST_TOKENS})
    _ended(value(answer, "choices.0"))
    equal(answer, "choices.0.message.tool_calls.0.function.name", "get_time")


@check("tools.none", CHAT)
async def none(server: Server) -> None:
    """The choice none calls no function."""
    fields = {"messages": _ASK, "tools": [TOOL], "tool_choice": "none", "max_tokens": 16}
    message = value(await server.chat(fields), "choices.0.message")
    require(not message_calls(message), "a function is called")
    require(text(message, "content"), "the message is empty")


@check("tools.auto", CHAT)
async def auto(server: Server) -> str:
    """The choice auto leads to text, or to a call of the right form."""
    fields = {"messages": _ASK, "tools": [TOOL], "temperature": 0}
    answer = await server.chat({**fields, "max_tokens": MOST_TOKENS})
    choice = value(answer, "choices.0")
    message = value(choice, "message")
    calls = message_calls(message)
    if not calls:
        require(text(message, "content"), "neither text nor a call")
        return "answered in text"
    _require_call(value(_ended(choice), "message.tool_calls.0"))
    equal(choice, "finish_reason", "tool_calls")
    return "called"


@check("tools.parallel_false", CHAT)
async def parallel_false(server: Server) -> None:
    """One function at most is called where parallel_tool_calls is false."""
    question = user("What is the weather in Paris, in London and in Rome, in celsius?")
    fields = {**_FORCED, "messages": question, "parallel_tool_calls": False}
    choice = _ended(value(await server.chat(fields), "choices.0"))
    calls = array(choice, "message.tool_calls")
    require(len(calls) == 1, f"{len(calls)} calls")


@check("tools.stream", CHAT)
async def stream(server: Server) -> None:
    """A streamed call has id and name once, and its arguments in pieces."""
    documents = (await read(server, CHAT, _FORCED)).documents
    pieces = [
        piece
        for choice in choices(documents)
        if has(choice, "delta.tool_calls")
        for piece in array(choice, "delta.tool_calls")
        if value(piece, "index") == 0
    ]
    _ended(choices(documents)[-1])
    require(pieces, "no call is streamed")
    first, *others = pieces
    require(text(first, "id"), "the call's id is empty")
    equal(first, "type", "function")
    equal(first, "function.name", NAME)
    names = [each for each in others if has(each, "function.name") and value(each, "function.name")]
    require(not names, "later pieces repeat the name")
    written = [
        text(each, "function.arguments") for each in pieces if has(each, "function.arguments")
    ]
    _require_arguments("".join(written))
    ends = [each.get("finish_reason") for each in choices(documents)]
    require("tool_calls" in ends, "no chunk has the reason tool_calls")


@check("tools.result", CHAT)
async def result(server: Server) -> None:
    """A function's result after its call is answered."""
    arguments = json.dumps({"city": "Paris", "unit": "celsius"})
    call = {"id": "call_1", "type": "function", "function": {"name": NAME, "arguments": arguments}}
    messages = [
        *_ASK,
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": "21 degrees and sunny"},
    ]
    answer = await server.chat({"messages": messages, "tools": [TOOL], "max_tokens": 48})
    message = value(answer, "choices.0.message")
    require(message_calls(message) or text(message, "content"), "the message is empty")


def message_calls(message: object) -> Sequence[object]:
    """List the calls of a message; null is none."""
    if not has(message, "tool_calls") or value(message, "tool_calls") is None:
        return []
    return array(message, "tool_calls")


def _ended(choice: object) -> object:
    """Return a choice that is whole.

    Raises:
        NotTried: it was cut off, which says nothing against the server.
    """
    if value(choice, "finish_reason") == "length":
        raise NotTried(f"the model did not come to an end within {MOST_TOKENS} tokens")
    return choice


def _require_call(call: object) -> None:
    require(text(call, "id"), "the call's id is empty")
    equal(call, "type", "function")
    equal(call, "function.name", NAME)
    _require_arguments(text(call, "function.arguments"))


def _require_arguments(written: str) -> None:
    try:
        arguments = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise Differs("the arguments are no JSON") from error
    names = set(members({"arguments": arguments}, "arguments"))
    require(names == {"city", "unit"}, "the arguments are not those of the schema")
    require(value(arguments, "unit") in ("celsius", "fahrenheit"), "unit is none of its enum")
    text(arguments, "city")


CHECKS: Sequence[Check] = (
    required,
    null_content,
    named,
    none,
    auto,
    parallel_false,
    stream,
    result,
)
