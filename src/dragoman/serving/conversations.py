"""Stored conversations, in one SQLite file, beside the stored responses."""

import json
import sqlite3
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from dragoman.domain.errors import NotFound, RequestInvalid
from dragoman.domain.stored import FoundItems, Order, Slice, StoredConversation, StoredItem
from dragoman.serving.database import Database
from dragoman.wire.responses.conversations import duplicate

TABLES = (
    """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY,
    created INTEGER NOT NULL,
    metadata TEXT NOT NULL
)
""",
    """
CREATE TABLE IF NOT EXISTS conversation_items (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation TEXT NOT NULL,
    id TEXT NOT NULL,
    item TEXT NOT NULL,
    UNIQUE (conversation, id)
)
""",
)
ONE = "SELECT id, created, metadata FROM conversations WHERE id = ? AND mine(owner)"
ITEM = "SELECT id, item FROM conversation_items WHERE conversation = ? AND id = ?"
SIZE = "SELECT COUNT(*), TOTAL(LENGTH(item)) FROM conversation_items WHERE conversation = ?"
PAGE = "SELECT id, item FROM conversation_items WHERE conversation = ?"
ITEMS = f"{PAGE} ORDER BY place"
PLACE = "SELECT place FROM conversation_items WHERE conversation = ? AND id = ?"
PAGES: Mapping[Order, tuple[int, str]] = {
    "asc": (-1, f"{PAGE} AND place > ? ORDER BY place LIMIT ?"),
    "desc": (2**63 - 1, f"{PAGE} AND place < ? ORDER BY place DESC LIMIT ?"),
}
"""A place before all items, and the condition for the items behind a place, for each order."""
ADD = "INSERT INTO conversation_items (conversation, id, item) VALUES (?, ?, ?)"

MOST = 10_000
"""The most items of one conversation."""
MOST_CHARS = 64 * 2**20
"""The most characters of all items of a conversation: as many as a request may have."""


class SqliteConversations:
    """The store of conversations in SQLite; see `domain.stored.Conversations`."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, TABLES, "conversations", ["conversations"])

    async def begin(self, stored: StoredConversation, items: Sequence[StoredItem]) -> None:
        """See `Conversations.begin`."""
        insert = (
            "INSERT INTO conversations (id, created, metadata, owner) VALUES (?, ?, ?, owner())"
        )
        row = (stored.id, stored.created, json.dumps(dict(stored.metadata)))

        def work(database: sqlite3.Connection) -> None:
            database.execute(insert, row)
            _add(database, stored.id, items)

        await self._database.do(work)

    async def get(self, conversation: str) -> StoredConversation:
        """See `Conversations.get`."""
        return await self._database.do(lambda database: _one(database, conversation))

    async def relabel(self, conversation: str, metadata: Mapping[str, str]) -> StoredConversation:
        """See `Conversations.relabel`."""
        update = "UPDATE conversations SET metadata = ? WHERE id = ?"

        def work(database: sqlite3.Connection) -> StoredConversation:
            _one(database, conversation)
            database.execute(update, (json.dumps(dict(metadata)), conversation))
            return _one(database, conversation)

        return await self._database.do(work)

    async def delete(self, conversation: str) -> None:
        """See `Conversations.delete`."""

        def work(database: sqlite3.Connection) -> None:
            _one(database, conversation)
            database.execute("DELETE FROM conversations WHERE id = ?", (conversation,))
            delete = "DELETE FROM conversation_items WHERE conversation = ?"
            database.execute(delete, (conversation,))

        await self._database.do(work)

    async def add(self, conversation: str, items: Sequence[StoredItem]) -> None:
        """See `Conversations.add`."""

        def work(database: sqlite3.Connection) -> None:
            # The lock is taken before it is looked whether the conversation is still there.
            database.execute("BEGIN IMMEDIATE")
            _one(database, conversation)
            _check_room(database, conversation, len(items), sum(len(one.item) for one in items))
            _add(database, conversation, items)

        await self._database.do(work)

    async def append(self, conversation: str, items: Sequence[StoredItem]) -> None:
        """See `Conversations.append`."""

        def work(database: sqlite3.Connection) -> None:
            database.execute("BEGIN IMMEDIATE")
            _one(database, conversation)
            taken = (
                one for one in items if database.execute(ITEM, (conversation, one.id)).fetchone()
            )
            renamed = {one.id: _renamed(one) for one in taken}
            _add(database, conversation, [renamed.get(one.id, one) for one in items])

        await self._database.do(work)

    async def items(self, conversation: str, more: int) -> Sequence[StoredItem]:
        """See `Conversations.items`."""

        def work(database: sqlite3.Connection) -> list[StoredItem]:
            _one(database, conversation)
            _check_room(database, conversation, more)
            return [StoredItem(*row) for row in database.execute(ITEMS, (conversation,))]

        return await self._database.do(work)

    async def page(self, conversation: str, part: Slice) -> FoundItems:
        """See `Conversations.page`."""
        beyond, query = PAGES[part.order]

        def work(database: sqlite3.Connection) -> FoundItems:
            _one(database, conversation)
            place = beyond
            if part.after is not None:
                _item(database, conversation, part.after)
                place = database.execute(PLACE, (conversation, part.after)).fetchone()[0]
            rows = database.execute(query, (conversation, place, part.limit + 1)).fetchall()
            found = [StoredItem(*row) for row in rows]
            return FoundItems(found[: part.limit], len(found) > part.limit)

        return await self._database.do(work)

    async def item(self, conversation: str, item: str) -> StoredItem:
        """See `Conversations.item`."""
        return await self._database.do(lambda database: _item(database, conversation, item))

    async def remove(self, conversation: str, item: str) -> StoredConversation:
        """See `Conversations.remove`."""

        def work(database: sqlite3.Connection) -> StoredConversation:
            _item(database, conversation, item)
            delete = "DELETE FROM conversation_items WHERE conversation = ? AND id = ?"
            database.execute(delete, (conversation, item))
            return _one(database, conversation)

        return await self._database.do(work)


def _one(database: sqlite3.Connection, conversation: str) -> StoredConversation:
    row = database.execute(ONE, (conversation,)).fetchone()
    if row is None:
        raise NotFound(f"Conversation with id '{conversation[:100]}' not found.")
    name, created, metadata = row
    return StoredConversation(name, created, json.loads(metadata))


def _item(database: sqlite3.Connection, conversation: str, item: str) -> StoredItem:
    _one(database, conversation)
    row = database.execute(ITEM, (conversation, item)).fetchone()
    if row is None:
        raise NotFound(f"Item with id '{item[:100]}' not found.")
    return StoredItem(*row)


def _check_room(
    database: sqlite3.Connection, conversation: str, more: int, more_chars: int = 0
) -> None:
    count, chars = database.execute(SIZE, (conversation,)).fetchone()
    if count + more > MOST or chars + more_chars > MOST_CHARS:
        raise _too_long(conversation)


def _add(database: sqlite3.Connection, conversation: str, items: Sequence[StoredItem]) -> None:
    for item in items:
        try:
            database.execute(ADD, (conversation, item.id, item.item))
        except sqlite3.IntegrityError as error:
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
