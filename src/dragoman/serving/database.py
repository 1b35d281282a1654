"""One SQLite file, in which every acknowledged write is on the disk."""

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

import anyio
import anyio.to_thread

from dragoman.domain.caller import caller
from dragoman.domain.errors import StorageFailed

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

BUSY_S = 5.0
GLANCE_S = 0.01
"""Seconds between two looks of a thread that waits to prepare the file whether it is its turn."""


class Database:
    """One SQLite file; each transaction has a connection and a thread of its own.

    So nothing is shared and nothing needs closing. A write is on the disk before it is
    acknowledged: `synchronous=FULL`.
    """

    def __init__(
        self, path: Path, tables: Sequence[str], holds: str, owned: Sequence[str] = ()
    ) -> None:
        """Open the file: `tables` are the statements that make its tables, `holds` is its name.

        Messages call the file by `holds`. The tables named in `owned` get a column `owner`.
        In SQL, `owner()` is the caller's and `mine(owner)` tells whether a row is the
        caller's to see.
        """
        self._path = path
        self._tables = tables
        self._holds = holds
        self._owned = owned
        self._threads = anyio.CapacityLimiter(4)
        self._ready = False
        self._preparing = threading.Lock()

    async def do(self, work: Work[T]) -> T:
        """Return what `work` returns; all of it is done, or nothing.

        Raises:
            StorageFailed: the disk is full or broken.
        """
        return await anyio.to_thread.run_sync(self._transaction, work, limiter=self._threads)

    def _transaction(self, work: Work[T]) -> T:
        try:
            with closing(self._connect()) as database, database:
                return work(database)
        except (sqlite3.Error, OSError) as error:
            raise StorageFailed(
                f"The store of {self._holds} cannot be used now: the server's log says why."
            ) from error

    def _connect(self) -> sqlite3.Connection:
        with self._preparing:
            if not self._ready:
                self._prepare()
                self._ready = True
        database = sqlite3.connect(self._path, timeout=BUSY_S)
        database.execute("PRAGMA synchronous = FULL")
        holder = caller()
        seen = {holder.owner, ""} if holder.sees_unowned else {holder.owner}
        database.create_function("owner", 0, lambda: holder.owner)

        def mine(owner: str) -> bool:
            return owner in seen

        database.create_function("mine", 1, mine)
        return database

    def _prepare(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # One at a time: SQLite does not wait for a lock when it changes the mode of the journal,
        # and to close a file that was just made drops the locks that others here hold on it.
        with _alone(self._path.parent):
            self._path.touch(mode=0o600)
            with closing(sqlite3.connect(self._path, timeout=BUSY_S)) as database, database:
                database.execute("PRAGMA journal_mode = WAL")
                database.execute("BEGIN IMMEDIATE")
                for table in self._tables:
                    database.execute(table)
                for table in self._owned:
                    _add_owner(database, table)


def _add_owner(database: sqlite3.Connection, table: str) -> None:
    """Rows that are there already belong to nobody in particular."""
    columns = {row[1] for row in database.execute(f"PRAGMA table_info({table})")}
    if "owner" not in columns:
        database.execute(f"ALTER TABLE {table} ADD COLUMN owner TEXT NOT NULL DEFAULT ''")


@contextmanager
def _alone(directory: Path) -> Generator[None]:
    """Hold a lock on `directory`, which no other thread or process has meanwhile.

    Raises:
        BlockingIOError: another held it all the time that one may wait.
    """
    place = os.open(directory, os.O_RDONLY)
    try:
        _lock(place)
        yield
    finally:
        os.close(place)


def _lock(place: int) -> None:
    end = time.monotonic() + BUSY_S
    while True:
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise
            time.sleep(GLANCE_S)
        except OSError:
            return  # not every file system of a network locks directories
        else:
            return
