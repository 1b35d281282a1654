"""What it costs to keep an answer and to find it again, in a file and in PostgreSQL.

    .venv/bin/python bench/storage.py [--url postgresql://…] [--rounds 200]

One after another: each is a transaction, on the disk before it is acknowledged. Without `--url`
the file alone.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio

from dragoman.domain.stored import StoredResponse
from dragoman.serving.storage.database import Database
from dragoman.serving.storage.responses import SqlResponses

ITEM = '{"role": "user", "content": "' + "word " * 400 + '"}'


async def timed(act: Callable[[int], Awaitable[object]], rounds: int) -> list[float]:
    """The milliseconds of each round."""
    took: list[float] = []
    for number in range(rounds):
        began = time.perf_counter()
        await act(number)
        took.append((time.perf_counter() - began) * 1000)
    return took


async def measure(name: str, database: Database, rounds: int) -> None:
    """Keep and get so many, and print how long it took."""
    store, run = SqlResponses(database), time.time_ns()

    async def keep(number: int) -> None:
        kept = StoredResponse(f"resp_{run}_{number}", 2**31, None, ITEM, ITEM, "[]")
        await store.keep(kept, [f"msg_{run}_{number}"])

    await keep(-1)
    kept = await timed(keep, rounds)
    got = await timed(lambda number: store.get(f"resp_{run}_{number}"), rounds)
    for what, took in (("keep", kept), ("get", got)):
        p50, p95 = statistics.median(took), statistics.quantiles(took, n=20)[-1]
        print(f"{name}: {what} {p50:.2f} ms (p50), {p95:.2f} ms (p95), {rounds} times")


def main() -> None:
    """Measure what there is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url")
    parser.add_argument("--rounds", type=int, default=200)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        file = Database.in_file(Path(place) / "x.sqlite3")
        anyio.run(measure, "file", file, chosen.rounds)
    if chosen.url:
        anyio.run(measure, "PostgreSQL", Database.at(chosen.url), chosen.rounds)


if __name__ == "__main__":
    main()
