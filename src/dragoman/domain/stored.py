"""Where answers, responses and conversations are kept, as protocols."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

Order = Literal["asc", "desc"]


@dataclass(frozen=True, slots=True)
class StoredCompletion:
    """An answer and what it answered, both as JSON; labels may change, the rest does not."""

    id: str
    model: str
    completion: str
    messages: str
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Slice:
    """Which part of a list, in the order in which things were kept."""

    after: str | None = None
    """Begin behind the thing with this id."""
    limit: int = 20
    order: Order = "asc"


@dataclass(frozen=True, slots=True)
class Search:
    """Which stored answers a search is about."""

    slice: Slice
    model: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    """Labels that a stored answer must have, all of them."""


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a list of stored answers."""

    completions: Sequence[StoredCompletion]
    has_more: bool


class Completions(Protocol):
    """Where answers are kept. What was acknowledged outlives the process and the power.

    Every method raises `StorageFailed` where the disk is full or broken, and `NotFound` for an id
    that is not there.
    """

    async def keep(self, stored: StoredCompletion) -> None:
        """Store an answer; it is safe when this returns."""
        ...

    async def get(self, completion: str) -> StoredCompletion:
        """Return the answer with that id."""
        ...

    async def relabel(self, completion: str, metadata: Mapping[str, str]) -> StoredCompletion:
        """Replace the labels of what has that id."""
        ...

    async def delete(self, completion: str) -> None:
        """Delete what has that id."""
        ...

    async def search(self, search: Search) -> Found:
        """Return one page of the answers that a search is about."""
        ...


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A response and the items that it was given, both as JSON; each item has an id."""

    id: str
    created: int
    """The time of creation in Unix seconds."""
    previous: str | None
    """The id of the response that this one continues; None: it continues none."""
    items: str
    response: str
    pieces: str
    """The events of its stream as JSON, so that it can be streamed again."""


class Responses(Protocol):
    """Where responses are kept, for a time. What was acknowledged outlives the process.

    Every method raises `StorageFailed` where the disk is full or broken, and `NotFound` for an id
    that is not there.
    """

    async def keep(self, stored: StoredResponse, items: Sequence[str]) -> None:
        """Store a response, to be found by its own id and those of its items.

        It takes the place of one with the same id.
        """
        ...

    async def get(self, response: str) -> StoredResponse:
        """Return the response with that id."""
        ...

    async def delete(self, response: str) -> None:
        """Delete what has that id."""
        ...

    async def chain(self, response: str) -> Sequence[StoredResponse]:
        """The response and all that it goes on from, the oldest first, as far as they are kept.

        Raises:
            RequestInvalid: they are too many or too large.
        """
        ...

    async def with_item(self, item: str) -> StoredResponse:
        """Return the latest response that has this item."""
        ...


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """A conversation that has a name of its own; labels may change."""

    id: str
    created: int
    """The time of creation in Unix seconds."""
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StoredItem:
    """An item of a conversation, as JSON."""

    id: str
    item: str


@dataclass(frozen=True, slots=True)
class FoundItems:
    """One page of a conversation's items."""

    items: Sequence[StoredItem]
    has_more: bool


class Conversations(Protocol):
    """Where conversations are kept, until they are deleted.

    Every method raises `StorageFailed` where the disk is full or broken, and `NotFound` for an id
    that is not there.
    """

    async def begin(self, stored: StoredConversation, items: Sequence[StoredItem]) -> None:
        """Store a conversation with its first items.

        Raises:
            RequestInvalid: two of them have the same id.
        """
        ...

    async def get(self, conversation: str) -> StoredConversation:
        """Return the conversation with that id."""
        ...

    async def relabel(self, conversation: str, metadata: Mapping[str, str]) -> StoredConversation:
        """Replace the labels of what has that id."""
        ...

    async def delete(self, conversation: str) -> None:
        """Delete the conversation with that id, and its items."""
        ...

    async def add(self, conversation: str, items: Sequence[StoredItem]) -> None:
        """Put items at its end; all of them, or none.

        Raises:
            RequestInvalid: it has one with the same id, or would be too large.
        """
        ...

    async def append(self, conversation: str, items: Sequence[StoredItem]) -> None:
        """Put at its end what a response was given and answered.

        Nobody can be told any more that an id was taken meanwhile: such an item gets another.
        """
        ...

    async def items(self, conversation: str, more: int) -> Sequence[StoredItem]:
        """All of its items, the oldest first; so many `more` are to be put at its end later.

        Raises:
            RequestInvalid: they are too many or too large.
        """
        ...

    async def page(self, conversation: str, part: Slice) -> FoundItems:
        """Return some items of the conversation; this works for conversations of any size."""
        ...

    async def item(self, conversation: str, item: str) -> StoredItem:
        """Return one item of the conversation."""
        ...

    async def remove(self, conversation: str, item: str) -> StoredConversation:
        """Delete one item of the conversation."""
        ...
