"""What was acknowledged is kept, whatever happens to the process."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dragoman.domain.stored import Search, Slice, StoredCompletion
from dragoman.serving.storage.completions import SqlCompletions
from dragoman.serving.storage.database import Database

WRITER = """
import itertools, sys
from pathlib import Path
import anyio
from dragoman.domain.stored import StoredCompletion
from dragoman.serving.storage.completions import SqlCompletions
from dragoman.serving.storage.database import Database

async def write(path, round):
    store = SqlCompletions(Database.in_file(Path(path)))
    for number in itertools.count():
        name = f"{round}-{number}"
        await store.keep(StoredCompletion(name, "m", "{}", "[]", {"round": round}))
        print(name, flush=True)

anyio.run(write, *sys.argv[1:])
"""


def acknowledged_before_a_kill(path: Path, name: str, rows: int) -> list[str]:
    """Ids that a process said it had kept before it was killed in the midst of its work."""
    command = [sys.executable, "-c", WRITER, str(path), name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        seen = [writer.stdout.readline() for _ in range(rows)]
        writer.send_signal(signal.SIGKILL)
        seen += writer.stdout.readlines()
    return [line.strip() for line in seen if line.endswith("\n")]


async def kept(path: Path, name: str) -> set[str]:
    found = await SqlCompletions(Database.in_file(path)).search(
        Search(Slice(limit=100_000), metadata={"round": name})
    )
    return {stored.id for stored in found.completions}


@pytest.mark.parametrize(
    "rounds", [pytest.param(4, id="four"), pytest.param(100, id="hundred", marks=pytest.mark.slow)]
)
async def test_no_acknowledged_row_is_lost_to_a_kill(tmp_path: Path, rounds: int) -> None:
    path = tmp_path / "x.sqlite3"
    for number in range(rounds):
        acknowledged = acknowledged_before_a_kill(path, str(number), 3 + number)
        assert len(acknowledged) >= 3 + number
        assert set(acknowledged) <= await kept(path, str(number))


async def test_places_are_not_used_again(tmp_path: Path) -> None:
    store = SqlCompletions(Database.in_file(tmp_path / "x.sqlite3"))
    for name in ("a", "b"):
        await store.keep(StoredCompletion(name, "m", "{}", "[]", {}))
    await store.delete("b")
    await store.keep(StoredCompletion("c", "m", "{}", "[]", {}))
    found = await store.search(Search(Slice(after="a")))
    assert [stored.id for stored in found.completions] == ["c"]
    assert found.has_more is False
