"""What a fake chat model says: steps, written by a test or made up for a demonstration."""

import json
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dragoman.domain.chat import ChatRequest, FreeText, JsonDocument, JsonObject
from dragoman.domain.conversation import AnyTool, CustomTool, Grammar
from dragoman.domain.errors import RequestInvalid
from dragoman.engines.fake.inputs import shortest
from dragoman.engines.fake.samples import smallest


@dataclass(frozen=True, slots=True)
class Say:
    """One token of text."""

    text: str


@dataclass(frozen=True, slots=True)
class Circle:
    """The answer is ended here, because it goes round in circles."""


@dataclass(frozen=True, slots=True)
class Think:
    """One token of thought."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a tool, its arguments (or a custom tool's input) token by token."""

    name: str
    arguments: tuple[str, ...]
    custom: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """Go no further until the test opens the gate."""

    gate: threading.Event


@dataclass(frozen=True, slots=True)
class Fail:
    """Break here."""

    error: BaseException


Said: TypeAlias = Say | Think | Call | Wait | Fail
Step: TypeAlias = Said | Circle
Script: TypeAlias = Callable[[ChatRequest, int], Sequence[Step]]
"""The steps of one choice (by number) of the answer to a request."""


def say(text: str) -> list[Step]:
    """`text`, a word a token, as language models like to split it."""
    words = text.split(" ")
    return [Say(word if i == 0 else f" {word}") for i, word in enumerate(words) if word or i]


def said(request: ChatRequest) -> str:
    """The prompt; a fake's own tokens are characters."""
    if (text := request.continuation) is not None:
        known = text.text if text.tokens is None else _spelled(text.tokens)
        return known + (text.suffix or "")
    return " ".join(message.text for message in request.messages)


def _spelled(tokens: Sequence[int]) -> str:
    """The text of tokens that a caller gave by their ids.

    Raises:
        RequestInvalid: one of them is no character, with the words of a real engine.
    """
    for number, token in enumerate(tokens):
        if token > sys.maxunicode or 0xD800 <= token <= 0xDFFF:
            raise RequestInvalid(
                f"Invalid 'prompt[{number}]': {token}. Expected a token id below "
                f"{sys.maxunicode + 1} that is a character.",
                param="prompt",
                code="invalid_value",
            )
    return "".join(map(chr, tokens))


def demonstration(request: ChatRequest, choice: int) -> list[Step]:
    """An answer in the shape that was asked for, which does not pretend to know anything."""
    choosing = request.tool_choice
    if request.tools and choosing.mode == "required":
        tool = _next_tool(request)
        if isinstance(tool, CustomTool):
            return [Call(tool.name, _pieces(shortest(tool.grammar)), custom=True)]
        return [Call(tool.name, _tokens(smallest(tool.parameters)))]
    match request.format:
        case JsonObject():
            return [Say(piece) for piece in _tokens({"fake": True})]
        case JsonDocument(schema):
            return [Say(piece) for piece in _tokens(smallest(schema))]
        case Grammar():
            return [Say(piece) for piece in _pieces(shortest(request.format, "grammar"))]
        case FreeText():
            return say(_chatter(request, choice))


def _chatter(request: ChatRequest, choice: int) -> str:
    if request.continuation is not None:
        words = len(said(request).split())
        return f" and so on: a fake goes on with {words} words and knows nothing."
    words = len(request.messages[-1].text.split())
    return (
        "This is Dragoman's fake chat model: it shows that your client works and knows "
        f"nothing. Choice {choice}; your last message has {words} words."
    )


def _next_tool(request: ChatRequest) -> AnyTool:
    """The first that may be called and was not yet: agents end by calling their last one."""
    names = request.tool_choice.names
    allowed = [tool for tool in request.tools if names is None or tool.name in names]
    called = {call.name for message in request.messages for call in message.tool_calls}
    return next((tool for tool in allowed if tool.name not in called), allowed[0])


def _tokens(document: object) -> tuple[str, ...]:
    return _pieces(json.dumps(document))


def _pieces(text: str) -> tuple[str, ...]:
    return tuple(text[i : i + 4] for i in range(0, len(text), 4))
