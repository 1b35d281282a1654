"""Chat: our server beside llama.cpp's own, with the same weights and threads, in one run.

    python bench/chat.py MODEL [--store DIRECTORY] [--threads 2] [--rounds 3] [--short] [--json OUT]

MODEL is an installed chat model of the store. llama.cpp's server is the HTTP port that `xllamacpp`
opens, asked straight. Both are loaded all the time and asked in turn, the first in each round
another; no two prompts begin alike unless that is what is measured. Prints minimum, median and
maximum of the rounds. Ratios hold within a run; times are this machine's, as busy as it was.
`--short` measures only the first token and one, two and four streams, so that many rounds fit.
"""

import argparse
import contextlib
import json
import multiprocessing
import os
import secrets
import socket
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import httpx2

from dragoman.engines import kinds_by_engine, llama_cpp
from dragoman.models.catalogue import load
from dragoman.models.store import Store

TOKENS = 32
OURS, PEER = "dragoman", "llama.cpp"
PERSON = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in ("name", "city", "job", "story")},
    "required": ["name", "city", "job", "story"],
    "additionalProperties": False,
}
NAMED = {"type": "function", "function": {"name": "introduce"}}


@dataclass(frozen=True)
class Server:
    """One of the two."""

    url: str
    headers: dict[str, str]
    model: str
    ours: bool


@dataclass(frozen=True)
class Seen:
    """One streamed answer: seconds until its first text, seconds from there to its end."""

    first: float
    rest: float
    tokens: int
    text: str
    times: tuple[float, ...]
    """When each piece of text came."""

    @property
    def speed(self) -> float:
        return (self.tokens - 1) / self.rest


def ask(server: Server, messages: list[dict[str, str]], **more: object) -> Seen:
    body = {
        "model": server.model,
        "messages": messages,
        "max_tokens": TOKENS,
        "stream": True,
        "stream_options": {"include_usage": True},
        **more,
    }
    began = time.perf_counter()
    first = last = 0.0
    tokens, text = 0, ""
    times: list[float] = []
    url = f"{server.url}/v1/chat/completions"
    with httpx2.stream("POST", url, json=body, headers=server.headers, timeout=300) as answer:
        for line in answer.iter_lines():
            if not line.startswith("data: {"):
                continue
            chunk = json.loads(line.removeprefix("data: "))
            last = time.perf_counter()
            for choice in chunk["choices"]:
                delta: dict[str, Any] = choice["delta"]
                called: list[Any] = delta.get("tool_calls") or [{"function": {}}]
                piece: str | None = delta.get("content") or called[0]["function"].get("arguments")
                if piece:
                    first = first or last
                    times.append(last)
                    text += piece
            if chunk.get("usage"):
                tokens = chunk["usage"]["completion_tokens"]
    return Seen(first - began, last - first, tokens, text, tuple(times))


