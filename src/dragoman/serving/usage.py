"""The daily use of keys, written beside the stored answers: a restart begins no new day."""

import json
import logging
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio

from dragoman.api.rates import Rates
from dragoman.domain.errors import StorageFailed
from dragoman.serving.database import Database

log = logging.getLogger("dragoman.keys")

TABLE = """
CREATE TABLE IF NOT EXISTS key_usage (
    name TEXT PRIMARY KEY,
    day TEXT NOT NULL,
    spent TEXT NOT NULL
)
"""
SAVE = "INSERT OR REPLACE INTO key_usage (name, day, spent) VALUES (?, ?, ?)"
EVERY_S = 5.0
"""Seconds between two writes: what a power cut may cost."""


class SqliteUsage:
    """Keeps the daily counts of `rates` on the disk."""

    def __init__(self, path: Path, rates: Rates) -> None:
        self._database = Database(path, [TABLE], "what keys have used")
        self._rates = rates
        self._saved: list[tuple[str, str, str]] = []

    @asynccontextmanager
    async def kept(self) -> AsyncGenerator[None, None]:
        """Read the counts now, write them every few seconds, and once more at the end."""
        await self.read()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._write_for_ever)
            try:
                yield
            finally:
                tasks.cancel_scope.cancel()
                with anyio.CancelScope(shield=True):
                    await self.write()

    async def read(self) -> None:
        """Go on from the counts that were written; where they cannot be read the log says so."""

        def work(database: sqlite3.Connection) -> list[tuple[str, str, str]]:
            return database.execute("SELECT name, day, spent FROM key_usage").fetchall()

        try:
            rows = await self._database.do(work)
        except StorageFailed as error:
            log.warning("what keys have used of the day begins anew: %s", error.__cause__)
            return
        for name, day, spent in rows:
            self._rates.restore(name, day, json.loads(spent))

    async def write(self) -> None:
        """Write the counts that have changed since the last time."""
        spent = self._rates.spent().items()
        rows = [(name, day, json.dumps(dict(units))) for name, (day, units) in spent]
        if rows == self._saved:
            return
        try:
            await self._database.do(lambda database: database.executemany(SAVE, rows))
        except StorageFailed as error:
            log.warning("what keys have used of the day is not written: %s", error.__cause__)
            return
        self._saved = rows

    async def _write_for_ever(self) -> None:
        while True:
            await anyio.sleep(EVERY_S)
            await self.write()
