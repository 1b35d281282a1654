"""Stored conversations, beside the stored responses."""

import json
import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from dragoman.domain.errors import NotFound, RequestInvalid
from dragoman.domain.stored import FoundItems, Slice, StoredConversation, StoredItem
from dragoman.serving.storage.database import Database, Transaction
from dragoman.serving.storage.tables import conversation_items, conversations
from dragoman.wire.responses.conversations import duplicate

ONE = select(conversations.c.id, conversations.c.created, conversations.c.metadata)
ITEM = select(conversation_items.c.id, conversation_items.c.item)
SIZE = select(func.count(), func.coalesce(func.sum(func.length(conversation_items.c.item)), 0))

MOST = 10_000
"""The most items of one conversation."""
MOST_CHARS = 64 * 2**20
"""The most characters of all items of a conversation: as many as a request may have."""


class SqlConversations:
    """The store of conversations; see `domain.stored.Conversations`."""

    def __init__(self, database: Database) -> None:
        self._database = database.holding("conversations")

    async def begin(self, stored: StoredConversation, items: Sequence[StoredItem]) -> None:
        """See `Conversations.begin`."""
        row = {
            "id": stored.id,
            "created": stored.created,
            "metadata": json.dumps(dict(stored.metadata)),
        }

        def work(transaction: Transaction) -> None:
            new = insert(conversations).values(**row, owner=transaction.owner)
            transaction.connection.execute(new)
            _add(transaction, stored.id, items)

        await self._database.write(work)

    async def get(self, conversation: str) -> StoredConversation:
        """See `Conversations.get`."""
        return await self._database.read(lambda transaction: _one(transaction, conversation))

    async def relabel(self, conversation: str, metadata: Mapping[str, str]) -> StoredConversation:
        """See `Conversations.relabel`."""

        def work(transaction: Transaction) -> StoredConversation:
            change = update(conversations).where(_is(transaction, conversation))
            transaction.connection.execute(change.values(metadata=json.dumps(dict(metadata))))
            return _one(transaction, conversation)

        return await self._database.write(work)

    async def delete(self, conversation: str) -> None:
        """See `Conversations.delete`."""

        def work(transaction: Transaction) -> None:
            _one(transaction, conversation)
            in_it = conversation_items.c.conversation == conversation
            transaction.connection.execute(delete(conversation_items).where(in_it))
            gone = delete(conversations).where(conversations.c.id == conversation)
            transaction.connection.execute(gone)

        await self._database.write(work)

    async def add(self, conversation: str, items: Sequence[StoredItem]) -> None:
        """See `Conversations.add`."""

        def work(transaction: Transaction) -> None:
            _one(transaction, conversation, alone=True)
            _check_room(transaction, conversation, len(items), sum(len(one.item) for one in items))
            _add(transaction, conversation, items)

        await self._database.write(work)

    async def append(self, conversation: str, items: Sequence[StoredItem]) -> None:
        """See `Conversations.append`."""

        def work(transaction: Transaction) -> None:
            _one(transaction, conversation, alone=True)
            taken = (one for one in items if _find(transaction, conversation, one.id))
            renamed = {one.id: _renamed(one) for one in taken}
            _add(transaction, conversation, [renamed.get(one.id, one) for one in items])

        await self._database.write(work)

    async def items(self, conversation: str, more: int) -> Sequence[StoredItem]:
        """See `Conversations.items`."""
        every = ITEM.where(conversation_items.c.conversation == conversation)
        in_order = every.order_by(conversation_items.c.place)

        def work(transaction: Transaction) -> list[StoredItem]:
            _one(transaction, conversation)
            _check_room(transaction, conversation, more)
            return [StoredItem(*row) for row in transaction.connection.execute(in_order)]

        return await self._database.read(work)

    async def page(self, conversation: str, part: Slice) -> FoundItems:
        """See `Conversations.page`."""
        place, ascending = conversation_items.c.place, part.order == "asc"
        every = ITEM.where(conversation_items.c.conversation == conversation)
        rows = every.order_by(place if ascending else place.desc()).limit(part.limit + 1)

        def work(transaction: Transaction) -> FoundItems:
            _one(transaction, conversation)
            behind = rows
            if part.after is not None:
                last = _place(transaction, conversation, part.after)
                behind = rows.where(place > last if ascending else place < last)
            found = [StoredItem(*row) for row in transaction.connection.execute(behind)]
            return FoundItems(found[: part.limit], len(found) > part.limit)

        return await self._database.read(work)

    async def item(self, conversation: str, item: str) -> StoredItem:
        """See `Conversations.item`."""
        return await self._database.read(lambda transaction: _item(transaction, conversation, item))

    async def remove(self, conversation: str, item: str) -> StoredConversation:
        """See `Conversations.remove`."""

        def work(transaction: Transaction) -> StoredConversation:
            _item(transaction, conversation, item)
            transaction.connection.execute(
                delete(conversation_items).where(_is_item(conversation, item))
            )
            return _one(transaction, conversation)

        return await self._database.write(work)


