"""The parser of tool calls while they are written, and the probability that there is one."""

import json
import math
import re
import secrets
import string
from collections.abc import Sequence

from dragoman.domain.chat import (
    Alternative,
    ChatEvent,
    TokenLogprob,
    ToolCallDelta,
    ToolCallStarted,
    ToolChoice,
)
from dragoman.domain.conversation import AnyTool
from dragoman.domain.errors import RequestInvalid
from dragoman.engines.llama_cpp.decoding.text_stream import clipped, told

_HEAD = re.compile(r'\s*(?:<tool_call>)?\{"name": ("(?:[^"\\]|\\.)*")(?:, "arguments": |(\}\n))')
_TAIL = re.compile(r"\}|</tool_call>")
_OPENERS = ("<", "`", "{", "[")
_LETTERS = string.ascii_letters + string.digits


def offered(tools: Sequence[AnyTool], choice: ToolChoice) -> tuple[AnyTool, ...]:
    """The tools that may be called now.

    Raises:
        RequestInvalid: the choice names a tool that is not there.
    """
    if choice.mode == "none":
        return ()
    if choice.names is None:
        return tuple(tools)
    known = {tool.name: tool for tool in tools}
    for name in choice.names:
        if name not in known:
            raise RequestInvalid(
                f"Invalid value for 'tool_choice': the tool '{name}' was not found in the 'tools' "
                "parameter.",
                param="tool_choice",
            )
    return tuple(known[name] for name in choice.names)


def call_probability(first: Sequence[Alternative], tools: Sequence[AnyTool]) -> float:
    """How much of the first token's probability begins a call rather than a text."""
    return sum(math.exp(item.logprob) for item in first if opens(item.token, tools))


def opens(token: str, tools: Sequence[AnyTool]) -> bool:
    """Whether an answer that begins with `token` is going to be a call."""
    bare = token.strip()
    if not bare or bare.startswith("<|"):
        return False
    named = len(bare) > 1 and any(tool.name.startswith(bare) for tool in tools)
    return named or bare.startswith(_OPENERS)


def call_id() -> str:
    """A fresh id, as OpenAI's look."""
    return "call_" + "".join(secrets.choice(_LETTERS) for _ in range(24))


class CallParser:
    """One choice's answer as calls: reads what `grammar.call` lets the model write."""

    def __init__(self, choice: int, top: int | None) -> None:
        self._choice = choice
        self._top = top
        self._buffer = ""
        self._index = -1
        self._depth = 0
        self._inside = False
        """Whether the text is within the arguments."""
        self._in_string = False
        self._escaped = False

    def feed(self, text: str, token: TokenLogprob | None) -> list[ChatEvent]:
        """Take one token; what it adds to calls comes back."""
        self._buffer += text
        events: list[ChatEvent] = []
        while self._buffer:
            if self._inside:
                events += self._arguments(token)
            elif head := _HEAD.match(self._buffer):
                self._index += 1
                custom = bool(head[2])
                self._inside = not custom
                self._buffer = self._buffer[head.end() :]
                name: str = json.loads(head[1])
                events.append(ToolCallStarted(self._choice, self._index, call_id(), name, custom))
            elif tail := _TAIL.match(self._buffer):
                self._buffer = self._buffer[tail.end() :]
            else:
                break
        return events

    def finish(self) -> list[ChatEvent]:
        """Nothing is held back."""
        return []

    def _arguments(self, token: TokenLogprob | None) -> list[ChatEvent]:
        end = self._end()
        text, self._buffer = self._buffer[:end], self._buffer[end:]
        shown = told(token, self._top)
        logprobs = (clipped(shown, text),) if shown else ()
        return [ToolCallDelta(self._choice, self._index, text, logprobs)]

    def _end(self) -> int:
        """How much of the buffer belongs to the arguments, an object."""
        for at, character in enumerate(self._buffer):
            if self._escaped:
                self._escaped = False
            elif self._in_string:
                self._escaped = character == "\\"
                self._in_string = character != '"'
            elif character == '"':
                self._in_string = True
            elif character in "{[":
                self._depth += 1
            elif character in "}]":
                self._depth -= 1
                if self._depth == 0:
                    self._inside = False
                    return at + 1
        return len(self._buffer)
