"""All that one key keeps: to hand it over, or to forget it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import anyio.to_thread
from sqlalchemy import Table, delete, func, select

from dragoman.serving.storage.database import Database, Transaction
from dragoman.serving.storage.tables import (
    completions,
    consents,
    conversation_items,
    conversations,
    response_items,
    responses,
    voices,
)

AT_ONCE = 100
"""Rows that are read together."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of what is kept: its table, and which of its columns are JSON in a text."""

    name: str
    table: Table
    json: tuple[str, ...] = ()
    internal: tuple[str, ...] = ("place", "owner")
    """The columns that say nothing to who made the row."""
    parts: tuple[Table, str, str] | None = None
    """The table of its parts, the column there that names it, and the column here that it names."""


ANSWERS = (
    Kind("completion", completions, ("completion", "messages", "metadata")),
    Kind(
        "response",
        responses,
        ("items", "response"),
        ("place", "owner", "pieces"),
        (response_items, "response", "place"),
    ),
    Kind(
        "conversation",
        conversations,
        ("metadata",),
        ("owner",),
        (conversation_items, "conversation", "id"),
    ),
)
SOUND = (Kind("voice", voices), Kind("consent", consents))


class Holdings:
    """What keys keep, in the database of answers and in that of voices.

    `recordings` is the directory of the sound of consents. Keys are known by their names. A file
    that is not there holds nothing, and is not made.
    """

    def __init__(self, answers: Database, sound: Database, recordings: Path) -> None:
        both = ((answers, ANSWERS), (sound, SOUND))
        self._databases = [(database, kinds) for database, kinds in both if database.is_there()]
        self._recordings = recordings

    async def export(self, key: str, out: TextIO) -> int:
        """Write a JSON object a line, with its `kind`; returns how many.

        Raises:
            StorageFailed: a database cannot be used.
        """
        written = 0
        for database, kinds in self._databases:
            written += await database.read(partial(self._write, key, kinds, out))
        return written

    async def count(self, key: str) -> Mapping[str, int]:
        """Return how many of each kind it keeps.

        Raises:
            StorageFailed: a database cannot be used.
        """
        counts: dict[str, int] = {}
        for database, kinds in self._databases:
            counts |= await database.read(partial(_counted, key, kinds))
        return counts

    async def forget(self, key: str) -> None:
        """Delete all of it, the sound of consents too; what it used of the day stays counted.

        Raises:
            StorageFailed: a database cannot be used.
        """
        names: list[str] = []
        for database, kinds in self._databases:
            names += await database.write(partial(_forgotten, key, kinds))
        for name in names:
            unlink = partial((self._recordings / name).unlink, missing_ok=True)
            await anyio.to_thread.run_sync(unlink)

    def _write(self, key: str, kinds: Sequence[Kind], out: TextIO, transaction: Transaction) -> int:
        written = 0
        for kind in kinds:
            for row in _rows(transaction, kind.table, key):
                shown = {name: row[name] for name in row if name not in kind.internal}
                read = {name: json.loads(shown[name]) for name in kind.json}
                more = self._more(transaction, kind, row)
                line = {"kind": kind.name, **shown, **read, **more}
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
                written += 1
        return written

    def _more(self, transaction: Transaction, kind: Kind, row: Row) -> dict[str, object]:
        """What lies elsewhere: the items of a conversation, the recording of a consent."""
        if kind.table is conversations:
            items = select(conversation_items.c.item).order_by(conversation_items.c.place)
            own = items.where(conversation_items.c.conversation == row["id"])
            return {"items": [json.loads(each) for each in transaction.connection.scalars(own)]}
        if kind.table is consents:
            return {"recording": str(self._recordings / row["id"])}
        return {}


def _rows(transaction: Transaction, table: Table, key: str) -> Iterator[Row]:
    own = select(table).where(table.c.owner == key)
    options = {"yield_per": AT_ONCE}
    with transaction.connection.execute(own, execution_options=options) as found:
        yield from (dict(row) for row in found.mappings())


def _counted(key: str, kinds: Sequence[Kind], transaction: Transaction) -> dict[str, int]:
    def count(table: Table) -> int:
        own = select(func.count()).select_from(table).where(table.c.owner == key)
        return transaction.connection.execute(own).scalar_one()

    return {kind.name: count(kind.table) for kind in kinds}


def _forgotten(key: str, kinds: Sequence[Kind], transaction: Transaction) -> list[str]:
    """The names of the recordings of what is deleted."""
    recordings: list[str] = []
    for kind in kinds:
        own = kind.table.c.owner == key
        if kind.table is consents:
            recordings += transaction.connection.scalars(select(consents.c.id).where(own))
        if kind.parts is not None:
            parts, naming, named = kind.parts
            names = select(kind.table.c[named]).where(own)
            transaction.connection.execute(delete(parts).where(parts.c[naming].in_(names)))
        transaction.connection.execute(delete(kind.table).where(own))
    return recordings
