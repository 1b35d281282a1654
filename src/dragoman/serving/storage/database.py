"""A database, in which every acknowledged write is on the disk: a SQLite file, or PostgreSQL."""

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import anyio
import anyio.to_thread
from sqlalchemy import URL, ColumnElement, Connection, Engine, Table, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from dragoman.domain.caller import caller
from dragoman.domain.errors import StorageFailed
from dragoman.serving.storage.schema import bring_up_to_date

T = TypeVar("T")

BUSY_S = 5.0
"""Seconds that one may wait for a lock, and for a connection."""
STATEMENT_S = 30.0
"""Seconds that PostgreSQL may work on one statement."""
GLANCE_S = 0.01
"""Seconds between two looks of a thread that waits to prepare the file whether it is its turn."""
PREPARING = 0x6472_6167
"""PostgreSQL's lock that a server holds while it makes the tables."""
THREADS = 4


@dataclass(frozen=True, slots=True)
class Transaction:
    """What is done on `connection` is done together, or not at all, for one caller."""

    connection: Connection
    owner: str
    """The owner of what is kept in it."""
    visible: tuple[str, ...]
    """The owners whose rows the caller sees."""

    def mine(self, table: Table) -> ColumnElement[bool]:
        """The condition that a row of `table` is the caller's to see."""
        return table.c.owner.in_(self.visible)

    def lock(self, table: Table) -> None:
        """Let nobody else write to `table` before this transaction has ended."""
        if self.connection.dialect.name == "postgresql":  # SQLite's writer is alone anyway
            self.connection.execute(text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"))


Work = Callable[[Transaction], T]


class Place:
    """Where a database is, and whether its tables have been looked at."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.file = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
        self._engine = _engine(url)
        self._threads = anyio.CapacityLimiter(THREADS)
        self._ready = False
        self._preparing = threading.Lock()

    async def run(self, work: Work[T], *, writes: bool) -> T:
        """Do it in a thread, on a connection of its own."""
        transaction = partial(self._transaction, work, writes=writes)
        return await anyio.to_thread.run_sync(transaction, limiter=self._threads)

    def _transaction(self, work: Work[T], *, writes: bool) -> T:
        with self._preparing:
            if not self._ready:
                self._prepare()
                self._ready = True
        holder = caller()
        visible = (holder.owner, "") if holder.sees_unowned else (holder.owner,)
        with self._begun(writes=writes) as connection:
            return work(Transaction(connection, holder.owner, visible))

    @contextmanager
    def _begun(self, *, writes: bool) -> Generator[Connection]:
        """A connection in a transaction, which is kept or, after an error, was never there."""
        with (
            self._engine.connect().execution_options(writes=writes) as connection,
            connection.begin(),
        ):
            yield connection

    def _prepare(self) -> None:
        if self.file is None:
            with self._begun(writes=True) as connection:
                connection.execute(text(f"SELECT pg_advisory_xact_lock({PREPARING})"))
                bring_up_to_date(connection)
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        # One at a time: SQLite does not wait for a lock when it changes the mode of the journal,
        # and to close a file that was just made drops the locks that others here hold on it.
        with _alone(self.file.parent):
            self.file.touch(mode=0o600)
            with closing(sqlite3.connect(self.file, timeout=BUSY_S)) as database:
                database.execute("PRAGMA journal_mode = WAL")
            with self._begun(writes=True) as connection:
                bring_up_to_date(connection)


@dataclass(frozen=True)
class Database:
    """A database; each transaction has a connection and a thread of its own.

    So nothing is shared and nothing needs closing. A write is on the disk before it is
    acknowledged: `synchronous=FULL` in SQLite, PostgreSQL's own default.
    """

    place: Place
    holds: str = "what callers keep"
    """What messages call it."""

    @classmethod
    def in_file(cls, path: Path) -> "Database":
        """A SQLite file, made with the first transaction, readable by its owner alone."""
        return cls(Place(URL.create("sqlite", database=str(path))))

    @classmethod
    def at(cls, url: str) -> "Database":
        """The PostgreSQL database of a URL like `postgresql://user:password@host/name`."""
        return cls(Place(make_url(url).set(drivername="postgresql+psycopg")))

    def is_there(self) -> bool:
        """Whether it has been made; a server's database is."""
        return self.place.file is None or self.place.file.exists()

    def holding(self, holds: str) -> "Database":
        """The same database under the name that a store gives it in messages."""
        return replace(self, holds=holds)

    async def read(self, work: Work[T]) -> T:
        """Return what `work` returns, which writes nothing.

        Raises:
            StorageFailed: the disk is broken, or the database is not reached.
        """
        return await self._do(work, writes=False)

    async def write(self, work: Work[T]) -> T:
        """Return what `work` returns; all of it is done, or nothing.

        Raises:
            StorageFailed: the disk is full or broken, or the database is not reached.
        """
        return await self._do(work, writes=True)

    async def _do(self, work: Work[T], *, writes: bool) -> T:
        try:
            return await self.place.run(work, writes=writes)
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise StorageFailed(
                f"The store of {self.holds} cannot be used now: the server's log says why."
            ) from error


def _engine(url: URL) -> Engine:
    """Errors name no values: those of a statement are what callers keep."""
    if url.get_backend_name() != "sqlite":
        wait = {
            "connect_timeout": int(BUSY_S),
            "options": f"-c statement_timeout={STATEMENT_S:.0f}s",
        }
        return create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=wait)
    engine = create_engine(
        url, poolclass=NullPool, hide_parameters=True, connect_args={"timeout": BUSY_S}
    )
    event.listen(engine, "connect", _connected)
    event.listen(engine, "begin", _begin)
    return engine


def _connected(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # or the driver begins by itself, and later
    connection.execute("PRAGMA synchronous = FULL")


def _begin(connection: Connection) -> None:
    """Who writes takes the lock before he reads: a reader cannot become a writer later."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


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
