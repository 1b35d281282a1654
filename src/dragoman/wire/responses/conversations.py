"""Stored conversations and their items."""

import json
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dragoman.domain.errors import NotFound, RequestInvalid
from dragoman.domain.stored import FoundItems, StoredConversation, StoredItem
from dragoman.wire.fields import Fields, Json, array, string
from dragoman.wire.metadata import metadata
from dragoman.wire.responses import kept
from dragoman.wire.responses.items import (
    REFERENCE,
    Brought,
    Reference,
    Trigger,
    is_reference,
    read_item,
    sieved,
)
from dragoman.wire.stored import page
from dragoman.wire.strangers import Sieve

MOST = 20
"""The most items that one request may bring, as at OpenAI."""
NAME = string(shortest=1, pattern="[a-zA-Z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Begun:
    """A new conversation with its first items."""

    conversation: StoredConversation
    items: Sequence[StoredItem]
    ignored: tuple[str, ...]
    """The members of its items that have no effect."""


@dataclass(frozen=True, slots=True)
class NewItems:
    """Items to be added to a conversation."""

    items: Sequence[StoredItem]
    ignored: tuple[str, ...]
    """The members of the items that have no effect."""


def read_name(value: Json, path: str) -> str:
    """Read `conversation` of a response's request, an id or an object with an id; a `Check`."""
    if isinstance(value, str):
        return NAME(value, path)
    fields = Fields(value, path)
    fields.only("id")
    return fields.required("id", NAME)


def parse_new(body: Mapping[str, Json]) -> Begun:
    """Read the request for a new conversation.

    Raises:
        RequestInvalid: the first fault.
    """
    sieve = Sieve("refuse")
    fields = Fields({**body, "items": sieved(sieve, body.get("items"), "items")})
    fields.only("items", "metadata")
    labels = fields.optional("metadata", metadata, dict[str, str]())
    items = fields.optional("items", array(_item, longest=MOST), ())
    conversation = StoredConversation(f"conv_{uuid.uuid4().hex}", int(time.time()), labels)
    return Begun(conversation, with_ids(items), tuple(sieve.names))


def parse_items(body: Mapping[str, Json]) -> NewItems:
    """Read the request to add items.

    Raises:
        RequestInvalid: the first fault.
    """
    sieve = Sieve("refuse")
    fields = Fields({**body, "items": sieved(sieve, body.get("items"), "items")})
    fields.only("items")
    return NewItems(with_ids(fields.required("items", array(_item, 1, MOST))), tuple(sieve.names))


def with_ids(items: Sequence[Mapping[str, Json]], response: str = "") -> list[StoredItem]:
    """Give items ids, as they are stored; those of the input of a `response` are named after it."""
    return stored(kept.with_ids(items, response or uuid.uuid4().hex))


def stored(items: Iterable[Mapping[str, Json]]) -> list[StoredItem]:
    """Items, which have ids, as they are stored."""
    return [StoredItem(item["id"], json.dumps(item)) for item in items]


def conversation(record: StoredConversation) -> dict[str, Any]:
    """Build the answer about a conversation."""
    return {
        "id": record.id,
        "object": "conversation",
        "created_at": record.created,
        "metadata": dict(record.metadata),
    }


def deleted(name: str) -> dict[str, Any]:
    """Build the answer to a deletion."""
    return {"id": name, "object": "conversation.deleted", "deleted": True}


def no_conversation(name: str) -> NotFound:
    """The error for a conversation that is not stored."""
    return NotFound(f"Conversation with id '{name[:100]}' not found.")


def in_words_of(name: str, error: RequestInvalid) -> RequestInvalid:
    """The refusal of a stored item, with the name of its conversation."""
    if error.param != "conversation":
        return error
    message = f"The conversation '{name[:100]}' has an item that does not fit: {error.message}"
    return RequestInvalid(message, param=error.param, code=error.code)


def locked(name: str) -> RequestInvalid:
    """The error where another response goes on from the conversation and is not finished."""
    return RequestInvalid(
        f"Another response is being made with the conversation '{name[:100]}'. Please retry when "
        "it is whole.",
        param="conversation",
        code="conversation_locked",
    )


def duplicate(name: str, param: str) -> RequestInvalid:
    """The error for an item whose id the conversation has already."""
    return RequestInvalid(
        f"Duplicate item found with id '{name[:100]}'. Remove duplicate items from your input and "
        "try again.",
        param=param,
        code="invalid_value",
    )


def check_new(items: Sequence[Mapping[str, Json]], known: Iterable[StoredItem]) -> None:
    """Check that no item of an input has the id of another item, or of one that is `known`.

    A reference to a known item is no second item.

    Raises:
        RequestInvalid: the first that has, or has one by which it could not be read.
    """
    there, names = {one.id for one in known}, set[str]()
    for index, new in enumerate(items):
        name = new.get("id")
        if not name:
            continue
        NAME(name, path := f"input[{index}].id")
        if is_reference(new) and name in there:
            continue
        if name in names or name in there:
            raise duplicate(name, path)
        names.add(name)


def item(record: StoredItem) -> dict[str, Any]:
    """Build a stored item."""
    return json.loads(record.item)


def added(items: Sequence[StoredItem]) -> dict[str, Any]:
    """Build a page of the items that were added."""
    return page(list(map(item, items)), has_more=False)


def listed(part: FoundItems) -> dict[str, Any]:
    """Build a page of items."""
    return page(list(map(item, part.items)), has_more=part.has_more)


def _item(value: Json, path: str) -> Mapping[str, Json]:
    if isinstance(read_item(value, path), Reference | Brought | Trigger):
        raise RequestInvalid(
            f"Invalid value: '{value.get('type') or REFERENCE}' is not kept in a conversation.",
            param=path,
            code="invalid_value",
        )
    if name := value.get("id"):
        NAME(name, f"{path}.id")
    return value
