"""Stored answers in OpenAI's lists."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from dragoman.domain.errors import NotFound, RequestInvalid
from dragoman.domain.stored import Found, Order, Search, Slice, StoredCompletion
from dragoman.wire.faults import unknown
from dragoman.wire.fields import Fields, Json, enum, integer, string, wrong_type
from dragoman.wire.metadata import metadata

LIMIT = integer(1, 100)
ORDER = enum("asc", "desc")
Query = Iterable[tuple[str, str]]


def completion(stored: StoredCompletion) -> dict[str, Any]:
    """Build the answer, with its labels of today."""
    return {**json.loads(stored.completion), "metadata": dict(stored.metadata)}


def deleted(name: str) -> dict[str, Any]:
    """Build the answer to a deletion."""
    return {"object": "chat.completion.deleted", "id": name, "deleted": True}


def page(data: Sequence[Mapping[str, Any]], *, has_more: bool) -> dict[str, Any]:
    """Build a page of things that have ids; those of an empty page are empty texts."""
    return {
        "object": "list",
        "data": list(data),
        "first_id": data[0]["id"] if data else "",
        "last_id": data[-1]["id"] if data else "",
        "has_more": has_more,
    }


def part_of(all_: Sequence[Mapping[str, Any]], part: Slice, name: str) -> dict[str, Any]:
    """Cut a page from a whole list, the oldest first; messages call one of its things `name`.

    Raises:
        NotFound: there is none `part.after`.
    """
    ordered = all_ if part.order == "asc" else all_[::-1]
    begin = 0
    if part.after is not None:
        ids = [one["id"] for one in ordered]
        if part.after not in ids:
            raise NotFound(f"{name} with id '{part.after[:100]}' not found.")
        begin = ids.index(part.after) + 1
    end = begin + part.limit
    return page(ordered[begin:end], has_more=end < len(ordered))


def completions(result: Found) -> dict[str, Any]:
    """Build a page of answers."""
    return page([completion(stored) for stored in result.completions], has_more=result.has_more)


def messages(stored: StoredCompletion, part: Slice) -> dict[str, Any]:
    """Build a page of an answer's messages.

    Raises:
        NotFound: there is no message `part.after`.
    """
    turns = enumerate(json.loads(stored.messages))
    return part_of([_message(turn, f"{stored.id}-{i}") for i, turn in turns], part, "Message")


def _message(turn: Mapping[str, Any], name: str) -> dict[str, Any]:
    """As it came, but text and parts apart."""
    shown = {key: value for key, value in turn.items() if value is not None}
    shown |= {"id": name, "refusal": turn.get("refusal"), "content_parts": None}
    if isinstance(parts := turn.get("content"), list):
        given = cast("list[Mapping[str, Any]]", parts)
        return {**shown, "content": _joined(given), "content_parts": given}
    return {**shown, "content": parts}


def _joined(parts: Iterable[Mapping[str, Any]]) -> str:
    return "".join(part.get("text", "") for part in parts)


def new_metadata(body: Mapping[str, Json]) -> Mapping[str, str]:
    """Read the labels of an update: the only thing that can change."""
    fields = Fields(body)
    fields.only("metadata")
    return fields.required("metadata", _labels)


def _labels(value: Json, path: str) -> Mapping[str, str]:
    """Null takes all of them away."""
    return {} if value is None else metadata(value, path)


def read_slice(query: Query, usual: Order = "asc") -> Slice:
    """Read `after`, `limit` and `order`, which is `usual` where it is absent."""
    return _slice(_fields(query), usual)


def read_search(query: Query) -> Search:
    """Read `after`, `limit`, `order`, `model` and `metadata[key]=value`."""
    pairs = list(query)
    labels = {key[9:-1]: value for key, value in pairs if _is_label(key)}
    fields = _fields((pair for pair in pairs if not _is_label(pair[0])), "model")
    wanted = metadata(labels, "metadata")
    return Search(_slice(fields), fields.optional("model", string()), wanted)


def _is_label(key: str) -> bool:
    return key.startswith("metadata[") and key.endswith("]")


def _fields(query: Query, *more: str) -> Fields:
    values: dict[str, Json] = {}
    for key, value in query:
        if key not in ("after", "limit", "order", *more):
            raise unknown(key[:100])
        values[key] = number(value, key) if key == "limit" else value
    return Fields(values)


def number(text: str, name: str) -> int:
    """Read a whole number of a query."""
    if not re.fullmatch("-?[0-9]{1,9}", text):
        raise wrong_type(text, name, "an integer")
    return int(text)


def _slice(fields: Fields, usual: Order = "asc") -> Slice:
    limit = fields.optional("limit", LIMIT, 20)
    order = fields.optional("order", ORDER, usual)
    return Slice(fields.optional("after", string()), limit, cast("Order", order))


def refused() -> RequestInvalid:
    """The error where nothing is stored: an answer must not look as if it were."""
    return RequestInvalid(
        "Unsupported value: 'store' does not support true: this server keeps no answers.",
        param="store",
        code="unsupported_value",
    )
