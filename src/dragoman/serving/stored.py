"""Kept answers in one SQLite file."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import anyio
import anyio.to_thread

from dragoman.domain.errors import NotFound, StorageFailed
from dragoman.domain.stored import Found, Order, Search, StoredCompletion

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

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
INSERT INTO completions (id, model, completion, messages, metadata) VALUES (?, ?, ?, ?, ?)
"""
ONE = "SELECT id, model, completion, messages, metadata FROM completions WHERE id = ?"
FITTING = """
SELECT id, model, completion, messages, metadata FROM completions
WHERE (:model IS NULL OR model = :model) AND NOT EXISTS (
    SELECT 1 FROM json_each(:labels) AS wanted WHERE NOT EXISTS (
        SELECT 1 FROM json_each(completions.metadata) AS there
        WHERE there.key = wanted.key AND there.value = wanted.value
    )
)
"""
PAGE: Mapping[Order, str] = {
    "asc": FITTING + "AND place > :after ORDER BY place ASC LIMIT :limit",
    "desc": FITTING + "AND place < :after ORDER BY place DESC LIMIT :limit",
}
ENDS: Mapping[Order, int] = {"asc": 0, "desc": 2**62}
"""Places before the first page."""
BUSY_S = 5.0


class SqliteCompletions:
    """See `domain.stored.Completions`.

    A write is on the disk before it is acknowledged: `synchronous=FULL`. Each piece of work has a
    connection and a thread of its own, so nothing is shared and nothing needs closing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = anyio.CapacityLimiter(4)
        self._ready = False

    async def keep(self, stored: StoredCompletion) -> None:
        """See `Completions.keep`."""
        row = (stored.id, stored.model, stored.completion, stored.messages, _json(stored.metadata))
        await self._do(lambda database: database.execute(INSERT, row))

    async def get(self, completion: str) -> StoredCompletion:
        """See `Completions.get`."""
        return await self._do(lambda database: _one(database, completion))

    async def relabel(self, completion: str, metadata: Mapping[str, str]) -> StoredCompletion:
        """See `Completions.relabel`."""

        def work(database: sqlite3.Connection) -> StoredCompletion:
            update = "UPDATE completions SET metadata = ? WHERE id = ?"
            database.execute(update, (_json(metadata), completion))
            return _one(database, completion)

        return await self._do(work)

    async def delete(self, completion: str) -> None:
        """See `Completions.delete`."""

        def work(database: sqlite3.Connection) -> None:
            _one(database, completion)
            database.execute("DELETE FROM completions WHERE id = ?", (completion,))

        await self._do(work)

    async def search(self, search: Search) -> Found:
        """See `Completions.search`."""

        def work(database: sqlite3.Connection) -> Found:
            part = search.slice
            after = ENDS[part.order] if part.after is None else _place(database, part.after)
            wanted = {
                "model": search.model,
                "labels": _json(search.metadata),
                "after": after,
                "limit": part.limit + 1,
            }
            rows = [_stored(row) for row in database.execute(PAGE[part.order], wanted)]
            return Found(rows[: part.limit], len(rows) > part.limit)

        return await self._do(work)

    async def _do(self, work: Work[T]) -> T:
        return await anyio.to_thread.run_sync(self._transaction, work, limiter=self._threads)

    def _transaction(self, work: Work[T]) -> T:
        try:
            with closing(self._connect()) as database, database:
                return work(database)
        except (sqlite3.Error, OSError) as error:
            raise StorageFailed(
                f"The store of completions cannot be used: {error}. Nothing was stored."
            ) from error

    def _connect(self) -> sqlite3.Connection:
        if not self._ready:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch(mode=0o600)
        database = sqlite3.connect(self._path, timeout=BUSY_S)
        database.execute("PRAGMA synchronous = FULL")
        if not self._ready:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute(TABLE)
            self._ready = True
        return database


def _json(metadata: Mapping[str, str]) -> str:
    return json.dumps(dict(metadata))


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
    row = database.execute("SELECT place FROM completions WHERE id = ?", (completion,)).fetchone()
    if row is None:
        raise _not_found(completion)
    return row[0]
