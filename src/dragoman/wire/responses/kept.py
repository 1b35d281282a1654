"""Stored responses, and their items."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from dragoman.domain.errors import NotFound, RequestInvalid
from dragoman.domain.stored import Slice, StoredResponse
from dragoman.wire.faults import unknown
from dragoman.wire.fields import Json, enum
from dragoman.wire.responses.bodies import Unfinished
from dragoman.wire.responses.ids import given_id
from dragoman.wire.responses.settings import INCLUDABLE
from dragoman.wire.stored import number, part_of, read_slice

PREFIXES: Mapping[str, str] = {
    "message": "msg",
    "reasoning": "rs",
    "function_call": "fc",
    "function_call_output": "fco",
    "custom_tool_call": "ctc",
    "custom_tool_call_output": "ctco",
    "compaction": "cmp",
}
"""The beginnings of the ids that items get which came without one."""
INCLUDE = ("include", "include[]")
Query = Iterable[tuple[str, str]]
RawItem = Mapping[str, Json]


def with_ids(items: Sequence[RawItem], response: str) -> list[dict[str, Json]]:
    """The items of a request as they are stored: each with an id, in the form of a list."""
    return [_kept(dict(item), response, index) for index, item in enumerate(items)]


def _kept(item: dict[str, Json], response: str, index: int) -> dict[str, Json]:
    kind = item.get("type") or "message"
    name = item.get("id") or given_id(PREFIXES.get(kind, "item"), response, index)
    kept = {**item, "id": name, "type": kind}
    if kind == "reasoning":
        return {"summary": [], **kept}
    if kind == "compaction":
        return kept
    kept["status"] = item.get("status") or "completed"
    if kind == "message":
        kept["content"] = _parts(item["role"], item["content"])
    return kept


def _parts(role: str, content: Json) -> list[dict[str, Json]]:
    said = role == "assistant"
    if isinstance(content, str):
        content = [{"type": "output_text" if said else "input_text", "text": content}]
    parts: list[dict[str, Json]] = []
    for part in cast("list[dict[str, Json]]", content):
        whole: dict[str, Json] = {}
        if part["type"] == "output_text":
            whole = {"annotations": [], "logprobs": []}
        elif part["type"] == "input_image":
            whole = {"detail": "auto"}
        parts.append({**whole, **part})
    return parts


def items_of(stored: StoredResponse) -> list[dict[str, Any]]:
    """The items of a response's input and output."""
    return [*json.loads(stored.items), *json.loads(stored.response)["output"]]


def all_ids(stored: StoredResponse) -> list[str]:
    """The ids of a response's input and output items."""
    return [item["id"] for item in items_of(stored)]


def item_of(stored: StoredResponse, name: str) -> dict[str, Any]:
    """The item with that id."""
    return next(item for item in items_of(stored) if item["id"] == name)


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The form in which a stored response is wanted: whole, or as the stream that it was."""

    stream: bool = False
    starting_after: int = -1
    obfuscated: bool = True


def read_retrieval(query: Query) -> Retrieval:
    """Read the query of a request for a stored response."""
    values: dict[str, str] = {}
    for key, value in query:
        if key not in (*INCLUDE, "stream", "starting_after", "include_obfuscation"):
            raise unknown(key[:100])
        values[key] = value
    flag = enum("true", "false")
    stream = flag(values.get("stream", "false"), "stream") == "true"
    hidden = flag(values.get("include_obfuscation", "true"), "include_obfuscation") == "true"
    after = values.get("starting_after")
    if after is not None and not stream:
        raise RequestInvalid(
            "The 'starting_after' parameter is only allowed when 'stream' is enabled.",
            param="starting_after",
        )
    return Retrieval(stream, -1 if after is None else number(after, "starting_after"), hidden)


def read_part(query: Query) -> Slice:
    """Read `after`, `limit` and `order` of a list of items, the newest first."""
    pairs = list(query)
    read_include(pair for pair in pairs if pair[0] in INCLUDE)
    return read_slice((pair for pair in pairs if pair[0] not in INCLUDE), "desc")


def read_include(query: Query) -> None:
    """Read `include` alone, which changes nothing: every item has all that is stored of it."""
    for key, value in query:
        if key not in INCLUDE:
            raise unknown(key[:100])
        enum(*INCLUDABLE)(value, "include")


def input_items(chain: Sequence[StoredResponse], part: Slice) -> dict[str, Any]:
    """Build a page of the whole input of a chain's last response, from the first item on.

    Raises:
        NotFound: there is no item `part.after`.
    """
    *before, last = chain
    items = [item for stored in before for item in items_of(stored)] + json.loads(last.items)
    return part_of(items, part, "Item")


def deleted(name: str) -> dict[str, Any]:
    """Build the answer to a deletion."""
    return {"id": name, "object": "response", "deleted": True}


def no_previous(name: str) -> RequestInvalid:
    """The error where the previous response is not stored."""
    return RequestInvalid(
        f"Previous response with id '{name[:100]}' not found.",
        param="previous_response_id",
        code="previous_response_not_found",
    )


def no_item(name: str) -> NotFound:
    """The error where the item of a reference is not stored."""
    return NotFound(
        f"Item with id '{name[:100]}' not found. Items are not persisted when `store` is set to "
        "false. Try again with `store` set to true, or remove this item from your input.",
        param="input",
    )


def unfinished_previous(name: str) -> RequestInvalid:
    """The error where the previous response is being made, or came to nothing."""
    return RequestInvalid(
        f"Previous response with id '{name[:100]}' has no answer to go on from.",
        param="previous_response_id",
        code="invalid_value",
    )


def in_conversation(name: str, conversation: str) -> RequestInvalid:
    """The error where the previous response is in a conversation, and knows only a part of it."""
    return RequestInvalid(
        f"Previous response with id '{name[:100]}' is of the conversation '{conversation}': send "
        "'conversation' instead.",
        param="previous_response_id",
        code="invalid_value",
    )


def conversation_of(stored: StoredResponse) -> str | None:
    """The conversation that a response went on, if any."""
    found = json.loads(stored.response).get("conversation")
    return found["id"] if found else None


def is_unfinished(stored: StoredResponse) -> bool:
    """Whether a response has no answer: it may still be made in the background."""
    return json.loads(stored.response)["status"] in ("failed", "cancelled")


def in_flight(stored: StoredResponse, status: Unfinished) -> StoredResponse:
    """The response while it is made: what is stored until then is what a crash would leave."""
    if not is_unfinished(stored):
        return stored
    return replace(stored, response=_with(stored, status=status))


def cancelled(stored: StoredResponse) -> StoredResponse:
    """The response after its work was cancelled."""
    return replace(stored, response=_with(stored, status="cancelled"))


def check_cancellable(stored: StoredResponse) -> None:
    """Check that a response can be cancelled, or has been.

    Raises:
        RequestInvalid: somebody waited for it, or it is over.
    """
    response = json.loads(stored.response)
    if not response["background"]:
        raise RequestInvalid("Cannot cancel a synchronous response.")
    if response["status"] != "cancelled":
        raise RequestInvalid(f"Cannot cancel a {response['status']} response.")


def _with(stored: StoredResponse, status: str) -> str:
    return json.dumps({**json.loads(stored.response), "status": status, "error": None})