def _is(transaction: Transaction, conversation: str) -> ColumnElement[bool]:
    return (conversations.c.id == conversation) & transaction.mine(conversations)


def _is_item(conversation: str, item: str) -> ColumnElement[bool]:
    in_it = conversation_items.c.conversation == conversation
    return in_it & (conversation_items.c.id == item)


def _one(transaction: Transaction, conversation: str, *, alone: bool = False) -> StoredConversation:
    """The conversation; `alone`: nobody else adds to it, or deletes it, meanwhile."""
    rows = ONE.where(_is(transaction, conversation))
    row = transaction.connection.execute(rows.with_for_update() if alone else rows).first()
    if row is None:
        raise NotFound(f"Conversation with id '{conversation[:100]}' not found.")
    name, created, metadata = row
    return StoredConversation(name, created, json.loads(metadata))


def _find(transaction: Transaction, conversation: str, item: str) -> StoredItem | None:
    row = transaction.connection.execute(ITEM.where(_is_item(conversation, item))).first()
    return None if row is None else StoredItem(*row)


def _item(transaction: Transaction, conversation: str, item: str) -> StoredItem:
    _one(transaction, conversation)
    stored = _find(transaction, conversation, item)
    if stored is None:
        raise NotFound(f"Item with id '{item[:100]}' not found.")
    return stored


def _place(transaction: Transaction, conversation: str, item: str) -> int:
    _item(transaction, conversation, item)
    place = select(conversation_items.c.place).where(_is_item(conversation, item))
    return transaction.connection.execute(place).scalar_one()


def _check_room(
    transaction: Transaction, conversation: str, more: int, more_chars: int = 0
) -> None:
    size = SIZE.where(conversation_items.c.conversation == conversation)
    count, chars = transaction.connection.execute(size).one()
    if count + more > MOST or chars + more_chars > MOST_CHARS:
        raise _too_long(conversation)


def _add(transaction: Transaction, conversation: str, items: Sequence[StoredItem]) -> None:
    for item in items:
        row = {"conversation": conversation, "id": item.id, "item": item.item}
        try:
            transaction.connection.execute(insert(conversation_items).values(**row))
        except IntegrityError as error:
            raise duplicate(item.id, "items") from error


def _renamed(item: StoredItem) -> StoredItem:
    name = f"{item.id}_{uuid.uuid4().hex[:8]}"
    return StoredItem(name, json.dumps({**json.loads(item.item), "id": name}))


def _too_long(conversation: str) -> RequestInvalid:
    return RequestInvalid(
        f"The conversation '{conversation}' would have more than {MOST} items or {MOST_CHARS} "
        "characters. Please begin another.",
        param="conversation",
        code="context_length_exceeded",
    )
