"""Items as the messages of a conversation: calls and their results in the order of a chat."""

import re
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from dragoman.domain.conversation import Message, Part, TextPart, ToolCall
from dragoman.domain.errors import RequestInvalid
from dragoman.wire.responses.compaction import ORDER
from dragoman.wire.responses.items import Called, Item, Result, Said, Trigger
from dragoman.wire.responses.tools import qualified

PATH = re.compile(r"messages\.?\[(\d+)\](?:\.content(\[\d+\])?)?")
"""A path of a chat: the number of a message, and of a part of it."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The messages for the model, and for each the place of its content in the request."""

    messages: list[Message] = field(default_factory=list[Message])
    places: list[str] = field(default_factory=list[str])

    def add(self, message: Message, place: str) -> None:
        """Add one message."""
        self.messages.append(message)
        self.places.append(place)

    def place(self, path: str) -> str:
        """The path in the request of a path in the messages."""
        found = PATH.match(path)
        if found is None or int(found[1]) >= len(self.places):
            return "input"
        return f"{self.places[int(found[1])]}{found[2] or ''}{path[found.end() :]}"


def conversation(items: Sequence[Item], instructions: str | None) -> Conversation:
    """All items in order, after the instructions; every result directly after its call.

    Raises:
        RequestInvalid: a call has no result, or a result no call.
    """
    built = Conversation()
    if instructions is not None:
        built.add(Message("system", (TextPart(instructions),)), "instructions")
    turn = _Turn(built, _results(items))
    for item in items:
        match item:
            case Said("assistant", parts, path):
                turn.end()
                turn.say(parts, path)
            case Said(role, parts, path):
                turn.end()
                built.add(Message(role, parts), _content(path))
            case Called():
                turn.call(item)
            case Result():
                turn.end()
            case Trigger(path):
                turn.end()
                built.add(Message("user", (TextPart(ORDER),)), path)
            case _:
                pass
    turn.end()
    return built


class _Turn:
    """What the assistant says and calls before somebody else has the word."""

    def __init__(self, built: Conversation, results: Mapping[str, deque[Result]]) -> None:
        self._built = built
        self._results = results
        self._parts: tuple[Part, ...] | None = None
        self._calls: list[ToolCall] = []
        self._place = ""

    def say(self, parts: tuple[Part, ...], path: str) -> None:
        self._parts, self._place = parts, _content(path)

    def call(self, item: Called) -> None:
        if self._parts is None and not self._calls:
            self._place = item.path
        call = item.call
        self._calls.append(replace(call, name=qualified(item.namespace, call.name)))

    def end(self) -> None:
        """Hand over the message, and the results of its calls."""
        if self._parts is None and not self._calls:
            return
        calls = tuple(self._calls)
        message = Message("assistant", self._parts or (), tool_calls=calls)
        self._built.add(message, self._place)
        for call in calls:
            result = self._results[call.id].popleft()
            said = Message("tool", result.parts, tool_call_id=call.id)
            self._built.add(said, f"{result.path}.output")
        self._parts, self._calls = None, []


def _results(items: Sequence[Item]) -> dict[str, deque[Result]]:
    """The results of each call, by the call's id."""
    open_calls: dict[str, int] = {}
    results: dict[str, deque[Result]] = {}
    for item in items:
        if isinstance(item, Called):
            open_calls[item.call.id] = open_calls.get(item.call.id, 0) + 1
        elif isinstance(item, Result):
            if not open_calls.get(item.call_id):
                kind = _kind(custom=item.custom)
                message = f"No tool call found for {kind} output with call_id"
                raise _unmatched(message, item.call_id, item.path)
            open_calls[item.call_id] -= 1
            results.setdefault(item.call_id, deque()).append(item)
    for item in items:
        if isinstance(item, Called) and open_calls[item.call.id]:
            kind = _kind(custom=item.call.custom)
            raise _unmatched(f"No tool output found for {kind}", item.call.id)
    return results


def _kind(*, custom: bool) -> str:
    return "custom tool call" if custom else "function call"


def _unmatched(message: str, call_id: str, path: str = "input") -> RequestInvalid:
    """Of a call, the input should bring the result; a result may stand in what was kept."""
    param = "input" if path.startswith("input") else path
    return RequestInvalid(f"{message} {call_id[:100]}.", param=param)


def _content(path: str) -> str:
    return path if path == "input" else f"{path}.content"
