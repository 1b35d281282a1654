"""An hour of speech: our server beside faster-whisper on the same weights, piece by piece.

    python bench/an_hour.py CORPUS [--store DIRECTORY] [--pieces 6] [--minutes 10] [--seed 23]
        [--json OUT]

CORPUS: see `corpora.py`. English passages and prompts, shuffled, with pauses of 0.2 to 3 s, are
divided into pieces, and each piece goes to all three in turn: ours over HTTP, faster-whisper window
by window, and its pipeline of batches of eight, each with two threads, a process of its own, its
voice detector and the language told. So what else the machine does falls on all alike, and ratios
are of the same minutes. Memory is the most that a process had (of ours: all processes together);
then each gets the whole hour, ours all of it and the library until its first segment, by which time
it has decoded and transformed everything.
"""

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from corpora import RATE, units, varied
from faster_whisper import BatchedInferencePipeline, WhisperModel
from long_sound import MODEL, Server, joined, serving, wav
from platformdirs import user_data_path

from dragoman.phonemes.saying import differences

WAYS = ("window by window", "batches of 8")
THREADS = 2


def library(way: str, weights: str) -> None:
    """Be one of the library's processes: files come in as lines, texts go out as lines.

    A line that ends with `!` is heard until its first segment only.
    """
    model: Any = WhisperModel(weights, compute_type="int8", cpu_threads=THREADS)
    batched: Any = BatchedInferencePipeline(model)
    for line in sys.stdin:
        path, briefly = line.strip().removesuffix("!"), line.strip().endswith("!")
        began, busy = time.perf_counter(), time.process_time()
        if way == WAYS[0]:
            segments, _ = model.transcribe(path, language="en", vad_filter=True)
        else:
            segments, _ = batched.transcribe(path, language="en", vad_filter=True, batch_size=8)
        text = next(segments).text if briefly else "".join(segment.text for segment in segments)
        answer = {
            "seconds": time.perf_counter() - began,
            "processor_seconds": time.process_time() - busy,
            "text": text,
            "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
        print(json.dumps(answer), flush=True)


@contextlib.contextmanager
def libraries(weights: Path) -> Generator[dict[str, subprocess.Popen[str]], None, None]:
    with contextlib.ExitStack() as stack:
        made: dict[str, subprocess.Popen[str]] = {}
        for way in WAYS:
            command = [sys.executable, __file__, "--library", way, "--store", str(weights)]
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            made[way] = stack.enter_context(process)
        yield made


def asked(process: subprocess.Popen[str], line: str) -> dict[str, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def ours(server: Server, file: Path) -> dict[str, Any]:
    began, busy = time.perf_counter(), server.busy_s()
    text = server.ask(file.read_bytes(), response_format="text").text
    return {
        "seconds": time.perf_counter() - began,
        "processor_seconds": server.busy_s() - busy,
        "text": text,
        "megabytes": most_memory(server),
    }


def most_memory(server: Server) -> int:
    """The most that each of the server's processes had, added up."""
    total = 0
    for pid in server.processes():
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("VmHWM"):
                    total += int(line.split()[1]) // 1024
    return total


def made(
    corpus: Path, pieces: int, minutes: float, seed: int, place: Path
) -> list[tuple[Path, str]]:
    clips = varied(corpus, seed)
    found: list[tuple[Path, str]] = []
    for number in range(pieces):
        sound, text = joined(clips, 60 * minutes, (0.2, 3.0), seed - 23 + number)
        path = place / f"piece-{number}.wav"
        path.write_bytes(wav(sound))
        found.append((path, text))
    return found


def whole(pieces: Sequence[tuple[Path, str]], place: Path) -> Path:
    path = place / "whole.wav"
    data = b"".join(piece.read_bytes()[44:] for piece, _ in pieces)
    path.write_bytes(wav(np.frombuffer(data, "<i2")))
    return path


def compare(corpus: Path, store: Path, count: int, minutes: float, seed: int) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    with (
        tempfile.TemporaryDirectory() as place,
        serving(store, THREADS) as server,
        libraries(store / MODEL) as processes,
    ):
        pieces = made(corpus, count, minutes, seed, Path(place))
        for number, (path, text) in enumerate(pieces):
            said = units(text, "en")
            order = ["ours", *WAYS]
            for who in order[number % 3 :] + order[: number % 3]:
                load = os.getloadavg()[0]
                answer = ours(server, path) if who == "ours" else asked(processes[who], str(path))
                wrong = differences(said, units(answer.pop("text"), "en"))
                rows.append(
                    {"piece": number, "who": who, "words": len(said), "wrong": wrong, "load": load}
                    | {name: round(value, 1) for name, value in answer.items()}
                )
                print(json.dumps(rows[-1]), flush=True)
        total = summed(rows)
        print(json.dumps(total, indent=1), flush=True)
        file = whole(pieces, Path(place))
        hour = {"seconds_of_sound": file.stat().st_size // 2 // RATE}
        for way in WAYS:
            hour[way] = asked(processes[way], f"{file}!")["megabytes"]
        hour["ours"] = ours(server, file)["megabytes"]
    print(json.dumps({"most_megabytes_of_the_whole": hour}), flush=True)
    return {"pieces": rows, "total": total, "megabytes_of_the_whole": hour}


def summed(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    def of(who: str, name: str) -> list[float]:
        return [row[name] for row in rows if row["who"] == who]

    mine = of("ours", "seconds")
    return {
        who: {
            "seconds": round(sum(of(who, "seconds"))),
            "processor_seconds": round(sum(of(who, "processor_seconds"))),
            "wrong": sum(of(who, "wrong")),
            "words": sum(of(who, "words")),
            "most_megabytes": max(of(who, "megabytes")),
            "by_ours": round(sum(of(who, "seconds")) / sum(mine), 2),
            "by_ours_each": sorted(
                round(a / b, 2) for a, b in zip(of(who, "seconds"), mine, strict=True)
            ),
        }
        for who in ("ours", *WAYS)
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path, nargs="?")
    parser.add_argument("--store", type=Path, default=user_data_path("dragoman") / "models")
    parser.add_argument("--pieces", type=int, default=6)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=23, help="which passages, in which order")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--library", choices=WAYS, help="be that process (store: weights)")
    options = parser.parse_args()
    if options.library:
        library(options.library, str(options.store))
        return
    results = compare(options.corpus, options.store, options.pieces, options.minutes, options.seed)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
