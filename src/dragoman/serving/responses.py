"""Stored responses, in one SQLite file, beside the stored completions."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from dragoman.domain.errors import NotFound, RequestInvalid
from dragoman.domain.stored import StoredResponse
from dragoman.serving.database import Database

TABLES = (
    """
CREATE TABLE IF NOT EXISTS responses (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    previous TEXT,
    items TEXT NOT NULL,
    response TEXT NOT NULL,
    pieces TEXT NOT NULL
)
""",
    "CREATE INDEX IF NOT EXISTS responses_by_time ON responses (created)",
    """
CREATE TABLE IF NOT EXISTS response_items (
    id TEXT NOT NULL,
    response INTEGER NOT NULL,
    PRIMARY KEY (id, response)
) WITHOUT ROWID
""",
    "CREATE INDEX IF NOT EXISTS response_items_by_response ON response_items (response)",
)
INSERT = """
INSERT INTO responses (id, created, previous, items, response, pieces, owner)
VALUES (?, ?, ?, ?, ?, ?, owner())
"""
ONE = """
SELECT id, created, previous, items, response, pieces FROM responses
WHERE id = ? AND mine(owner)
"""
LATEST_WITH = """
SELECT id, created, previous, items, response, pieces FROM responses
WHERE mine(owner) AND place IN (SELECT response FROM response_items WHERE id = ?)
ORDER BY place DESC LIMIT 1
"""
DELETE_ITEMS = """
DELETE FROM response_items WHERE response = (SELECT place FROM responses WHERE id = ?)
"""
OLD_ITEMS = """
DELETE FROM response_items WHERE response IN (SELECT place FROM responses WHERE created < ?)
"""

KEPT_S = 30 * 24 * 3600
"""Seconds that a response is kept, as at OpenAI; older ones are deleted when another is kept."""
MOST = 1_000
"""The most responses of one chain."""
MOST_CHARS = 64 * 2**20
"""The most characters of a chain's items and answers: as many as a request may have."""


class SqliteResponses:
    """The store of responses in SQLite; see `domain.stored.Responses`."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, TABLES, "responses", ["responses"])

    async def keep(self, stored: StoredResponse, items: Sequence[str]) -> None:
        """See `Responses.keep`."""
        row = (
            stored.id,
            stored.created,
            stored.previous,
            stored.items,
            stored.response,
            stored.pieces,
        )
        oldest = stored.created - KEPT_S

        def work(database: sqlite3.Connection) -> None:
            database.execute(OLD_ITEMS, (oldest,))
            database.execute("DELETE FROM responses WHERE created < ?", (oldest,))
            database.execute(DELETE_ITEMS, (stored.id,))
            database.execute("DELETE FROM responses WHERE id = ?", (stored.id,))
            place = database.execute(INSERT, row).lastrowid
            database.executemany(
                "INSERT OR IGNORE INTO response_items VALUES (?, ?)",
                [(name, place) for name in items],
            )

        await self._database.do(work)

    async def get(self, response: str) -> StoredResponse:
        """See `Responses.get`."""
        return await self._database.do(lambda database: _one(database, response))

    async def delete(self, response: str) -> None:
        """See `Responses.delete`."""

        def work(database: sqlite3.Connection) -> None:
            _one(database, response)
            database.execute(DELETE_ITEMS, (response,))
            database.execute("DELETE FROM responses WHERE id = ?", (response,))

        await self._database.do(work)

    async def chain(self, response: str) -> Sequence[StoredResponse]:
        """See `Responses.chain`."""

        def work(database: sqlite3.Connection) -> list[StoredResponse]:
            found: list[StoredResponse] = []
            name: str | None = response
            chars = 0
            while name is not None:
                row = database.execute(ONE, (name,)).fetchone()
                if row is None:
                    break
                one = StoredResponse(*row)
                found.append(one)
                chars += len(one.items) + len(one.response)
                if len(found) > MOST or chars > MOST_CHARS:
                    raise _too_long(response)
                name = one.previous
            return found[::-1]

        return await self._database.do(work)

    async def with_item(self, item: str) -> StoredResponse:
        """See `Responses.with_item`."""

        def work(database: sqlite3.Connection) -> StoredResponse:
            row = database.execute(LATEST_WITH, (item,)).fetchone()
            if row is None:
                raise NotFound(f"Item with id '{item[:100]}' not found.")
            return StoredResponse(*row)

        return await self._database.do(work)


def _one(database: sqlite3.Connection, response: str) -> StoredResponse:
    row = database.execute(ONE, (response,)).fetchone()
    if row is None:
        raise NotFound(f"Response with id '{response[:100]}' not found.")
    return StoredResponse(*row)


def _too_long(response: str) -> RequestInvalid:
    return RequestInvalid(
        f"The conversation that ends with '{response}' has more than {MOST} responses or "
        f"{MOST_CHARS} characters. Please begin another.",
        param="previous_response_id",
        code="context_length_exceeded",
    )
