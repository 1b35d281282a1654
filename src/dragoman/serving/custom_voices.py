"""Custom voices and consents: rows in SQLite, recordings in files beside it."""

import os
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import anyio.to_thread

from dragoman.domain.custom_voices import Consent, ConsentPage, CustomVoice
from dragoman.domain.errors import NotFound, StorageFailed
from dragoman.serving.database import Database

TABLES = (
    """
CREATE TABLE IF NOT EXISTS consents (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    created_at INTEGER NOT NULL
)
""",
    """
CREATE TABLE IF NOT EXISTS voices (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    blend TEXT NOT NULL,
    created_at INTEGER NOT NULL
)
""",
)
CONSENT = "SELECT id, name, language, created_at FROM consents WHERE id = ? AND mine(owner)"
VOICE = "SELECT id, name, blend, created_at FROM voices WHERE id = ? AND mine(owner)"


class SqliteCustomVoices:
    """The store of custom voices in SQLite; see `domain.custom_voices.CustomVoices`.

    A recording is written before its row and deleted after it: a row always has its file.
    """

    def __init__(self, directory: Path) -> None:
        self._recordings = directory / "recordings"
        self._database = Database(
            directory / "voices.sqlite3", TABLES, "voices", ["voices", "consents"]
        )

    async def keep_consent(self, consent: Consent, recording: str) -> None:
        """See `CustomVoices.keep_consent`."""
        row = (consent.id, consent.name, consent.language, consent.created_at)
        await anyio.to_thread.run_sync(self._copy, recording, consent.id)
        insert = """
        INSERT INTO consents (id, name, language, created_at, owner) VALUES (?, ?, ?, ?, owner())
        """
        try:
            await self._database.do(lambda database: database.execute(insert, row))
        except StorageFailed:
            await anyio.to_thread.run_sync(self._remove, consent.id)
            raise

    async def consent(self, name: str) -> Consent:
        """See `CustomVoices.consent`."""
        return await self._database.do(lambda database: _consent(database, name))

    async def consents(self, after: str | None, limit: int) -> ConsentPage:
        """See `CustomVoices.consents`."""

        def work(database: sqlite3.Connection) -> ConsentPage:
            begin = 0
            if after is not None:
                _consent(database, after)
                place = "SELECT place FROM consents WHERE id = ?"
                (begin,) = database.execute(place, (after,)).fetchone()
            part = (
                "SELECT id, name, language, created_at FROM consents "
                "WHERE place > ? AND mine(owner) ORDER BY place LIMIT ?"
            )
            rows = [Consent(*row) for row in database.execute(part, (begin, limit + 1))]
            return ConsentPage(rows[:limit], len(rows) > limit)

        return await self._database.do(work)

    async def rename_consent(self, name: str, label: str) -> Consent:
        """See `CustomVoices.rename_consent`."""

        def work(database: sqlite3.Connection) -> Consent:
            _consent(database, name)
            database.execute("UPDATE consents SET name = ? WHERE id = ?", (label, name))
            return _consent(database, name)

        return await self._database.do(work)

    async def delete_consent(self, name: str) -> None:
        """See `CustomVoices.delete_consent`."""

        def work(database: sqlite3.Connection) -> None:
            _consent(database, name)
            database.execute("DELETE FROM consents WHERE id = ?", (name,))

        await self._database.do(work)
        await anyio.to_thread.run_sync(self._remove, name)

    async def keep_voice(self, voice: CustomVoice) -> None:
        """See `CustomVoices.keep_voice`."""
        row = (voice.id, voice.name, voice.blend, voice.created_at)
        insert = (
            "INSERT INTO voices (id, name, blend, created_at, owner) VALUES (?, ?, ?, ?, owner())"
        )
        await self._database.do(lambda database: database.execute(insert, row))

    async def voice(self, name: str) -> CustomVoice:
        """See `CustomVoices.voice`."""
        return await self._database.do(lambda database: _voice(database, name))

    async def voices(self) -> Sequence[CustomVoice]:
        """See `CustomVoices.voices`."""
        every = "SELECT id, name, blend, created_at FROM voices WHERE mine(owner) ORDER BY place"
        return await self._database.do(
            lambda database: [CustomVoice(*row) for row in database.execute(every)]
        )

    async def delete_voice(self, name: str) -> None:
        """See `CustomVoices.delete_voice`."""

        def work(database: sqlite3.Connection) -> None:
            _voice(database, name)
            database.execute("DELETE FROM voices WHERE id = ?", (name,))

        await self._database.do(work)

    def _copy(self, source: str, name: str) -> None:
        try:
            self._recordings.mkdir(parents=True, exist_ok=True, mode=0o700)
            with Path(source).open("rb") as given, (self._recordings / name).open("xb") as kept:
                shutil.copyfileobj(given, kept)
                kept.flush()
                os.fsync(kept.fileno())
        except OSError as error:
            self._remove(name)
            raise StorageFailed(
                f"The store of voices cannot be used: {error}. Nothing was stored."
            ) from error

    def _remove(self, name: str) -> None:
        (self._recordings / name).unlink(missing_ok=True)


def _consent(database: sqlite3.Connection, name: str) -> Consent:
    row = database.execute(CONSENT, (name,)).fetchone()
    if row is None:
        raise NotFound(f"Voice consent with id '{name[:100]}' not found.")
    return Consent(*row)


def _voice(database: sqlite3.Connection, name: str) -> CustomVoice:
    row = database.execute(VOICE, (name,)).fetchone()
    if row is None:
        raise NotFound(f"Voice with id '{name[:100]}' not found.")
    return CustomVoice(*row)
