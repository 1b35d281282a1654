"""A store's file is made once, however many begin with it."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import anyio
import pytest

from dragoman.domain.errors import NotFound, StorageFailed
from dragoman.domain.stored import StoredCompletion, StoredResponse
from dragoman.serving.storage import database
from dragoman.serving.storage.completions import SqlCompletions
from dragoman.serving.storage.database import Database
from dragoman.serving.storage.responses import SqlResponses

ROUNDS = 6
OBJECTS = 4
"""Of each store: each has a connection of its own."""


async def keep_many_at_once(path: Path, name: str) -> None:
    """Keep an answer in each of many stores, none of which knows the others."""

    async def complete(number: int) -> None:
        kept = StoredCompletion(f"{name}-{number}", "m", "{}", "[]", {})
        await SqlCompletions(Database.in_file(path)).keep(kept)

    async def respond(number: int) -> None:
        kept = StoredResponse(f"{name}-{number}", 0, None, "[]", "{}", "[]")
        await SqlResponses(Database.in_file(path)).keep(kept, ["x"])

    async with anyio.create_task_group() as tasks:
        for number in range(OBJECTS):
            tasks.start_soon(complete, number)
            tasks.start_soon(respond, number)


async def lacking(path: Path, name: str) -> list[str]:
    """What of it is not there."""
    missing: list[str] = []
    for number in range(OBJECTS):
        for store in (SqlCompletions(Database.in_file(path)), SqlResponses(Database.in_file(path))):
            try:
                await store.get(f"{name}-{number}")
            except NotFound as error:
                missing.append(str(error))
    return missing


async def test_many_objects_may_make_the_file_at_once(tmp_path: Path) -> None:
    for number in range(ROUNDS):
        path = tmp_path / str(number) / "x.sqlite3"
        await keep_many_at_once(path, "a")
        assert await lacking(path, "a") == []
        assert path.stat().st_mode & 0o077 == 0


@contextmanager
def keeping(directory: Path, name: str) -> Generator[tuple[IO[str], IO[str]]]:
    """A process that keeps answers in the files whose names it is given; it says when it has."""
    command = [sys.executable, __file__, str(directory), name]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin
        assert process.stdout
        yield process.stdin, process.stdout


async def test_two_processes_may_make_the_file_at_once(tmp_path: Path) -> None:
    with keeping(tmp_path, "a") as first, keeping(tmp_path, "b") as second:
        for number in range(ROUNDS):
            for begin, _ in (first, second):
                begin.write(f"{number}\n")
                begin.flush()
            assert [end.readline() for _, end in (first, second)] == [f"{number}\n"] * 2
            path = tmp_path / str(number) / "x.sqlite3"
            assert await lacking(path, "a") == await lacking(path, "b") == []


async def test_nothing_is_made_while_another_makes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_S", 0.0)
    store, path = SqlCompletions(Database.in_file(tmp_path / "x.sqlite3")), tmp_path / "x.sqlite3"
    another = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(another, fcntl.LOCK_EX)
    with pytest.raises(StorageFailed):
        await store.get("a")
    assert not path.exists()
    os.close(another)
    with pytest.raises(NotFound):
        await store.get("a")
    assert path.exists()


def main() -> None:
    """Keep answers in a new file for each line that comes."""
    directory, name = sys.argv[1:]
    for line in sys.stdin:
        path = Path(directory) / line.strip() / "x.sqlite3"
        anyio.run(keep_many_at_once, path, name)
        sys.stdout.write(line)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
