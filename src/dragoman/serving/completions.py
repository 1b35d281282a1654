"""Stored chat completions, in one SQLite file."""

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from dragoman.domain.errors import NotFound
from dragoman.domain.stored import Found, Order, Search, StoredCompletion
from dragoman.serving.database import Database

TABLE = """
CREATE TABLE IF NOT EXISTS completions (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    model TEXT NOT NULL,
    completion TEXT NOT NULL,
    messages TEXT NOT NULL,
    metadata TEXT NOT NULL
)
"""
INSERT = """
INSERT INTO completions (id, model, completion, messages, metadata, owner)
VALUES (?, ?, ?, ?, ?, owner())
"""
ONE = """
SELECT id, model, completion, messages, metadata FROM completions WHERE id = ? AND mine(owner)
"""
FITTING = """
SELECT id, model, completion, '' AS messages, metadata FROM completions
WHERE mine(owner) AND (:model IS NULL OR model = :model) AND carries(metadata, :labels)
"""
"""The rows that fit a search, without the messages, which no page shows and which may be
photographs."""
PAGE: Mapping[Order, str] = {
    "asc": FITTING + "AND place > :after ORDER BY place ASC LIMIT :limit",
    "desc": FITTING + "AND place < :after ORDER BY place DESC LIMIT :limit",
}
ENDS: Mapping[Order, int] = {"asc": 0, "desc": 2**62}
"""A place before the first page, for each order."""


class SqliteCompletions:
    """The store of chat completions in SQLite; see `domain.stored.Completions`."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, [TABLE], "completions", ["completions"])

    async def keep(self, stored: StoredCompletion) -> None:
        """See `Completions.keep`."""
        row = (stored.id, stored.model, stored.completion, stored.messages, _json(stored.metadata))
        await self._database.do(lambda database: database.execute(INSERT, row))

    async def get(self, completion: str) -> StoredCompletion:
        """See `Completions.get`."""
        return await self._database.do(lambda database: _one(database, completion))

    async def relabel(self, completion: str, metadata: Mapping[str, str]) -> StoredCompletion:
        """See `Completions.relabel`."""

        def work(database: sqlite3.Connection) -> StoredCompletion:
            update = "UPDATE completions SET metadata = ? WHERE id = ?"
            _one(database, completion)
            database.execute(update, (_json(metadata), completion))
            return _one(database, completion)

        return await self._database.do(work)

    async def delete(self, completion: str) -> None:
        """See `Completions.delete`."""

        def work(database: sqlite3.Connection) -> None:
            _one(database, completion)
            database.execute("DELETE FROM completions WHERE id = ?", (completion,))

        await self._database.do(work)

    async def search(self, search: Search) -> Found:
        """See `Completions.search`."""

        def work(database: sqlite3.Connection) -> Found:
            part = search.slice
            after = ENDS[part.order] if part.after is None else _place(database, part.after)
            parameters = {
                "model": search.model,
                "labels": _json(search.metadata),
                "after": after,
                "limit": part.limit + 1,
            }
            # SQLite's own functions for JSON end a text at a NUL.
            database.create_function("carries", 2, _carries, deterministic=True)
            rows = [_stored(row) for row in database.execute(PAGE[part.order], parameters)]
            return Found(rows[: part.limit], len(rows) > part.limit)

        return await self._database.do(work)


def _json(metadata: Mapping[str, str]) -> str:
    return json.dumps(dict(metadata))


def _carries(metadata: str, labels: str) -> bool:
    return json.loads(labels).items() <= json.loads(metadata).items()


def _stored(row: tuple[str, str, str, str, str]) -> StoredCompletion:
    name, model, completion, messages, metadata = row
    return StoredCompletion(name, model, completion, messages, json.loads(metadata))


def _not_found(completion: str) -> NotFound:
    return NotFound(f"Completion with id '{completion}' not found.")


def _one(database: sqlite3.Connection, completion: str) -> StoredCompletion:
    row = database.execute(ONE, (completion,)).fetchone()
    if row is None:
        raise _not_found(completion)
    return _stored(row)


def _place(database: sqlite3.Connection, completion: str) -> int:
    place = "SELECT place FROM completions WHERE id = ? AND mine(owner)"
    row = database.execute(place, (completion,)).fetchone()
    if row is None:
        raise _not_found(completion)
    return row[0]
