"""The decode loop beside llama.cpp's server in the library, same weights and threads, in one run.

    python bench/decode_loop.py MODEL [--store DIRECTORY] [--threads 2] [--rounds 3] [--short]
        [--adapter auto] [--json OUT]

MODEL is an installed chat model of the store. Both are loaded all the time, each in a process of
its own, and asked in turn, straight and without HTTP. Prompts are fresh, of about 150 and 1,500
words (`--short`: 150 only), then one, two, four and eight answers at once after short prompts, of
24 tokens each. Prints minimum, median and maximum of the rounds, and of the loop ÷ the server.
"""

import argparse
import json
import multiprocessing
import os
import secrets
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import platformdirs

from dragoman.engines import llama_cpp
from dragoman.engines.llama_cpp import gguf
from dragoman.engines.llama_cpp.decoding.backend import CompletionChunk
from dragoman.engines.llama_cpp.decoding.loop import DecodeLoop
from dragoman.engines.llama_cpp.decoding.server import LlamaServer
from dragoman.engines.llama_cpp.settings import Settings

TOKENS = 24
STREAMS = (1, 2, 4, 8)
LOOP, SERVER = "loop", "server"


def fresh(words: int) -> str:
    """A text that no cache knows, of about `words` words."""
    notes = " ".join(f"Note {secrets.randbelow(100)} is about rivers." for _ in range(words // 6))
    return f"{secrets.token_hex(4)}. {notes} Tell a long story about the river Otter."


def decode(backend: LlamaServer | DecodeLoop, words: int, most: int) -> list[float]:
    """When each token of one answer came, in seconds from the start."""
    prompt = backend.tokens([fresh(words)])
    times: list[float] = []
    began = time.perf_counter()

    def on_chunk(chunk: CompletionChunk) -> bool:
        if chunk.decoded > len(times):
            times.append(time.perf_counter() - began)
        return False

    body = {"prompt": prompt, "n_predict": most, "temperature": 0.7, "min_p": 0.1, "seed": 1}
    caching = {"cache_prompt": True, "return_progress": True, "timings_per_token": True}
    backend.complete({**body, **caching}, on_chunk)
    return times


def together(backend: LlamaServer | DecodeLoop, streams: int) -> float:
    """Tokens a second of all streams, while all of them write."""
    began = time.perf_counter()

    def stream(_: int) -> list[float]:
        offset = time.perf_counter() - began
        return [offset + at for at in decode(backend, 12, TOKENS)]

    with ThreadPoolExecutor(streams) as threads:
        every = list(threads.map(stream, range(streams)))
    since, until = max(times[0] for times in every), min(times[-1] for times in every)
    return sum(since < at <= until for times in every for at in times) / (until - since)


def measure(backend: LlamaServer | DecodeLoop, *, short: bool) -> dict[str, float]:
    """One round: on the clock, and in processor time, which others on the machine change less."""
    seen: dict[str, float] = {}

    def timed(name: str, tokens: int, work: Callable[[], float]) -> None:
        used = time.process_time()
        seen[name] = work()
        seen[f"{name}: processor, ms"] = 1000 * (time.process_time() - used) / tokens

    timed("first token of 150 words, s", 1, lambda: decode(backend, 150, 1)[0])
    if not short:
        timed("first token of 1,500 words, s", 1, lambda: decode(backend, 1500, 1)[0])
    for streams in STREAMS:
        tokens = streams * TOKENS
        timed(f"{streams} streams, tokens/s", tokens, lambda many=streams: together(backend, many))
    return seen


def serve(name: str, path: Path, threads: int, adapter: str, channel: Connection) -> None:
    """Load one of the two, and measure a round whenever told to."""
    os.environ.setdefault("OMP_WAIT_POLICY", llama_cpp.WAITS)
    os.environ.setdefault("GOMP_SPINCOUNT", llama_cpp.SPINS)
    head = gguf.read(path)
    settings = Settings(context=4096, n_parallel=8, n_ctx=8192, decoder=name, adapter=adapter)
    backend = (DecodeLoop if name == LOOP else LlamaServer)(path, head, settings, threads)
    channel.send(backend.version)
    while (short := channel.recv()) is not None:
        channel.send(measure(backend, short=short))
    backend.close()


def table(rounds: dict[str, list[dict[str, float]]]) -> str:
    """Minimum, median and maximum of each measure, and of the ratio."""

    def told(values: list[float]) -> str:
        return " / ".join(
            f"{value:.2f}" for value in (min(values), statistics.median(values), max(values))
        )

    lines = [f"| | {LOOP} | {SERVER} | {LOOP} ÷ {SERVER} |", "|---|---|---|---|"]
    for measure in rounds[LOOP][0]:
        ours, theirs = ([each[measure] for each in rounds[name]] for name in (LOOP, SERVER))
        ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
        lines.append(f"| {measure} | {told(ours)} | {told(theirs)} | {told(ratios)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    usual = platformdirs.user_data_path("dragoman") / "models"
    parser.add_argument("--store", type=Path, default=usual)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--adapter", default="auto")
    parser.add_argument("--json", type=Path, default=None)
    said = parser.parse_args()
    (path,) = (said.store / said.model).glob("*.gguf")
    spawn: Any = multiprocessing.get_context("spawn")
    channels: dict[str, Connection] = {}
    for name in (LOOP, SERVER):
        channels[name], theirs = spawn.Pipe()
        arguments = (name, path, said.threads, said.adapter, theirs)
        spawn.Process(target=serve, args=arguments, daemon=True).start()
        print(name, channels[name].recv())
    rounds: dict[str, list[dict[str, float]]] = defaultdict(list)
    for number in range(said.rounds):
        order = [LOOP, SERVER] if number % 2 else [SERVER, LOOP]
        for name in order:
            channels[name].send(said.short)
            rounds[name].append(channels[name].recv())
        print(number + 1, {name: each[-1] for name, each in rounds.items()}, flush=True)
    print(table(rounds))
    if said.json:
        said.json.write_text(json.dumps(rounds, indent=1))
    for channel in channels.values():
        channel.send(None)


if __name__ == "__main__":
    main()
