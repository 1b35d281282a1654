"""First sound, speed and memory of the Kokoro engine, beside `kokoro-onnx` on the same network.

    python bench/speech.py WEIGHTS [--rounds 3] [--threads 2] [--json OUT]

WEIGHTS: the directory of `kokoro-82m`. Needs `pip install kokoro-onnx` (not in our lock: it brings
espeak-ng, which is GPL). Each measurement has a process of its own; the two take turns, so that
what else the machine does slows both. A listener hears the first sound after `first_s`, and hears
a gap where `dry_s` is above 0: the sound so far had ended before the next was there.
"""

import argparse
import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Iterator, Sized
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

import numpy as np
import onnxruntime

from dragoman.domain.engine import EngineSpec
from dragoman.domain.speech import Sound, SpeechRequest
from dragoman.engines import kokoro_onnx

ROOT = Path(__file__).parents[1]
LONG = (ROOT / "tests/data/alice.txt").read_text("utf-8").strip()
TEXTS = {"20": "It is a lovely day.", "600": LONG[:598], "4000": LONG}
RATE = 24_000


def ours(weights: Path, threads: int, text: str) -> Iterator[float]:
    """Seconds of sound, piece by piece, as they come; the first yield says that it is loaded."""
    engine = kokoro_onnx.load(EngineSpec("kokoro-onnx", str(weights), threads))
    pieces: SimpleQueue[float | None] = SimpleQueue()

    class Outlet:
        stopped = False

        def emit(self, event: object) -> None:
            if isinstance(event, Sound):
                pieces.put(len(event.data) / 2 / RATE)

    def run() -> None:
        engine.run(SpeechRequest(text, "alloy", "pcm"), Outlet())
        pieces.put(None)

    yield 0
    Thread(target=run).start()
    while (piece := pieces.get()) is not None:
        yield piece


def theirs(weights: Path, threads: int, text: str) -> Iterator[float]:
    """The same with `kokoro-onnx`, as its page says: `create_stream`."""
    library: Any = import_module("kokoro_onnx")  # weighs in the other's memory; untyped
    runtime: Any = onnxruntime
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    model = str(weights / "kokoro-v1.0.int8.onnx")
    session = runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    voice = ROOT / "src/dragoman/engines/kokoro_onnx/voices/af_alloy.npy"
    vocabulary = json.loads((weights / "vocab.json").read_bytes())
    with tempfile.TemporaryDirectory() as directory:
        voices = Path(directory) / "voices.npz"
        np.savez(voices, af_alloy=np.load(voice).astype(np.float32).reshape(510, 1, 256))
        kokoro = library.Kokoro.from_session(session, str(voices), vocab_config=vocabulary)
        yield 0
        stream: AsyncGenerator[tuple[Sized, int], None] = kokoro.create_stream(
            text, voice="af_alloy", lang="en-us"
        )
        with asyncio.Runner() as runner:
            while True:
                try:
                    samples, _ = runner.run(anext(stream))
                except StopAsyncIteration:
                    return
                yield len(samples) / RATE


def measure(who: str, weights: Path, threads: int, text: str) -> dict[str, float]:
    """In this very process."""
    pieces = (ours if who == "ours" else theirs)(weights, threads, text)
    next(pieces)
    loaded = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began = time.perf_counter()
    first = heard = dry = 0.0
    for seconds in pieces:
        now = time.perf_counter() - began
        first = first or now
        dry = max(dry, now - first - heard)
        heard += seconds
    return {
        "first_s": first,
        "total_s": time.perf_counter() - began,
        "cpu_s": time.process_time(),
        "sound_s": heard,
        "dry_s": dry,
        "loaded_mb": loaded,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def median(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {key: statistics.median(each[key] for each in rounds) for key in rounds[0]}


def child(arguments: argparse.Namespace, who: str, size: str) -> dict[str, float]:
    command = [sys.executable, __file__, str(arguments.weights), "--one", who, "--size", size]
    command += ["--threads", str(arguments.threads)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("weights", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--sizes", nargs="+", default=list(TEXTS), choices=TEXTS)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one", choices=("ours", "theirs"), help=argparse.SUPPRESS)
    parser.add_argument("--size", choices=TEXTS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        text = TEXTS[arguments.size]
        print(json.dumps(measure(arguments.one, arguments.weights, arguments.threads, text)))
        return
    results: dict[str, Any] = {}
    for size in arguments.sizes:
        rounds: dict[str, list[dict[str, float]]] = {"ours": [], "theirs": []}
        for _ in range(arguments.rounds):
            for who, found in rounds.items():
                found.append(child(arguments, who, size))
        results[size] = {who: median(found) for who, found in rounds.items()}
        for key in rounds["ours"][0]:
            mine, other = (results[size][who][key] for who in ("ours", "theirs"))
            ratio = f"{mine / other:.2f}" if other else "–"
            print(f"{size:>5} characters  {key:10} {mine:8.2f} {other:8.2f}  ratio {ratio}")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
