"""The field `input`, item by item."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from dragoman.domain.conversation import Part, TextPart, ToolCall
from dragoman.wire.chat import local
from dragoman.wire.chat.parts import BREAKPOINT
from dragoman.wire.fields import (
    Fields,
    Json,
    anything,
    array,
    enum,
    string,
    wrong_type,
    wrong_value,
)
from dragoman.wire.responses import content
from dragoman.wire.responses.compaction import BEFORE, opened
from dragoman.wire.strangers import Sieve

ROLES = ("assistant", "system", "developer", "user")
STATUS = enum("in_progress", "completed", "incomplete")
NOT_SHOWN = (
    "reasoning",
    "web_search_call",
    "image_generation_call",
    "tool_search_call",
    "tool_search_output",
)
"""The items that are taken and not shown to the model: thoughts, and what hosted tools did."""
ABOUT_CALLS = ("id", "call_id", "status", "namespace", "caller", "created_by")
"""The members of any item that are about calls; who made one changes nothing here."""

WITHOUT_EFFECT: Mapping[str, str] = {
    **{name: reason for name, reason in local.IN_MESSAGES.items() if name != "id"},
    "internal_chat_message_metadata_passthrough": "what a coding agent notes on an item",
}
"""The members of any item that change nothing, with the reason."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message."""

    role: Literal["system", "user", "assistant"]
    parts: tuple[Part, ...]
    path: str


@dataclass(frozen=True, slots=True)
class Called:
    """A call that the model made; `namespace` is that of the tool."""

    call: ToolCall
    namespace: str | None
    path: str


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a tool."""

    call_id: str
    parts: tuple[Part, ...]
    path: str
    custom: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference to a stored item, by its id."""

    id: str
    path: str


@dataclass(frozen=True, slots=True)
class Brought:
    """The tools that come with the conversation, as they came."""

    tools: Json
    path: str


@dataclass(frozen=True, slots=True)
class Trigger:
    """The request to write a summary of all that stands before it."""

    path: str


@dataclass(frozen=True, slots=True)
class NotShown:
    """An item that the model does not see."""

    kind: str


Item: TypeAlias = Said | Called | Result | Reference | Brought | Trigger | NotShown


def sieved(sieve: Sieve, value: Json, field: str = "input") -> Json:
    """The field without those members of its items that change nothing."""
    if not isinstance(value, list):
        return value
    items = cast("list[Json]", value)
    for item in items:
        _note_parts(sieve, item, field)
    return [sieve.without(item, field, WITHOUT_EFFECT) for item in items]


def _note_parts(sieve: Sieve, item: Json, field: str) -> None:
    """Name the members of an item's parts that change nothing and are checked."""
    if not isinstance(item, dict):
        return
    members = cast("Mapping[str, Json]", item)
    for name in ("content", "output"):
        parts = members.get(name)
        for part in cast("list[Json]", parts) if isinstance(parts, list) else ():
            sieve.note(part, f"{field}.{name}", BREAKPOINT)


MOST = 8_192
"""The most items of a request: each costs time that all others wait."""


def read_input(value: Json, path: str) -> tuple[Item, ...]:
    """Read the whole field, a text of the user's or items; a `Check`."""
    if isinstance(value, str):
        return (Said("user", (TextPart(value),), path),)
    if not isinstance(value, list):
        raise wrong_type(value, path, "one of a string or array of input items")
    return array(read_item, 0, MOST)(value, path)


REFERENCE = "item_reference"


def is_reference(item: Mapping[str, Json]) -> bool:
    """Whether it names a kept item; by the official client's types an id alone does."""
    there = {name for name, value in item.items() if value is not None}
    return there == {"id"} or item.get("type") == REFERENCE


def read_item(value: Json, path: str) -> Item:
    """Read one item; a `Check`."""
    fields = Fields(value, path)
    kind = "message"
    if fields.names() == ("id",):
        kind = REFERENCE
    elif fields.has("type") or not fields.has("role"):
        kind = fields.required("type", string())
    if kind in NOT_SHOWN:
        return NotShown(kind)
    if kind not in READERS:
        raise wrong_value(kind, path, (*READERS, *NOT_SHOWN))
    return READERS[kind](fields, path)


def _message(fields: Fields, path: str) -> Said:
    role = fields.required("role", enum(*ROLES))
    fields.only("type", "role", "content", "id", "status", "phase")
    fields.optional("id", string())
    fields.optional("status", STATUS)
    fields.optional("phase", enum("commentary", "final_answer"))
    if role == "assistant":
        return Said("assistant", fields.required("content", content.of_assistant), path)
    if role == "user":
        return Said("user", fields.required("content", content.of_user), path)
    return Said("system", fields.required("content", content.of_instruction), path)


def _function_call(fields: Fields, path: str) -> Called:
    # `parsed_arguments` is what the official client's helper adds.
    fields.only("type", *ABOUT_CALLS, "name", "arguments", "async", "parsed_arguments")
    return _called(fields, path, "arguments", custom=False)


def _custom_call(fields: Fields, path: str) -> Called:
    fields.only("type", *ABOUT_CALLS, "name", "input", "async")
    return _called(fields, path, "input", custom=True)


def _called(fields: Fields, path: str, field: str, *, custom: bool) -> Called:
    call_id = _call_id(fields)
    name = fields.required("name", string(shortest=1))
    call = ToolCall(call_id, name, fields.required(field, string()), custom)
    return Called(call, fields.optional("namespace", string()), path)


def _function_output(fields: Fields, path: str) -> Result:
    fields.only("type", *ABOUT_CALLS, "name", "output")
    return Result(_call_id(fields), fields.required("output", content.of_output), path)


def _custom_output(fields: Fields, path: str) -> Result:
    fields.only("type", *ABOUT_CALLS, "name", "output")
    return Result(_call_id(fields), fields.required("output", content.of_output), path, custom=True)


def _call_id(fields: Fields) -> str:
    fields.optional("id", string())
    fields.optional("status", STATUS)
    fields.optional("namespace", string())
    return fields.required("call_id", string(shortest=1))


def _reference(fields: Fields, path: str) -> Reference:
    fields.only("type", "id")
    return Reference(fields.required("id", string(shortest=1)), path)


def _tools(fields: Fields, path: str) -> Brought:
    fields.only("type", "id", "role", "tools")
    fields.optional("id", string())
    fields.optional("role", enum("developer"))
    return Brought(fields.required("tools", anything), f"{path}.tools")


def _compaction(fields: Fields, path: str) -> Said:
    fields.only("type", "id", "encrypted_content", "created_by")
    fields.optional("id", string())
    fields.optional("created_by", string())
    packed = fields.required("encrypted_content", string())
    summary = opened(packed, fields.at("encrypted_content"))
    return Said("user", (TextPart(BEFORE + summary),), path)


def _trigger(fields: Fields, path: str) -> Trigger:
    fields.only("type", "id")
    fields.optional("id", string())
    return Trigger(path)


READERS: Mapping[str, Callable[[Fields, str], Item]] = {
    "message": _message,
    "function_call": _function_call,
    "function_call_output": _function_output,
    "custom_tool_call": _custom_call,
    "custom_tool_call_output": _custom_output,
    REFERENCE: _reference,
    "additional_tools": _tools,
    "compaction": _compaction,
    "compaction_trigger": _trigger,
}


def as_items(value: Json) -> list[dict[str, Json]]:
    """The field as a list, after `read_input` took it."""
    if isinstance(value, str):
        return [{"type": "message", "role": "user", "content": value}]
    return cast("list[dict[str, Json]]", value)
