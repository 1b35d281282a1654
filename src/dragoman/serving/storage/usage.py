"""The daily use of keys, written beside the stored answers: a restart begins no new day."""

import json
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import TypeAlias

import anyio
from sqlalchemy import insert, select, update

from dragoman.api.rates import Rates
from dragoman.domain.errors import StorageFailed
from dragoman.serving.storage.database import Database, Transaction
from dragoman.serving.storage.tables import key_usage

log = logging.getLogger("dragoman.keys")

Day: TypeAlias = tuple[str, Mapping[str, float]]
"""A day, and what was used of it by unit."""
EVERY_S = 5.0
"""Seconds between two writes: what a power cut may cost."""


class SqlUsage:
    """Keeps the daily counts of `rates` in the database.

    Several servers may have the same one: each adds what was used of it since it last looked, and
    learns what was used of the others.
    """

    def __init__(self, database: Database, rates: Rates) -> None:
        self._database = database.holding("what keys have used")
        self._rates = rates
        self._known: dict[str, Day] = {}
        """What of it stands in the database."""

    @asynccontextmanager
    async def kept(self) -> AsyncGenerator[None, None]:
        """Read the counts now, write them every few seconds, and once more at the end."""
        await self._meet("begins anew")
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._write_for_ever)
            try:
                yield
            finally:
                tasks.cancel_scope.cancel()
                with anyio.CancelScope(shield=True):
                    await self.write()

    async def write(self) -> None:
        """Add what was used since the last time; where that fails the log says so."""
        await self._meet("is not written")

    async def _meet(self, trouble: str) -> None:
        """Bring the database and what is known here together."""
        here = dict(self._rates.spent())
        used = {name: new for name, day in here.items() if (new := self._since(name, day))}
        try:
            there = await self._database.write(lambda transaction: _add(transaction, used))
        except StorageFailed as error:
            cause = " ".join(str(error.__cause__).split())  # a driver's has several lines
            log.warning("what keys have used of the day %s: %s", trouble, cause)
            return
        for name, (day, spent) in there.items():
            self._known[name] = day, spent
            now = self._rates.spent().get(name)
            if now is not None and now[0] > day:
                continue
            # Requests may have ended while the database was written.
            before = _of(day, here.get(name))
            later = _of(day, now)
            self._rates.restore(name, day, _sum(spent, _difference(later, before)))

    def _since(self, name: str, day: Day) -> Day | None:
        """What was used of a day and does not stand in the database yet."""
        new = _difference(day[1], _of(day[0], self._known.get(name)))
        return (day[0], new) if any(new.values()) else None

    async def _write_for_ever(self) -> None:
        while True:
            await anyio.sleep(EVERY_S)
            await self.write()


def _add(transaction: Transaction, used: Mapping[str, Day]) -> dict[str, Day]:
    """Add what was `used`, and return what all have used; a day that is over is left as it is."""
    connection, name = transaction.connection, key_usage.c.name
    if used:
        transaction.lock(key_usage)  # between reading and writing no other server writes
    rows = connection.execute(select(name, key_usage.c.day, key_usage.c.spent))
    there: dict[str, Day] = {row.name: (row.day, json.loads(row.spent)) for row in rows}
    for key, (day, new) in used.items():
        kept = there.get(key)
        if kept is None or kept[0] <= day:
            there[key] = day, _sum(_of(day, kept), new)
            row = {"day": day, "spent": json.dumps(there[key][1])}
            if kept is None:
                connection.execute(insert(key_usage).values(name=key, **row))
            else:
                connection.execute(update(key_usage).where(name == key).values(**row))
    return there


def _of(day: str, used: Day | None) -> Mapping[str, float]:
    """What was used of that day."""
    return used[1] if used is not None and used[0] == day else {}


def _sum(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    return {unit: one.get(unit, 0.0) + other.get(unit, 0.0) for unit in {*one, *other}}


def _difference(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    return {unit: one.get(unit, 0.0) - other.get(unit, 0.0) for unit in {*one, *other}}
