"""How long the server's event loop stands still while a recording is transcribed.

    python bench/loop.py CORPUS [--store DIRECTORY] [--minutes 4] [--rounds 3] [--json OUT]

The server runs in this process, its engines in theirs, and a task of the same loop wakes every
5 ms. Another process uploads a recording and reads the answer: whole, with all words, and streamed.
Prints by how many milliseconds the worst, and one in a thousand, of the wakings were late, and the
same of a second in which nothing happens.
"""

import argparse
import functools
import json
import multiprocessing
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import httpx2
import numpy as np
import uvicorn
from corpora import varied
from long_sound import MODEL, joined, wav
from platformdirs import user_data_path

from dragoman.api.draining import Draining
from dragoman.serving.listener import listen
from dragoman.serving.machine import Machine
from dragoman.serving.settings import Settings

TICK_S = 0.005

FORMS: dict[str, dict[str, str]] = {
    "whole": {
        "response_format": "verbose_json",
        "timestamp_granularities": "word",
    },
    "streamed": {"stream": "true"},
}


def ask(url: str, sound: bytes, fields: dict[str, str]) -> None:
    answer = httpx2.post(
        f"{url}/v1/audio/transcriptions",
        data={"model": MODEL, "language": "en", **fields},
        files={"file": ("sound.wav", sound)},
        timeout=3600,
    )
    answer.raise_for_status()


async def tick(late: list[float]) -> None:
    """Note by how many milliseconds each waking is late, until cancelled."""
    while True:
        due = time.perf_counter() + TICK_S
        await anyio.sleep(TICK_S)
        late.append(1000 * (time.perf_counter() - due))


async def during(work: Callable[[], Awaitable[object]]) -> dict[str, Any]:
    late: list[float] = []
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(tick, late)
        await work()
        tasks.cancel_scope.cancel()
    return {
        "wakings": len(late),
        "latest_ms": round(max(late), 1),
        "one_in_a_thousand_ms": round(float(np.quantile(late, 0.999)), 1),
    }


def elsewhere(url: str, sound: bytes, fields: dict[str, str]) -> None:
    """Ask in a process of its own, so that nothing of the client runs in this one."""
    client = multiprocessing.get_context("spawn").Process(target=ask, args=(url, sound, fields))
    client.start()
    client.join()
    assert client.exitcode == 0


async def measure(settings: Settings, sound: bytes, rounds: int) -> dict[str, Any]:
    listener = listen(settings)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    app = Machine.of(settings).app(lambda _: None, Draining())
    server = uvicorn.Server(
        uvicorn.Config(app, http="httptools", log_config=None, access_log=False)
    )
    results: dict[str, Any] = {}
    run = anyio.to_thread.run_sync
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(functools.partial(server.serve, sockets=[listener]))
        await run(elsewhere, url, wav(np.zeros(16_000, np.int16)), dict[str, str]())
        results["idle"] = await during(lambda: anyio.sleep(1.0))
        for name, fields in FORMS.items():
            results[name] = [
                await during(lambda chosen=fields: run(elsewhere, url, sound, chosen))
                for _ in range(rounds)
            ]
        server.should_exit = True
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--store", type=Path, default=user_data_path("dragoman") / "models")
    parser.add_argument("--minutes", type=float, default=4.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    sound, _ = joined(varied(options.corpus, 3), 60 * options.minutes, (0.2, 1.0))
    with tempfile.TemporaryDirectory() as place:
        settings = Settings(
            port=0,
            models=options.store,
            preload=False,
            offline=True,
            completions=Path(place) / "completions",
            voices=Path(place) / "voices",
        )
        results = anyio.run(measure, settings, wav(sound), options.rounds)
    print(json.dumps(results, indent=1))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
