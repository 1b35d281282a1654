"""Custom voices and consents: rows in the database, recordings in files of this machine."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import anyio.to_thread
from sqlalchemy import ColumnElement, delete, insert, select, update

from dragoman.domain.custom_voices import Consent, ConsentPage, CustomVoice
from dragoman.domain.errors import NotFound, StorageFailed
from dragoman.serving.storage.database import Database, Transaction
from dragoman.serving.storage.tables import consents, voices

CONSENT = select(consents.c.id, consents.c.name, consents.c.language, consents.c.created_at)
VOICE = select(voices.c.id, voices.c.name, voices.c.blend, voices.c.created_at)


RECORDINGS, VOICES_FILE = "recordings", "voices.sqlite3"
"""The places in the directory of voices: the sound of consents, and rows where no database is."""


class SqlCustomVoices:
    """The store of custom voices; see `domain.custom_voices.CustomVoices`.

    A recording is written before its row and deleted after it: a row has its file, on the machine
    whose server was sent it.
    """

    def __init__(self, database: Database, directory: Path) -> None:
        self._recordings = directory / RECORDINGS
        self._database = database.holding("voices")

    @classmethod
    def in_directory(cls, directory: Path) -> "SqlCustomVoices":
        """The store in a file of `directory`, as it is without a database for several servers."""
        return cls(Database.in_file(directory / VOICES_FILE), directory)

    async def keep_consent(self, consent: Consent, recording: str) -> None:
        """See `CustomVoices.keep_consent`."""
        row = {
            "id": consent.id,
            "name": consent.name,
            "language": consent.language,
            "created_at": consent.created_at,
        }
        await anyio.to_thread.run_sync(self._copy, recording, consent.id)

        def work(transaction: Transaction) -> None:
            new = insert(consents).values(**row, owner=transaction.owner)
            transaction.connection.execute(new)

        try:
            await self._database.write(work)
        except StorageFailed:
            await anyio.to_thread.run_sync(self._remove, consent.id)
            raise

    async def consent(self, name: str) -> Consent:
        """See `CustomVoices.consent`."""
        return await self._database.read(lambda transaction: _consent(transaction, name))

    async def consents(self, after: str | None, limit: int) -> ConsentPage:
        """See `CustomVoices.consents`."""
        page = CONSENT.order_by(consents.c.place).limit(limit + 1)

        def work(transaction: Transaction) -> ConsentPage:
            mine = page.where(transaction.mine(consents))
            if after is not None:
                _consent(transaction, after)
                place = select(consents.c.place).where(consents.c.id == after)
                mine = mine.where(
                    consents.c.place > transaction.connection.execute(place).scalar_one()
                )
            rows = [Consent(*row) for row in transaction.connection.execute(mine)]
            return ConsentPage(rows[:limit], len(rows) > limit)

        return await self._database.read(work)

    async def rename_consent(self, name: str, label: str) -> Consent:
        """See `CustomVoices.rename_consent`."""

        def work(transaction: Transaction) -> Consent:
            change = update(consents).where(_is_consent(transaction, name))
            transaction.connection.execute(change.values(name=label))
            return _consent(transaction, name)

        return await self._database.write(work)

    async def delete_consent(self, name: str) -> None:
        """See `CustomVoices.delete_consent`."""

        def work(transaction: Transaction) -> None:
            _consent(transaction, name)
            transaction.connection.execute(delete(consents).where(consents.c.id == name))

        await self._database.write(work)
        await anyio.to_thread.run_sync(self._remove, name)

    async def keep_voice(self, voice: CustomVoice) -> None:
        """See `CustomVoices.keep_voice`."""
        row = {
            "id": voice.id,
            "name": voice.name,
            "blend": voice.blend,
            "created_at": voice.created_at,
        }

        def work(transaction: Transaction) -> None:
            new = insert(voices).values(**row, owner=transaction.owner)
            transaction.connection.execute(new)

        await self._database.write(work)

    async def voice(self, name: str) -> CustomVoice:
        """See `CustomVoices.voice`."""
        return await self._database.read(lambda transaction: _voice(transaction, name))

    async def voices(self) -> Sequence[CustomVoice]:
        """See `CustomVoices.voices`."""

        def work(transaction: Transaction) -> list[CustomVoice]:
            every = VOICE.where(transaction.mine(voices)).order_by(voices.c.place)
            return [CustomVoice(*row) for row in transaction.connection.execute(every)]

        return await self._database.read(work)

    async def delete_voice(self, name: str) -> None:
        """See `CustomVoices.delete_voice`."""

        def work(transaction: Transaction) -> None:
            _voice(transaction, name)
            transaction.connection.execute(delete(voices).where(voices.c.id == name))

        await self._database.write(work)

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


def _is_consent(transaction: Transaction, name: str) -> ColumnElement[bool]:
    return (consents.c.id == name) & transaction.mine(consents)


def _consent(transaction: Transaction, name: str) -> Consent:
    one = CONSENT.where(_is_consent(transaction, name))
    row = transaction.connection.execute(one).first()
    if row is None:
        raise NotFound(f"Voice consent with id '{name[:100]}' not found.")
    return Consent(*row)


def _voice(transaction: Transaction, name: str) -> CustomVoice:
    one = VOICE.where(voices.c.id == name, transaction.mine(voices))
    row = transaction.connection.execute(one).first()
    if row is None:
        raise NotFound(f"Voice with id '{name[:100]}' not found.")
    return CustomVoice(*row)