def user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def fresh(words: int) -> str:
    """A text that no cache knows, of about `words` words."""
    notes = " ".join(f"Note {secrets.randbelow(100)} is about rivers." for _ in range(words // 6))
    return f"{secrets.token_hex(4)}. {notes} Tell a long story about the river Otter."


def together(server: Server, streams: int) -> dict[str, float]:
    """Pieces a second of all streams while all of them write, and seconds until all are done."""
    with ThreadPoolExecutor(streams) as threads:
        began = time.perf_counter()
        asks = [threads.submit(ask, server, [user(fresh(12))]) for _ in range(streams)]
        every = [each.result() for each in asks]
    # Before the last stream's first piece, a server that reads prompts in small steps writes for
    # some while it reads for others; who reads all of them first would seem faster.
    since = max(seen.times[0] for seen in every)
    until = min(seen.times[-1] for seen in every)
    pieces = sum(since < at <= until for seen in every for at in seen.times)
    return {
        f"{streams} streams, tokens/s": pieces / (until - since),
        f"{streams} streams, all done, s": max(seen.times[-1] for seen in every) - began,
    }


def calling(server: Server, chosen: object) -> float:
    """Tokens a second of a call whose arguments follow a schema, or of what is said instead."""
    tool = {"type": "function", "function": {"name": "introduce", "parameters": PERSON}}
    return ask(server, [user(fresh(12))], tools=[tool], tool_choice=chosen).speed


def streams(server: Server) -> dict[str, float]:
    """The first token, and one stream, two and four."""
    alone = ask(server, [user(fresh(150))])
    return {
        "first token, s": alone.first,
        "1 stream, tokens/s": alone.speed,
        **together(server, 2),
        **together(server, 4),
    }


def savings(server: Server) -> dict[str, float]:
    """What several choices, a second turn, a schema and a call cost beside a plain answer."""
    alone = ask(server, [user(fresh(150))])
    three = ask(server, [user(fresh(150))], n=3)
    talk = [user(fresh(400))]
    cold = ask(server, talk)
    talk += [{"role": "assistant", "content": cold.text}, user("Go on.")]
    second = ask(server, talk)
    wanted = {"type": "json_schema", "json_schema": {"name": "p", "schema": PERSON}}
    plain = ask(server, [user(fresh(12))])
    document = ask(server, [user(fresh(12) + " As JSON.")], response_format=wanted)
    return {
        "first token, n=3 ÷ n=1": three.first / alone.first,
        "tokens/s, n=3 ÷ n=1": three.speed / alone.speed,
        "first token, second turn ÷ first": second.first / cold.first,
        "tokens/s, JSON schema ÷ text": document.speed / plain.speed,
        # llama.cpp's server answers a named choice of a tool in another way.
        **({"tokens/s, call ÷ text": calling(server, NAMED) / plain.speed} if server.ours else {}),
    }


def measure(server: Server, *, short: bool) -> dict[str, float]:
    """One round."""
    return streams(server) | ({} if short else savings(server))


@contextlib.contextmanager
def ours(model: str, store: str, threads: int) -> Generator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {
        **os.environ,
        "DRAGOMAN_MODELS": store,
        "DRAGOMAN_THREADS": str(threads),
        "DRAGOMAN_PRELOAD": "false",
        "DRAGOMAN_OFFLINE": "true",
    }
    command = [str(Path(sys.executable).with_name("dragoman")), "serve", "--port", str(port)]
    with subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL) as process:
        try:
            server = Server(f"http://127.0.0.1:{port}", {}, model, ours=True)
            for _ in range(600):
                with contextlib.suppress(httpx2.TransportError):
                    httpx2.get(f"{server.url}/livez")
                    break
                time.sleep(0.1)
            yield server
        finally:
            process.terminate()


def serve_peer(path: str, threads: int, told: Connection) -> None:
    # As ours has it: threads that spin long while they wait lose most of their speed beside others.
    os.environ.setdefault("OMP_WAIT_POLICY", llama_cpp.WAITS)
    os.environ.setdefault("GOMP_SPINCOUNT", llama_cpp.SPINS)
    import xllamacpp  # noqa: PLC0415 - in its own process only, and reads the environment

    library: Any = xllamacpp
    params = library.CommonParams()
    params.model.path = path
    params.n_ctx = 16384
    params.n_parallel = 4
    params.kv_unified = True
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    params.fit_params = False
    params.verbosity = 0
    params.hostnames = ["127.0.0.1"]
    server = library.Server(params)
    told.send(server.listening_address)
    told.recv()


@contextlib.contextmanager
def peer(path: str, threads: int) -> Generator[Server]:
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=serve_peer, args=(path, threads, there))
    process.start()
    try:
        yield Server(here.recv(), {}, "any", ours=False)
    finally:
        process.kill()
        process.join()


def spread(values: list[float]) -> dict[str, float]:
    middle = statistics.median(values)
    found = {"min": min(values), "median": middle, "max": max(values)}
    return {name: round(value, 3) for name, value in found.items()}


def run(
    servers: dict[str, Server], rounds: int, *, short: bool
) -> dict[str, dict[str, dict[str, float]]]:
    seen: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for server in servers.values():
        ask(server, [user("Hello")])
        if server.ours:
            # The lesson before tools is read now, not while the other one is measured.
            calling(server, "auto")
    for number in range(rounds):
        turn = sorted(servers, reverse=bool(number % 2))
        once = {name: measure(servers[name], short=short) for name in turn}
        for what, value in once[OURS].items():
            seen[what][OURS].append(value)
            if what not in once[PEER]:
                continue
            seen[what][PEER].append(once[PEER][what])
            seen[what]["ratio"].append(value / once[PEER][what])
        print(
            json.dumps({"round": number, **once}, ensure_ascii=False), file=sys.stderr, flush=True
        )
    return {what: {who: spread(values) for who, values in of.items()} for what, of in seen.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("--store", default=os.environ.get("DRAGOMAN_MODELS", ""))
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    directory = Store(Path(asked.store)).directory(
        load(engines=kinds_by_engine()).find(asked.model)
    )
    weights = next(directory.glob("*.gguf"))
    load_before = os.getloadavg()[0]
    with (
        ours(asked.model, asked.store, asked.threads) as we,
        peer(str(weights), asked.threads) as they,
    ):
        result = run({OURS: we, PEER: they}, asked.rounds, short=asked.short)
    whole = {"model": asked.model, "threads": asked.threads, "load": load_before, "seen": result}
    print(json.dumps(whole, ensure_ascii=False, indent=1))
    if asked.json:
        asked.json.write_text(json.dumps(whole, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
